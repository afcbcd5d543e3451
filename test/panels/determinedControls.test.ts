import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const normals = normalsOf(createSpecial((await createEngine()).kernels));
const [UNITS, PERIODS] = [60, 6];
const ROWS = UNITS * PERIODS;
const [a, x, v, u] = [1, 2, 3, 4].map((seed) => normals(61 * seed, ROWS)) as [Float64Array, Float64Array, Float64Array, Float64Array];
const unit = Float64Array.from({ length: ROWS }, (_, i) => Math.floor(i / PERIODS));
const time = unit.map((_, i) => 2010 + (i % PERIODS));
const founded = unit.map((one) => 1980 + Math.round(10 * a[one]!));
/** Unit and period determine it together, neither alone. */
const age = time.map((t, i) => t - founded[i]!);
const d = v.map((value, i) => value + x[i]! ** 2 + a[unit[i]!]!);
const y = u.map((value, i) => value - 0.5 * d[i]! + x[i]! ** 2 + 2 * a[unit[i]!]! + Math.sin(2 * time[i]!));
const panel = panelOf({ unit, time, age, founded, x, d, y });
const run = (columns: readonly object[]): ReturnType<typeof runOn> => runOn(panel, {
  data: { file: "test.csv", unit: "unit", time: "time" },
  base: { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["unit", "time"], folds: { k: 3 }, learner: "ols", degree: 2, interactions: true },
  tables: [{ id: "t", columns }],
});

describe("controls that effects determine together, as unit and period do age", () => {
  it("what each fold's g has of its own along them is removed: the error stays, the fit explains", async () => {
    const [without, ...others] = await run([{}, { controls: ["x", "age", "founded"] }, { controls: ["x", "age", "founded"], seed: 2 }]);
    for (const row of others) {
      const { coef = NaN, se = NaN, nuisances } = row.estimate ?? {};
      expect(Math.abs(coef + 0.5)).toBeLessThan(4 * se);
      expect(se).toBeLessThan(1.5 * (without?.estimate?.se ?? NaN)); // before: ten times and more
      expect(nuisances?.["l"]?.r2).toBeGreaterThan(0.2); // before: below -10
    }
  });

  it("with and without the period among the controls, which they imply, squares and products fit the same", async () => {
    const [implied, named] = await run([{ controls: ["x", "age", "founded"] }, { controls: ["x", "age", "founded", "time"] }]);
    expect(named?.estimate?.coef).toBeCloseTo(implied?.estimate?.coef ?? NaN, 1);
    expect((named?.estimate?.se ?? NaN) / (implied?.estimate?.se ?? NaN)).toBeCloseTo(1, 1);
  });

  it.each([["a stack's second stage", { learner: { stack: { learners: ["ols", "lassocv"] } } }], ["twicing", { learner: "ols" }]])(
    "%s does not fit what folds differ in", async (_, column) => {
      const [row] = await run([{ controls: ["x", "age", "founded", "time"], ...column }]);
      const { coef = NaN, se = NaN, twicing } = row?.estimate ?? {};
      expect(Math.abs(coef + 0.5)).toBeLessThan(4 * se);
      expect(se).toBeLessThan(0.15);
      for (const { se: moved } of twicing ?? []) expect(moved).toBeLessThan(0.15);
    });
});
