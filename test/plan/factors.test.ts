import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/index.js";
import { createDemeaner } from "../../src/kernels/demean.js";
import { createSpecial } from "../../src/kernels/special.js";
import { eigenvalueRatio, estimateFactors, mostFactors } from "../../src/plan/factors.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

interface Case {
  readonly name: string;
  readonly unit: readonly number[];
  readonly time: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly slope: number;
  readonly projection: readonly (readonly number[])[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/factors.json", import.meta.url), "utf8")) as { readonly units: number; readonly periods: number; readonly factors: number; readonly cases: readonly Case[] };
const { kernels } = await createEngine();
const stream = normalsOf(createSpecial(kernels));

/** Normal numbers one by one. */
function normals(seed: number): () => number {
  const values = stream(seed, 10000);
  let next = 0;
  return () => values[next++] ?? NaN;
}


describe("factors of one column beside its regressor are Bai's interactive effects (numpy, test/golden/factors.py)", () => {
  it.each(golden.cases)("$name panel", ({ unit, time, x, y, slope, projection }) => {
    const units = { codes: Int32Array.from(unit), levels: golden.units };
    const times = { codes: Int32Array.from(time), levels: golden.periods };
    const [column, regressor] = [Float64Array.from(y), Float64Array.from(x)];
    const { factors } = estimateFactors(kernels, { units, times, effects: [units, times], columns: [column], controls: [regressor] }, golden.factors);
    // Both stop when the sum of squares is settled to 1e-13 or better, which settles factors and slope to about its root.
    projection.forEach((row, s) => {
      row.forEach((value, t) => {
        expect(Math.abs(factors.reduce((sum, factor) => sum + (factor[s] ?? NaN) * (factor[t] ?? NaN), 0) - value)).toBeLessThan(1e-5);
      });
    });
    const slopes = factors.map((factor) => ({ ...units, slope: times.codes.reduce((own, code, i) => own.fill(factor[code] ?? NaN, i, i + 1), new Float64Array(unit.length)) }));
    const [my = column, mx = regressor] = kernels.heap.scope(() => createDemeaner(kernels, [units, times, ...slopes]).demeanColumns([column, regressor]));
    const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
    expect(Math.abs(product(mx, my) / product(mx, mx) - slope)).toBeLessThan(1e-5);
  });
});

it("the number of factors is where eigenvalues fall most, none where they do not", () => {
  expect(eigenvalueRatio(kernels, [100, 90, 2, 1.8, 1.6, 1.4], 4, 12)).toBe(2);
  expect(eigenvalueRatio(kernels, [2, 1.9, 1.8, 1.7, 1.6, 1.5], 4, 12)).toBe(0);
  expect([2, 3, 4, 8, 30].map(mostFactors)).toEqual([0, 1, 1, 3, 8]);
});

describe("a study with interactive effects", () => {
  /** Outcome and treatment share two factors with loadings of each unit; the truth is 0.5. */
  function simulated(seed: number, units: number, periods: number): Record<string, number[]> {
    const draw = normals(seed);
    const loads = Array.from({ length: units }, () => [draw(), draw()] as const);
    const factors = Array.from({ length: periods }, () => [draw(), draw()] as const);
    const rows = loads.flatMap(([a, b], unit) => factors.map(([f, g], year) => {
      const x = draw();
      const d = 0.5 * x + a * f + b * g + draw();
      return { unit, year, x, d, y: 0.5 * d + x + 2 * a * f - b * g + draw() };
    }));
    return Object.fromEntries((["unit", "year", "x", "d", "y"] as const).map((name) => [name, rows.map((row) => row[name])]));
  }

  const study = (factors: object): object => ({
    data: { file: "s.csv", unit: "unit", time: "year" },
    base: { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["unit", "year"], learner: "ols", ...factors },
    tables: [{ id: "t", columns: [{}] }],
  });

  it("two-way effects miss the truth, two factors find it with intervals that hold, and auto finds two", async () => {
    const draws = await Promise.all(Array.from({ length: 12 }, async (_, seed) => {
      const panel = panelOf(simulated(seed + 1, 80, 12));
      const [plain] = await runOn(panel, study({}));
      const [two] = await runOn(panel, study({ factors: 2 }));
      return [plain?.estimate, two?.estimate] as const;
    }));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(draws.map(([plain]) => plain?.coef ?? NaN))).toBeGreaterThan(0.65);
    // The standard error of one draw is near .035, of the mean of 12 near .01.
    expect(Math.abs(mean(draws.map(([, two]) => two?.coef ?? NaN)) - 0.5)).toBeLessThan(0.03);
    expect(draws.filter(([, two]) => two !== undefined && two !== null && two.ci[0] < 0.5 && two.ci[1] > 0.5).length).toBeGreaterThanOrEqual(9);
    const [auto] = await runOn(panelOf(simulated(1, 80, 12)), study({ factors: "auto" }));
    expect(auto?.estimate?.coef).toBe(draws[0]?.[1]?.coef);
    expect(auto?.estimate?.notes).toEqual(["The eigenvalue ratio finds 2 factors (factors: auto)."]);
    expect(auto?.estimate?.warnings.join()).not.toContain("eigenvalue");
  });

  it("is an error of the row where there are too few periods, or no unit and time effects", async () => {
    const panel = panelOf(simulated(3, 20, 5));
    expect((await runOn(panel, study({ factors: 4 })))[0]?.error).toMatchObject({ code: "many-factors" });
    expect((await runOn(panel, study({ factors: 1, fixedEffects: ["unit"] })))[0]?.error).toMatchObject({ code: "no-unit" });
    expect((await runOn(panel, study({ factors: 1, encode: "dummies" })))[0]?.error).toMatchObject({ code: "not-defined" });
  });

  it("units with too few rows for their loadings are dropped and counted", async () => {
    const all = simulated(4, 30, 8);
    const keep = (all["unit"] ?? []).map((unit, i) => unit > 0 || (all["year"]?.[i] ?? 0) < 3);
    const panel = panelOf(Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.filter((_, i) => keep[i])])));
    expect((await runOn(panel, study({ factors: 2 })))[0]?.dropped).toMatchObject({ singletons: 0, short: [{ of: "unit", least: 4, rows: 3 }] });
    expect((await runOn(panel, study({ factors: 2, fixedEffects: ["unit", "year", "unit#year"] })))[0]?.dropped).toMatchObject({ short: [{ of: "unit", least: 5, rows: 3 }] });
  });
});

it("pieces that share no level are reported in the row", async () => {
  const draw = normals(9);
  const rows = Array.from({ length: 200 }, (_, i) => ({ unit: Math.floor(i / 5), year: (i % 5) + (i < 100 ? 0 : 10), x: draw(), d: draw(), y: draw() }));
  const panel = panelOf(Object.fromEntries((["unit", "year", "x", "d", "y"] as const).map((name) => [name, rows.map((row) => row[name])])));
  const [row] = await runOn(panel, { data: { file: "s.csv", unit: "unit", time: "year" }, base: { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["unit", "year"], learner: "ols" }, tables: [{ id: "t", columns: [{}] }] });
  expect(row?.estimate?.warnings).toContain("`unit` and `year` fall into 2 pieces that share no level: rows are compared within a piece only.");
});
