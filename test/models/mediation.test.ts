import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inverted, product } from "../helpers/leastSquares.js";
import { createEngine } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const standardNormals = normalsOf(createSpecial((await createEngine()).kernels));
const data = { file: "test.csv" };
const by = (names: readonly string[], row: { estimate: { effects: readonly { name: string; coef: number; se: number }[] } | null } | undefined) =>
  Object.fromEntries((row?.estimate?.effects ?? []).filter(({ name }) => names.length === 0 || names.includes(name)).map(({ name, coef, se }) => [name, { coef, se }]));

/** Values less the mean of the rows of the other folds: what cross-fitted least squares without controls leaves. */
function outOfFold(values: Float64Array, folds: number): Float64Array {
  const means = Array.from({ length: folds }, (_, fold) => {
    const others = values.filter((_, i) => i % folds !== fold);
    return others.reduce((sum, value) => sum + value, 0) / others.length;
  });
  return values.map((value, i) => value - means[i % folds]!);
}

/** Coefficients by least squares, and by row their influences: the stacked sandwich is the cross-product of all. */
function regressed(y: Float64Array, x: readonly Float64Array[]) {
  const inverse = inverted(x.map((a) => x.map((b) => product(a, b))));
  const coefficients = inverse.map((row) => row.reduce((sum, value, l) => sum + value * product(x[l]!, y), 0));
  const residuals = y.map((value, i) => value - coefficients.reduce((sum, b, l) => sum + b * x[l]![i]!, 0));
  return { coefficients, influences: inverse.map((row) => residuals.map((e, i) => e * row.reduce((sum, value, l) => sum + value * x[l]![i]!, 0))) };
}

describe("partially linear mediation", () => {
  it("is the path products of least squares, with the error of the stacked sandwich, and its parts add up", async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(60, 131), async (seed, n) => {
      const [e1, e2, e3] = [1, 2, 3].map((s) => standardNormals(seed + s * 1e7, n)) as [Float64Array, Float64Array, Float64Array];
      const d = e1.map((value) => value + 1);
      const m = e2.map((value, i) => 0.7 * d[i]! + value);
      const y = e3.map((value, i) => 0.4 * d[i]! - 0.8 * m[i]! + value * (1 + Math.abs(e1[i]!)));
      const fold = Float64Array.from({ length: n }, (_, i) => i % 3);
      const [row] = await runOn(panelOf({ d, m, y, fold }), { data, tables: [{ id: "t", columns: [
        { model: "mediation", outcome: "y", treatment: "d", mediator: "m", controls: [], learner: "ols", folds: { column: "fold" }, errors: "hc0" },
      ] }] });
      const [dt, mt, yt] = [d, m, y].map((values) => outOfFold(values, 3)) as [Float64Array, Float64Array, Float64Array];
      const ones = dt.map(() => 1);
      const [total, joint, path] = [regressed(yt, [ones, dt]), regressed(yt, [ones, dt, mt]), regressed(mt, [ones, dt])];
      const [a, b] = [path.coefficients[1]!, joint.coefficients[2]!];
      const gradient = [b, a];
      const stacked = [path.influences[1]!, joint.influences[2]!];
      const variance = gradient.reduce((sum, p, i) => sum + gradient.reduce((inner, q, j) => inner + p * q * product(stacked[i]!, stacked[j]!), 0), 0);
      const effects = by([], row);
      expect(effects["d through m"]!.coef).toBeCloseTo(a * b, 9);
      expect(effects["d through m"]!.se).toBeCloseTo(Math.sqrt(variance), 9);
      expect(effects["d"]!.coef).toBeCloseTo(total.coefficients[1]!, 9);
      expect(effects["d, direct"]!.coef).toBeCloseTo(joint.coefficients[1]!, 9);
      expect(effects["d, direct"]!.coef + effects["d through m"]!.coef).toBeCloseTo(effects["d"]!.coef, 9);
      expect(row?.estimate?.coef).toBe(effects["d"]!.coef);
    }), { numRuns: 25 });
  });
});

