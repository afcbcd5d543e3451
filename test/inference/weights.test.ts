import { describe, expect, it } from "vitest";
import type { NumberColumn, Panel } from "../../src/index.js";
import { readCsv } from "../../src/panel/csv.js";
import { panelCsv } from "../helpers/panelCsv.js";
import { panelOf, runOn } from "../helpers/study.js";

const made = readCsv(panelCsv(24, 5), "panel.csv", {});
const numbers = (name: string): Float64Array => (made.columns.get(name) as NumberColumn).values;
const NAMES = ["firm", "year", "y", "d", "x1", "x2"];

/** The panel with weights, and with each row as often as its weight says; folds as columns, so that copies stay together. */
function panels(): { weighted: Panel; repeated: Panel } {
  const weights = Float64Array.from({ length: made.rows }, (_, i) => 1 + (i % 3));
  const folds = Float64Array.from(numbers("firm"), (firm) => firm % 4);
  const columns = { ...Object.fromEntries(NAMES.map((name) => [name, numbers(name)])), fold: folds, w: weights, tenfold: weights.map((w) => 10 * w) };
  const rows = Array.from(weights).flatMap((weight, i) => Array.from({ length: weight }, () => i));
  const repeated = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, rows.map((row) => values[row] ?? NaN)]));
  return { weighted: panelOf(columns, "w.csv"), repeated: panelOf(repeated, "r.csv") };
}
const { weighted, repeated } = panels();
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], folds: { column: "fold" } };
const study = (columns: readonly object[]): object => ({ data: { file: "w.csv", unit: "firm" }, base, tables: [{ id: "t", columns }] });

describe("observation weights", () => {
  const choices = [
    { learner: "ols", encode: "dummies", fixedEffects: ["year"] },
    { learner: "ols", encode: "within", fixedEffects: ["firm"] },
    { learner: "ols", fixedEffects: ["firm", "year"] },
    { learner: "ols" },
    { learner: { gradboost: { trees: 20, minLeaf: 1, start: "none" } }, fixedEffects: ["firm", "year"] },
    { learner: { lassocv: { alphas: [0.01] } }, fixedEffects: ["firm", "year"] },
    { learner: { stack: { learners: ["ols", { ridgecv: { alphas: [1], folds: 3 } }] } }, fixedEffects: ["firm", "year"], score: "partialling-out" },
  ];

  it.each(choices)("give the estimate and the clustered error of repeated rows: %j", async (choice) => {
    const [own] = await runOn(weighted, study([{ ...choice, weights: "w", constant: true }]));
    const [copies] = await runOn(repeated, study([{ ...choice, constant: true }]));
    const { estimate: a } = own ?? {};
    const { estimate: b } = copies ?? {};
    // ridge keeps its penalty while repeated rows weigh two on average: the sum of weights is the number of rows
    const tolerance = JSON.stringify(choice).includes("ridgecv") ? 1e-2 : 1e-9;
    expect(Math.abs((a?.coef ?? NaN) / (b?.coef ?? NaN) - 1)).toBeLessThan(tolerance);
    // The same sums by cluster; only n and k of the small-sample factor differ.
    const factor = (n: number): number => Math.sqrt((n - 1) / (n - 3));
    const ratio = (a?.se ?? NaN) / (b?.se ?? NaN);
    expect(Math.abs(ratio / (factor(a?.n ?? NaN) / factor(b?.n ?? NaN)) - 1)).toBeLessThan(Math.max(0.02, tolerance));
    expect(Math.abs((a?.ols?.coef ?? NaN) / (b?.ols?.coef ?? NaN) - 1)).toBeLessThan(1e-9);
    expect(Math.abs((a?.nuisances["l"]?.r2 ?? NaN) - (b?.nuisances["l"]?.r2 ?? NaN))).toBeLessThan(tolerance);
  });

  it("weigh the mean that a moderator is taken from", async () => {
    const column = { learner: "ols", moderator: "x1" };
    const [own] = await runOn(weighted, study([{ ...column, weights: "w" }]));
    const [copies] = await runOn(repeated, study([column]));
    const constant = (row: typeof own): number => row?.estimate?.heterogeneity?.predictor?.coefficients[0]?.coef ?? NaN;
    expect(Math.abs(constant(own) / constant(copies) - 1)).toBeLessThan(1e-9);
  });

  it("matter by their proportions alone, and do matter", async () => {
    const columns = ["w", "tenfold", undefined].map((weights) => ({ learner: "ridgecv", ...(weights === undefined ? {} : { weights }) }));
    const [one, ten, none] = await runOn(weighted, study(columns));
    expect(ten?.estimate?.coef).toBeCloseTo(one?.estimate?.coef ?? NaN, 12);
    expect(none?.estimate?.coef).not.toBeCloseTo(one?.estimate?.coef ?? NaN, 5);
  });

  it("that are not above 0 are an error of the row, which says how to leave rows out", async () => {
    const [row] = await runOn(weighted, study([{ learner: "ols", weights: "year" }, { learner: "ols", weights: "x1" }]));
    expect(row?.error).toBeNull();
    const holes = { ...weighted, columns: new Map([...weighted.columns, ["w", { kind: "number", name: "w", values: numbers("x1").map((x) => x - 0.5) } as const]]) };
    const [refused] = await runOn(holes, study([{ learner: "ols", weights: "w" }]));
    expect(refused?.error?.message).toContain("`where: w > 0`");
  });
});

