import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const normals = normalsOf(createSpecial((await createEngine()).kernels));
const [UNITS, PERIODS] = [300, 8];
const ROWS = UNITS * PERIODS;
const [units, x, e, v, u, w] = [1, 2, 3, 4, 5, 6].map((seed) => normals(101 * seed, ROWS)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
const unit = Float64Array.from({ length: ROWS }, (_, i) => Math.floor(i / PERIODS));
/** Unit effects, which make a unit likely to be treated and its outcomes high. */
const a = unit.map((one) => units[one]!);
const d = e.map((value, i) => (value < a[i]! + 0.3 * x[i]! ? 1 : 0));
const dose = e.map((value, i) => (value < a[i]! - 0.8 ? 2 : value < a[i]! + 0.8 ? 1 : 0));
const took = w.map((value, i) => (value < -0.8 + 1.6 * d[i]! + 0.5 * a[i]! ? 1 : 0));
const m = v.map((value, i) => 0.5 * d[i]! + a[i]! + value);
const of = (effect: (i: number) => number): Float64Array => u.map((value, i) => effect(i) + x[i]! + 2 * a[i]! + value);
const panel = panelOf({
  unit, time: unit.map((_, i) => i % PERIODS), x, d, dose, took, m, region: unit.map((one) => one % 2),
  y: of((i) => 0.5 * d[i]!), ofDose: of((i) => 0.4 * dose[i]!), ofTook: of((i) => 0.5 * took[i]!), ofMediator: of((i) => 0.5 * d[i]! + 0.8 * m[i]!),
});
const study = (column: object): object => ({
  data: { file: "test.csv", unit: "unit", time: "time" },
  base: { outcome: "y", treatment: "d", controls: ["x"], fixedEffects: ["unit", "time"], learner: { ols: {}, m: "logit", r: "logit" } }, tables: [{ id: "t", columns: [column] }],
});

describe("unit effects in models of arms", () => {
  it.each([
    ["irm, the mean effect", { model: "irm" }, 0.5],
    ["irm, of the treated", { model: "irm", score: "ATTE" }, 0.5],
    ["apo, three levels", { model: "apo", treatment: "dose", outcome: "ofDose" }, 0.4],
    ["apo, two of three levels: shares of the third hold what theirs do not", { model: "apo", treatment: "dose", outcome: "ofDose", levels: [0, 1] }, 0.4],
    ["iivm", { model: "iivm", treatment: "took", instrument: "d", outcome: "ofTook" }, 0.5],
    ["natural-effects, in all", { model: "natural-effects", mediator: "m", outcome: "ofMediator" }, 0.9],
  ])("%s: each unit's shares of rows in the arms hold them, and without fixed effects they pass for an effect", async (_, column, truth) => {
    const [held] = await runOn(panel, study(column));
    const [pooled] = await runOn(panel, study({ ...column, fixedEffects: [] }));
    const { coef = NaN, se = NaN } = held?.estimate ?? {};
    expect(held?.specification.encode).toBe("cre");
    // Four standard errors: the draw is fixed, the learners are right but for the link of the propensity.
    expect(Math.abs(coef - truth)).toBeLessThan(4 * se);
    expect(se).toBeLessThan(0.2);
    expect((pooled?.estimate?.coef ?? NaN) - truth).toBeGreaterThan(10 * (pooled?.estimate?.se ?? NaN));
  });

  it.each([["irm", { model: "irm", treatment: "region" }], ["iivm", { model: "iivm", treatment: "took", instrument: "region" }]])(
    "%s refuses arms that differ between units alone", async (_, column) => {
      const [row] = await runOn(panel, study(column));
      expect(row?.error).toMatchObject({ code: "no-within-variation", message: expect.stringContaining("`region` does not vary within `unit`") as string });
    });

  it("boosting looks at what the outcome models of the arms miss", async () => {
    const bent = panelOf({ unit, time: unit.map((_, i) => i % PERIODS), x, d: e.map((value, i) => (value < (a[i]! + x[i]! * x[i]! - 1) / 2 ? 1 : 0)), y: u.map((value, i) => x[i]! * x[i]! + a[i]! + value) });
    const warnings = async (column: object): Promise<string> => (await runOn(bent, study(column)))[0]?.estimate?.warnings.join(" ") ?? "";
    expect(await warnings({ model: "irm" })).toContain("Boosting finds what the outcome model misses");
    expect(await warnings({ model: "irm", degree: 2 })).not.toContain("Boosting finds");
    expect(await warnings({ model: "irm", twicing: false })).not.toContain("Boosting finds");
  });
});