const UNITS = 150;
const PERIODS = 6;
const ROWS = UNITS * PERIODS;
const [u1, u2, u3, u4, u5] = [11, 12, 13, 14, 15].map((seed) => standardNormals(seed, ROWS)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
const unit = Float64Array.from({ length: ROWS }, (_, i) => Math.floor(i / PERIODS));
const level = standardNormals(16, UNITS);
const own = (i: number): number => level[unit[i]!]!;
const x = u1.map((value, i) => value + own(i));
const d = u2.map((value, i) => 0.6 * x[i]! + own(i) + value);
const m1 = u3.map((value, i) => 0.5 * d[i]! - 0.4 * x[i]! + own(i) + value);
const m2 = u4.map((value, i) => -0.3 * d[i]! + 0.2 * x[i]! - own(i) + value);
const y = u5.map((value, i) => 0.25 * d[i]! + 0.6 * m1[i]! + 0.5 * m2[i]! + x[i]! + 2 * own(i) + value);
const panel = panelOf({ unit, time: Float64Array.from({ length: ROWS }, (_, i) => i % PERIODS), x, d, m1, m2, y });
const base = { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["unit", "time"], learner: "ols" };
const ids = { ...data, unit: "unit", time: "time" };

describe("mediation in a panel", () => {
  it("several mediators: each path, their sum, and truth within the intervals, under every encoding of residuals", async () => {
    const columns = [{}, { score: "partialling-out" }, { encode: "within" }, { encode: "fd" }, { encode: "cre" }].map((one) => ({ model: "mediation", mediator: ["m1", "m2"], ...one }));
    const rows = await runOn(panel, { data: ids, base, tables: [{ id: "t", columns }] });
    const truth = { "d": 0.4, "d, direct": 0.25, "m1": 0.6, "m2": 0.5, "d on m1": 0.5, "d on m2": -0.3, "d through m1": 0.3, "d through m2": -0.15, "d, indirect": 0.15 };
    for (const row of rows) {
      expect(row.error).toBeNull();
      const effects = by([], row);
      expect(Object.keys(effects)).toEqual(Object.keys(truth));
      for (const [name, value] of Object.entries(truth)) expect(Math.abs(effects[name]!.coef - value), `${row.specification.encode} ${name}`).toBeLessThan(3.5 * effects[name]!.se);
    }
  });

  it("the total is plr's and each path of the treatment plr's on the mediator, to the bit", async () => {
    const rows = await runOn(panel, { data: ids, base: { ...base, learner: { rf: { trees: 20 } } }, tables: [{ id: "t", columns: [{ model: "mediation", mediator: "m1" }, {}, { outcome: "m1" }] }] });
    const [effects, total, path] = [by([], rows[0]), by([], rows[1]), by([], rows[2])];
    expect(effects["d"]).toEqual(total["d"]);
    expect(effects["d on m1"]).toEqual(path["d"]);
  });

  it("what a user may get wrong is said with its mend", async () => {
    const error = async (one: object): Promise<string> => runOn(panel, { data: ids, base, tables: [{ id: "t", columns: [{ model: "mediation", ...one }] }] }).then(([row]) => row?.error?.message ?? "", (thrown: unknown) => (thrown as Error).message);
    expect(await error({})).toContain("needs a `mediator`");
    expect(await error({ mediator: "y" })).toContain("is the outcome and cannot be what the effect goes through");
    expect(await error({ mediator: "x" })).toContain("`x` is the mediator and cannot stand here too");
    expect(await error({ mediator: "m3" })).toContain("has no column `m3`. Did you mean");
    expect(await error({ mediator: "m1", treatment: ["d", "m2"] })).toContain("takes one treatment");
    expect(await error({ mediator: "unit", fixedEffects: ["unit"] })).not.toBe("");
  });
});