describe("missing controls", () => {
  const holes = panelOf({
    ...Object.fromEntries(NAMES.map((name) => [name, numbers(name)])),
    x1: numbers("x1").map((value, i) => (i % 7 === 0 ? NaN : value)),
    filled: numbers("x1").map((value, i) => (i % 7 === 0 ? 0 : value)),
    gap: numbers("x1").map((_, i) => (i % 7 === 0 ? 1 : 0)),
  }, "holes.csv");
  const kept = { learner: "ols", folds: { k: 4 } };

  it("are dropped and counted, or kept: least squares then has an indicator beside them", async () => {
    const [dropped, keeps, byHand] = await runOn(holes, study([kept, { ...kept, missing: "keep" }, { ...kept, controls: ["filled", "gap", "x2"] }]));
    expect(dropped?.estimate?.n).toBeLessThan(made.rows);
    expect(keeps?.estimate?.n).toBe(made.rows);
    expect(keeps?.estimate?.keptMissing).toEqual({ x1: made.rows - (dropped?.estimate?.n ?? 0) });
    // With an indicator whatever stands in the gap makes no difference to least squares.
    expect(keeps?.estimate?.coef).toBeCloseTo(byHand?.estimate?.coef ?? NaN, 10);
    expect(keeps?.estimate?.ols?.coef).toBeCloseTo(byHand?.estimate?.ols?.coef ?? NaN, 10);
  });

  it.each(["rf", "gradboost", "extratrees", "lassocv", "svm", "nnet", "ridgecv"])("are kept by %s, under the within loss too", async (name) => {
    const options = { rf: { trees: 10 }, extratrees: { trees: 10 }, gradboost: { trees: 10 }, nnet: { hidden: 4, maxIter: 5 } }[name] ?? {};
    const columns = [{}, { fixedEffects: ["firm", "year"] }].map((more) => ({ ...more, learner: { [name]: options }, missing: "keep", folds: { k: 3 } }));
    for (const row of await runOn(holes, study(columns))) {
      expect(row.error).toBeNull();
      expect(row.estimate?.n).toBe(made.rows);
    }
  });

  it("cannot be demeaned: `encode: within` refuses them in its row", async () => {
    const [row] = await runOn(holes, study([{ ...kept, missing: "keep", encode: "within", fixedEffects: ["firm"] }]));
    expect(row?.error?.code).toBe("missing-within");
  });
});

describe("controls by nuisance", () => {
  it("give each nuisance its own, and leave the others' fits as they are", async () => {
    const dummies = { learner: "ols", folds: { k: 4 } };
    const [both, extra, other] = await runOn(weighted, study([
      { ...dummies, controls: ["x1", "x2"] },
      { ...dummies, controls: { common: ["x1"], l: ["x2"] } },
      { ...dummies, controls: ["x1"] },
    ]));
    expect(extra?.estimate?.nuisances["l"]).toEqual(both?.estimate?.nuisances["l"]);
    expect(extra?.estimate?.nuisances["m"]).toEqual(other?.estimate?.nuisances["m"]);
    expect(extra?.estimate?.ols?.coef).toBe(both?.estimate?.ols?.coef);
  });

  it("of l hold for an unnamed g", async () => {
    const [row] = await runOn(weighted, study([{ learner: "ols", fixedEffects: ["firm"], controls: { common: ["x1"], l: ["x2"] } }]));
    expect(row?.specification.extraControls).toEqual({ l: ["x2"], g: ["x2"] });
  });
});
