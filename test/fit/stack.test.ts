import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simplexWeights } from "../../src/fit/simplexWeights.js";
import { panelCsv } from "../helpers/panelCsv.js";
import { readCsv } from "../../src/panel/csv.js";
import { runOn } from "../helpers/study.js";

describe("weights that are not negative and sum to one", () => {
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
  const error = (columns: readonly (readonly number[])[], y: readonly number[], w: readonly number[]): number =>
    y.reduce((sum, value, i) => sum + (value - columns.reduce((fit, column, j) => fit + (w[j] ?? NaN) * (column[i] ?? NaN), 0)) ** 2, 0);
  const weightsFor = (columns: readonly (readonly number[])[], y: readonly number[]): readonly number[] =>
    simplexWeights(columns.map((a) => columns.map((b) => dot(a, b))), columns.map((a) => dot(a, y)));
  const column = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 8, maxLength: 8 });

  it("have the least squared error of the simplex, as its grid finds it; equal columns are no trouble", () => {
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 3 }), column, fc.boolean(), (drawn, y, doubled) => {
        const columns = doubled ? [...drawn, drawn[0] ?? []] : drawn;
        const weights = weightsFor(columns, y);
        expect(weights.every((weight) => weight >= 0)).toBe(true);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        const least = Math.min(...grid(columns.length, 20).map((w) => error(columns, y, w)));
        expect(error(columns, y, weights)).toBeLessThanOrEqual(least + 1e-8);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  /** Every point of the simplex whose coordinates are multiples of 1 / steps. */
  function grid(dimensions: number, steps: number): readonly (readonly number[])[] {
    if (dimensions === 1) return [[1]];
    return Array.from({ length: steps + 1 }, (_, i) => i / steps).flatMap((first) =>
      grid(dimensions - 1, steps).map((rest) => [first, ...rest.map((value) => value * (1 - first))]),
    );
  }
});

const panel = readCsv(panelCsv(20, 5), "panel.csv", {});
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], folds: { k: 4 }, seed: 3 };
const run = async (...columns: readonly object[]) =>
  runOn(panel, { data: { file: "panel.csv", unit: "firm", time: "year" }, base, tables: [{ id: "t", columns }] });
const rf = { rf: { trees: 20, minLeaf: 3 } };

