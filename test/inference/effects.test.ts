import { describe, expect, it } from "vitest";
import { panelOf, runOn } from "../helpers/study.js";

const UNITS = 60;
const PERIODS = 6;
const ROWS = UNITS * PERIODS;

/** Numbers between -1 and 1 that look random and are the same everywhere. */
function noise(seed: number): (index: number) => number {
  return (index) => {
    let x = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 7, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 31 - 1;
  };
}

/** A linear world with unit and time effects in treatment and outcome; the effect is 0.5. */
function world(shift: number, seed = 1): Record<string, number[]> {
  const [u, v, x, a] = [1, 2, 3, 4].map((k) => noise(10 * seed + k)) as [Draw, Draw, Draw, Draw];
  const rows = Array.from({ length: ROWS }, (_, i) => ({ i, unit: Math.floor(i / PERIODS), time: i % PERIODS }));
  const control = rows.map(({ i, unit }) => x(i) + a(unit));
  const d = rows.map(({ i, unit, time }) => (control[i] ?? 0) + 3 * a(unit) + 0.4 * time + v(i));
  const y = rows.map(({ i, unit, time }) => 0.5 * (d[i] ?? 0) + (control[i] ?? 0) + shift * a(unit) + shift * Math.sqrt(time) + u(i));
  return { unit: rows.map((row) => row.unit), time: rows.map((row) => row.time), x: control, d, y };
}
type Draw = (index: number) => number;

const data = { file: "test.csv", unit: "unit", time: "time" };
const base = { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["unit", "time"] };

describe("encode: effects", () => {
  it("is the default: iv-type, folds by unit, clusters by unit, no constant", async () => {
    const [row] = await runOn(panelOf(world(0)), { data, base: { ...base, learner: "ols" }, tables: [{ id: "t", columns: [{}] }] });
    expect(row?.specification).toMatchObject({
      encode: "effects", score: "iv-type", constant: false,
      folds: { kind: "random", k: 5, by: ["unit"] }, errors: { kind: "cluster", cluster: ["unit"] },
    });
  });

  it.each(["ols", "rf"])("%s: unit and time effects of any size in the outcome leave the estimate unchanged", async (learner) => {
    const study = { data, base: { ...base, learner: learner === "rf" ? { rf: { trees: 20 } } : "ols" }, tables: [{ id: "t", columns: [{}] }] };
    const [[small], [large]] = [await runOn(panelOf(world(0)), study), await runOn(panelOf(world(5)), study)];
    // What is left is the rounding of demeaning.
    expect(Math.abs((small?.estimate?.coef ?? NaN) - (large?.estimate?.coef ?? NaN))).toBeLessThan(1e-10);
  });

  it("ols finds the effect of a linear world, close to two-way least squares and its standard error", async () => {
    const [row] = await runOn(panelOf(world(5)), { data, base: { ...base, learner: "ols" }, tables: [{ id: "t", columns: [{}] }] });
    const { coef, se, ols } = row?.estimate ?? { coef: NaN, se: NaN, ols: null };
    expect(Math.abs(coef - 0.5)).toBeLessThan(3 * se);
    expect(Math.abs(coef - (ols?.coef ?? NaN))).toBeLessThan(se / 4);
    expect(Math.abs(se / (ols?.se ?? NaN) - 1)).toBeLessThan(0.1);
  });

  it("only time effects and folds by row: each fold's own level is taken out", async () => {
    const columns = world(0);
    const study = {
      data: { file: "test.csv" },
      base: { ...base, fixedEffects: ["time"], learner: "ols", folds: { by: "row" }, errors: "hc1" },
      tables: [{ id: "t", columns: [{}] }],
    };
    const shifted = { ...columns, x: columns["x"]?.map((value) => value + 1e6) ?? [] };
    const [[plain], [moved]] = [await runOn(panelOf(columns), study), await runOn(panelOf(shifted), study)];
    expect(plain?.estimate?.coef).toBeCloseTo(moved?.estimate?.coef ?? NaN, 5);
  });

  it("a treatment that does not vary within units is an error of its row that names both", async () => {
    const columns = world(0);
    const fixed = { ...columns, d: columns["unit"]?.map((unit) => Math.sin(unit)) ?? [] };
    const [row] = await runOn(panelOf(fixed), { data, base: { ...base, learner: "ols" }, tables: [{ id: "t", columns: [{}] }] });
    expect(row?.error).toMatchObject({ code: "no-within-variation" });
    expect(row?.error?.message).toContain("`d` does not vary within `unit`");
  });

  it("singletons are dropped and counted", async () => {
    const columns = world(0);
    const alone = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values, name === "unit" ? 999 : name === "time" ? 0 : 1]]));
    const [row] = await runOn(panelOf(alone), { data, base: { ...base, learner: "ols" }, tables: [{ id: "t", columns: [{}] }] });
    expect(row?.dropped).toMatchObject({ singletons: 1 });
    expect(row?.estimate?.n).toBe(ROWS);
  });
});

describe("encode: within", () => {
  it("with ols is two-way least squares but for the folds", async () => {
    const [row] = await runOn(panelOf(world(5)), { data, base: { ...base, learner: "ols", encode: "within" }, tables: [{ id: "t", columns: [{}] }] });
    const { coef, se, ols } = row?.estimate ?? { coef: NaN, se: NaN, ols: null };
    expect(Math.abs(coef - (ols?.coef ?? NaN))).toBeLessThan(se / 4);
    expect(row?.specification.score).toBe("partialling-out");
  });
});

describe("the panel check", () => {
  const trees = { learner: { rf: { trees: 50 } }, encode: "dummies" };

  it("trips where dummies leave unit effects behind", async () => {
    const [row] = await runOn(panelOf(world(5)), { data, base: { ...base, ...trees }, tables: [{ id: "t", columns: [{}] }] });
    expect(row?.estimate?.panelCheck?.tripped).toBe(true);
    expect(row?.estimate?.warnings.join(" ")).toContain("encode: effects");
  });

  it("speaks of each treatment: of one with unit effects, not of noise beside it", async () => {
    const columns = world(5);
    const e = (columns["d"] ?? []).map((_, i) => noise(7)(i));
    const study = { data, base: { ...base, ...trees, treatment: ["e", "d"] }, tables: [{ id: "t", columns: [{}] }] };
    const [row] = await runOn(panelOf({ ...columns, e }), study);
    const check = row?.estimate?.panelCheck;
    expect(check?.effects.map(({ name, tripped }) => [name, tripped])).toEqual([["e", false], ["d", true]]);
    expect(check?.tripped).toBe(true);
    expect(row?.estimate?.warnings.filter((text) => text.includes("time structure"))).toEqual([expect.stringMatching(/^d: The residuals/)]);
    check?.effects.forEach(({ coef, difference }, j) => expect(coef - difference).toBeCloseTo(row?.estimate?.effects[j]?.coef ?? NaN, 12));
  });

  it("is silent, in nine of ten draws at least, where there are no effects", async () => {
    let tripped = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const columns = world(0, seed);
      const plain = { ...columns, d: (columns["d"] ?? []).map((_, i) => noise(seed + 100)(i) + 0.3 * noise(seed + 200)(i)), y: (columns["d"] ?? []).map((_, i) => noise(seed + 300)(i)) };
      const [row] = await runOn(panelOf(plain), { data, base: { ...base, fixedEffects: [], learner: "ols" }, tables: [{ id: "t", columns: [{}] }] });
      if (row?.estimate?.panelCheck?.tripped === true) tripped++;
    }
    expect(tripped).toBeLessThanOrEqual(2);
  });
});
