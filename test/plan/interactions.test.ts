import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { createSpecial } from "../../src/kernels/special.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const normals = normalsOf(createSpecial((await createEngine()).kernels));
const [UNITS, PERIODS] = [30, 5];
const rows = UNITS * PERIODS;
const unit = Float64Array.from({ length: rows }, (_, i) => Math.floor(i / PERIODS));
const [x1, x2, x3, v, u] = [1, 2, 3, 4, 5].map((seed) => normals(seed, rows)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
const times = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value * b[i]!);
const d = v.map((value, i) => value + x1[i]! * x2[i]! + unit[i]! / 10);
const y = u.map((value, i) => value + d[i]! + x1[i]! * x2[i]! - x3[i]! - unit[i]! / 20);
const columns = { unit, year: unit.map((_, i) => i % PERIODS), half: unit.map((one) => one % 2), x1, x2, x3, d, y, zero: new Float64Array(rows) };
const made = { x12: times(x1, x2), x13: times(x1, x3), x23: times(x2, x3) };
const data = { file: "test.csv", unit: "unit", time: "year" };
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2", "x3"], fixedEffects: ["unit", "year"], folds: { column: "half" }, learner: "ols" };

describe("interactions: true", () => {
  it.each([
    ["effects", {}], ["within", {}], ["dummies", {}], ["cre", {}], ["cre-normal", {}], ["fd", {}], ["effects", { learner: "lassocv" }], ["effects", { learner: { svm: { stages: 1 } } }],
  ])("%s %j: the digits of a study whose data hold the products", async (encode, options) => {
    const [own, written] = await runOn(panelOf({ ...columns, ...made }), {
      data, base: { ...base, encode, ...options }, tables: [{ id: "t", columns: [{ interactions: true }, { controls: [...base.controls, ...Object.keys(made)] }] }],
    });
    expect(own!.error).toBeNull();
    expect([own!.estimate!.coef, own!.estimate!.se]).toEqual([written!.estimate!.coef, written!.estimate!.se]);
  });

  it("takes the bias of a product off least squares", async () => {
    const [plain, own] = await runOn(panelOf(columns), { data, base, tables: [{ id: "t", columns: [{}, { interactions: true }] }] });
    expect(plain!.estimate!.coef - 1).toBeGreaterThan(4 * plain!.estimate!.se);
    expect(Math.abs(own!.estimate!.coef - 1)).toBeLessThan(3 * own!.estimate!.se);
  });

  it("a product belongs to the nuisances that have both of its controls", async () => {
    const [own, written] = await runOn(panelOf({ ...columns, ...made }), {
      data, base, tables: [{ id: "t", columns: [
        { interactions: true, controls: { common: ["x1", "x2"], m: ["x3"] } },
        { controls: { common: ["x1", "x2", "x12"], m: ["x3", "x13", "x23"] } },
      ] }],
    });
    expect(own!.estimate!.coef).toBe(written!.estimate!.coef);
  });

  it("boosting starts as it would without them: its start has products of the controls, none of products", async () => {
    // One tree of one leaf adds nothing, so the start alone is what predicts.
    const start = { histboost: { trees: 1, minLeaf: 100, start: "linear" } };
    const [plain, own] = await runOn(panelOf(columns), { data, base: { ...base, learner: start }, tables: [{ id: "t", columns: [{}, { interactions: true }] }] });
    expect(own!.estimate!.coef).toBe(plain!.estimate!.coef);
  });

  it("ape: the treatment's products with the controls move with it, so the derivative of a surface of second order is exact", async () => {
    const surface = d.map((a, i) => 0.5 * a + 0.4 * a * x1[i]! + 0.3 * a * a + x1[i]! * x2[i]!);
    const [row] = await runOn(panelOf({ ...columns, y: surface }), {
      data: { file: "test.csv" },
      base: { model: "ape", outcome: "y", treatment: "d", controls: ["x1", "x2"], degree: 2, interactions: true, learner: { g: "ols", a: { column: "zero" } }, folds: { column: "half" } },
      tables: [{ id: "t", columns: [{}] }],
    });
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / rows;
    expect(row!.estimate!.coef).toBeCloseTo(0.5 + 0.4 * mean(x1) + 0.6 * mean(d), 9); // rounding of a difference of fits of ten columns
  });
});