describe("a stack", () => {
  it("of one learner is that learner; its fits are shared with those who use it alone", async () => {
    const [alone, stacked, pooled] = await run({ learner: "ols" }, { learner: { stack: { learners: ["ols"] } } }, { learner: { stack: { learners: ["ols"], type: "pooled" } } });
    expect(stacked?.estimate?.coef).toBe(alone?.estimate?.coef);
    expect(pooled?.estimate?.coef).toBe(alone?.estimate?.coef);
    expect(stacked?.estimate?.nuisances["l"]?.weights).toEqual({ ols: 1 });
  });

  it.each(["short", "pooled", "regular"])("%s: nnls1 fits no worse than its best member out of fold, average weighs all alike", async (type) => {
    const learners = ["ols", rf];
    const [ols, forest, nnls1, best, average] = await run(
      { learner: "ols" }, { learner: rf }, { learner: { stack: { learners, type } } },
      { learner: { stack: { learners, type, final: "singlebest" } } }, { learner: { stack: { learners, type, final: "average" } } },
    );
    const r2 = (row: typeof ols): number => row?.estimate?.nuisances["m"]?.r2 ?? NaN;
    const single = Math.max(r2(ols), r2(forest));
    if (type === "short") expect(r2(nnls1)).toBeGreaterThanOrEqual(single - 1e-12);
    // Weights from inner folds may be a little off what the outer folds would choose.
    expect(r2(nnls1)).toBeGreaterThan(single - 0.05);
    expect([r2(ols), r2(forest)]).toContainEqual(type === "regular" ? expect.any(Number) : r2(best));
    expect(average?.estimate?.nuisances["l"]?.weights).toEqual({ ols: 0.5, rf: 0.5 });
  });

  it("under the within loss weighs demeaned predictions; g has weights of its own", async () => {
    const [row] = await run({ fixedEffects: ["firm", "year"], learner: { stack: { learners: ["ols", "lassocv", "ridgecv"] } } });
    expect(row?.error).toBeNull();
    expect(Object.keys(row?.estimate?.nuisances ?? {})).toEqual(["l", "m", "g"]);
    for (const { weights } of Object.values(row?.estimate?.nuisances ?? {})) {
      expect(Object.values(weights ?? {}).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    }
    expect(row?.estimate?.path?.[0]?.points.map(({ checkpoint }) => checkpoint)).toEqual([1, 2, null]);
  });

  it("under the within loss takes a learner beyond its last rounds, as it is alone, and then fits what that leaves", async () => {
    const effects = { fixedEffects: ["firm", "year"], score: "partialling-out", learner: { gradboost: { trees: 20 } } };
    const [alone, stacked] = await run(effects, { ...effects, learner: { stack: { learners: [effects.learner] } } });
    const [first, second] = stacked?.estimate?.path?.[0]?.points ?? [];
    expect(first?.coef).toBe(alone?.estimate?.coef);
    expect(second?.coef).not.toBe(first?.coef);
  });

  it("keeps two learners of one name apart, and carries its members' warnings", async () => {
    const [row] = await run({ learner: { stack: { learners: [rf, { rf: { trees: 5 } }, { svm: { maxIter: 1 } }] } } });
    expect(Object.keys(row?.estimate?.nuisances["l"]?.weights ?? {})).toEqual(["rf", "rf 2", "svm"]);
    expect(row?.estimate?.warnings.some((text) => text.startsWith("Nuisance l: svm:"))).toBe(true);
  });
});

describe("a tuned learner", () => {
  const tune = { grid: { minLeaf: [1, 30], maxDepth: [2, null] } };

  it("takes in each fold the options that predict the inner folds best", async () => {
    const [tuned, one] = await run({ learner: { rf: { trees: 10, tune } } }, { learner: { rf: { trees: 10, tune: { grid: { minLeaf: [30] } } } } });
    const chosen = tuned?.estimate?.nuisances["l"]?.weights ?? {};
    expect(Object.keys(chosen)).toEqual(["minLeaf 1, maxDepth 2", "minLeaf 1, maxDepth null", "minLeaf 30, maxDepth 2", "minLeaf 30, maxDepth null"]);
    expect(Object.values(chosen).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const [plain] = await run({ learner: { rf: { trees: 10, minLeaf: 30 } } });
    expect(one?.estimate?.coef).toBe(plain?.estimate?.coef);
    // leaves of 30 of the 60 inner rows can hardly split
    expect(tuned?.estimate?.nuisances["m"]?.r2).toBeGreaterThan(plain?.estimate?.nuisances["m"]?.r2 ?? NaN);
  });

  it("tries only as many cells as it is told, drawn by the seed", async () => {
    const cells = async (seed: number): Promise<readonly string[]> => {
      const [row] = await run({ seed, learner: { rf: { trees: 5, tune: { ...tune, draws: 2 } } } });
      return Object.keys(row?.estimate?.nuisances["l"]?.weights ?? {});
    };
    const drawn = await Promise.all([1, 2, 3, 4, 5, 6].map(cells));
    expect(new Set(drawn.map((one) => one.length))).toEqual(new Set([2]));
    expect(new Set(drawn.map(String)).size).toBeGreaterThan(1);
    expect(await cells(1)).toEqual(drawn[0]);
  });

  it("refuses to choose rounds under the within loss, in its row alone", async () => {
    const effects = { fixedEffects: ["firm", "year"] };
    const [refused, other, depth] = await run(
      { ...effects, learner: { gradboost: { tune: { grid: { trees: [50, 100] } } } } }, { ...effects, learner: "ols" },
      { ...effects, learner: { gradboost: { trees: 20, tune: { grid: { maxDepth: [1, 3] }, folds: 2 } } } },
    );
    expect(refused?.error?.code).toBe("tuned-rounds");
    expect(other?.error).toBeNull();
    expect(depth?.error).toBeNull();
    // The one that predicts best is too smooth for the estimate, so what it leaves is fitted once more.
    expect(depth?.estimate?.path?.[0]?.points.map(({ checkpoint }) => checkpoint)).toEqual([1, 2, null]);
    expect(Object.keys(depth?.estimate?.nuisances["l"]?.weights ?? {})).toEqual(["maxDepth 1", "maxDepth 3"]);
  });
});
