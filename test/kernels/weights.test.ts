import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnCount } from "../../src/kernels/design.js";
import { type ForestRequest, type ForestSums, growForest } from "../../src/kernels/forest.js";
import type { Kernels } from "../../src/kernels/instance.js";
import { builds } from "./builds.js";
import { bagWeights, type Case, cases, designOf, oneHot, outcomes } from "./twins/forest.js";

/** Sums in another order. Targets are of size 1. */
const ROUNDING = 1e-12;

function grow(kernels: Kernels, one: Case, changed: Partial<ForestRequest> = {}): ForestSums {
  const { design, target, train, predict, settings, key } = one;
  return growForest(kernels, design, { settings, train, target, predict, units: null, outOfBag: false, key, from: 0, to: 1, ...changed });
}

/** Positive numbers by row, of which no two are equal. */
const weightsOf = ({ target }: Case): Float64Array => target.map((y, row) => 1.1 + Math.sin(37 * y + row));

const everyRow = ({ train, predict }: Case): Uint32Array => Uint32Array.of(...train, ...predict);

describe.each(builds)("weighted trees, $build build", ({ build, kernels }) => {
  const runs = { numRuns: build === "fast" ? 150 : 50 };

  test("both growers, with and without a bag, rows and units: a value the twin can give", () => {
    fc.assert(
      fc.property(cases(["real", "few", "close"], 12, ["real"]), fc.integer({ min: 0, max: 16 }), fc.boolean(), fc.nat(), (some, draws, byUnit, pick) => {
        const columns = columnCount(some.design);
        const one = { ...some, settings: { ...some.settings, draws, maxFeatures: pick % 2 === 0 ? columns : 1 + (pick % Math.max(1, columns)) } };
        const units = byUnit ? one.units : null;
        const observed = weightsOf(one);
        const weights = bagWeights(one.design.rows, one.train, units, { key: one.key, tree: 0, draws }).map((times, row) => times * (observed[row] as number));
        const growth = { rows: [...one.train].filter((row) => weights[row] !== 0), target: one.target, weights, settings: one.settings };
        const { sums } = grow(kernels, one, { units, weights: observed });
        for (const row of one.predict) {
          const off = outcomes(oneHot(one.design), growth, row).map((wanted) => Math.abs(wanted - (sums[row] as number)));
          expect(Math.min(...off), `row ${row}`).toBeLessThan(ROUNDING);
        }
      }),
      runs,
    );
  });

  test("a weight of k is k equal rows, for leaves and splits of any size", () => {
    fc.assert(
      fc.property(cases(["real"], 20), (one) => {
        const { features, rows } = one.design;
        // no groups: two levels of one cut alike, and which of them is cut decides where a third goes
        const settings = { ...one.settings, minLeaf: 1, minSplit: 2, maxFeatures: features.length };
        const times = Array.from({ length: rows }, (_, row) => 1 + (row % 3));
        const source = [...Array(rows).keys(), ...[...one.train].flatMap((row) => new Array<number>((times[row] as number) - 1).fill(row))];
        const copies = (values: Float64Array): Float64Array => Float64Array.from(source, (row) => values[row] as number);
        const train = Uint32Array.of(...one.train, ...Array.from({ length: source.length - rows }, (_, i) => rows + i));
        const predict = everyRow(one);
        const weighted = grow(kernels, { ...one, design: { ...designOf(features), rows }, settings }, { predict, weights: Float64Array.from(times) });
        const repeated = grow(kernels, { ...one, design: { ...designOf(features.map(copies)), rows: source.length }, target: copies(one.target), train, settings }, { predict });
        for (const row of predict) expect(Math.abs((weighted.sums[row] as number) - (repeated.sums[row] as number))).toBeLessThan(ROUNDING);
      }),
      runs,
    );
  });

  test("only ratios of weights matter; equal ones do not; those of held-out rows do not", () => {
    fc.assert(
      fc.property(cases(["real", "few"], 16, ["real"]), fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 12 }), fc.boolean(), (some, power, draws, randomCuts) => {
        const one = { ...some, settings: { ...some.settings, draws, randomCuts } };
        const weights = weightsOf(one);
        const wanted = grow(kernels, one, { weights, to: 3 });
        // powers of two, so that no product is rounded
        expect(grow(kernels, one, { weights: weights.map((weight) => weight * 2 ** power), to: 3 })).toEqual(wanted);
        expect(grow(kernels, one, { weights: weights.map(() => 2 ** power), to: 3 })).toEqual(grow(kernels, one, { weights: null, to: 3 }));
        expect(grow(kernels, one, { weights: weights.map((weight, row) => (one.train.includes(row) ? weight : NaN)), to: 3 })).toEqual(wanted);
      }),
      runs,
    );
  });

  test("minLeaf and minSplit count rows", () => {
    const design = designOf([[1, 2, 3, 4]]);
    const train = Uint32Array.of(0, 1, 2, 3);
    const request = { train, target: Float64Array.of(0, 0, 0, 1), predict: train, units: null, outOfBag: false, key: [1, 1] as const, from: 0, to: 1 };
    const settings = { maxFeatures: 1, minLeaf: 2, minSplit: 2, maxDepth: 99, draws: 0 };
    const weights = Float64Array.of(1, 1, 2, 6);
    expect([...growForest(kernels, design, { ...request, settings, weights }).sums]).toEqual([0, 0, 0.75, 0.75]);
    expect([...growForest(kernels, design, { ...request, settings: { ...settings, minLeaf: 1, minSplit: 5 }, weights }).sums]).toEqual([0.6, 0.6, 0.6, 0.6]);
  });
});
