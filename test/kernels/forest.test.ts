import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnCount } from "../../src/kernels/design.js";
import { type ForestRequest, growForest, type TreeSettings } from "../../src/kernels/forest.js";
import type { Kernels } from "../../src/kernels/instance.js";
import { builds } from "./builds.js";
import { bagWeights, type Case, caseOf, cases, designOf, GAP, oneHot, outcomes, randoms, settingsOf } from "./twins/forest.js";

/** Sums in another order. Targets are of size 1. */
const ROUNDING = 1e-12;

function grow(kernels: Kernels, one: Case, changed: Partial<ForestRequest> = {}): ReturnType<typeof growForest> {
  const { design, target, train, predict, settings, key } = one;
  return growForest(kernels, design, { settings, train, target, predict, units: null, outOfBag: false, key, from: 0, to: 1, ...changed });
}

/** Holds each row's prediction by one tree to the values that the twin can give; returns how many rows had one only. */
function holdTree(got: { sums: Float64Array }, rows: Iterable<number>, one: Case, weights: Float64Array): number {
  const columns = oneHot(one.design);
  const growth = { rows: [...one.train].filter((row) => weights[row] !== 0), target: one.target, weights, settings: one.settings };
  const scale = Math.max(1, ...one.target.map(Math.abs));
  let determined = 0;
  for (const row of rows) {
    const value = got.sums[row] as number;
    const possible = outcomes(columns, growth, row);
    if (possible.length === 1) determined++;
    expect(Math.min(...possible.map((wanted) => Math.abs(wanted - value))), `row ${row}: ${value}, of ${possible.join()}`).toBeLessThan(ROUNDING * scale);
  }
  return determined;
}

describe.each(builds)("a tree against its twin, $build build", ({ kernels }) => {
  const ones = (one: Case): Float64Array => new Float64Array(one.design.rows).fill(1);

  test("all columns, no bootstrap: training rows and held-out rows, real numbers", () => {
    let determined = 0;
    let rows = 0;
    fc.assert(
      fc.property(cases(["real"], 24), (one) => {
        const predict = Uint32Array.of(...one.train, ...one.predict);
        const got = grow(kernels, one, { predict });
        expect([...predict].every((row) => got.counts[row] === 1)).toBe(true);
        determined += holdTree(got, predict, one, ones(one));
        rows += predict.length;
      }),
      { numRuns: 150 },
    );
    expect(determined / rows).toBeGreaterThan(0.6);
  });

  test("all columns, ties, constants, close and huge values", () => {
    fc.assert(
      fc.property(cases(["real", "few", "constant", "close", "huge"], 14, ["real", "few", "constant"]), (one) => {
        const predict = Uint32Array.of(...one.train, ...one.predict);
        holdTree(grow(kernels, one, { predict }), predict, one, ones(one));
      }),
      { numRuns: 300 },
    );
  });

  test("some columns: a value that some draw and tie can give", () => {
    fc.assert(
      fc.property(cases(["real", "few", "constant", "close"], 10, ["real", "few"]), fc.nat(), (one, pick) => {
        const columns = columnCount(one.design);
        if (columns < 2) return;
        const settings = { ...one.settings, maxFeatures: 1 + (pick % (columns - 1)) };
        const predict = Uint32Array.of(...one.train, ...one.predict);
        holdTree(grow(kernels, one, { predict, settings }), predict, { ...one, settings }, ones(one));
      }),
      { numRuns: 200 },
    );
  });

  test("bootstrap by row and by unit: the bag, held-out rows, out-of-bag rows, counts", () => {
    fc.assert(
      fc.property(cases(["real", "few"], 14, ["real"]), fc.boolean(), fc.integer({ min: 1, max: 20 }), fc.nat(1000), (one, byUnit, draws, from) => {
        const settings = { ...one.settings, draws };
        const units = byUnit ? one.units : null;
        for (const tree of [from, from + 1]) {
          const got = grow(kernels, one, { settings, units, outOfBag: true, from: tree, to: tree + 1 });
          const weights = bagWeights(one.design.rows, one.train, units, { key: one.key, tree, draws });
          const outside = [...one.train].filter((row) => weights[row] === 0);
          const routed = new Set([...one.predict, ...outside]);
          got.counts.forEach((count, row) => expect(count).toBe(routed.has(row) ? 1 : 0));
          got.sums.forEach((sum, row) => routed.has(row) || expect(sum).toBe(0));
          holdTree(got, routed, { ...one, settings }, weights);
        }
      }),
      { numRuns: 150 },
    );
  });

  // Which of these columns is drawn makes no difference on training rows. Large nodes are sorted in three ways.
  test("few of many columns, all in the same order or the reverse, and constants: 400 rows", () => {
    const random = randoms(3);
    const n = 400;
    const x = Float64Array.from({ length: n }, (_, row) => Math.floor(300 * random()) + (row % 50 === 0 ? 0 : 0.5 * random()));
    const design = designOf([x, x.map((v) => -v), x.map((v) => v ** 3), x.map(() => 2), x.map((v) => 1 / (1 + v))], [{ codes: x.map(() => 1), levels: 3 }]);
    const target = Float64Array.from(x, (v) => Math.sin(v / 20) + 0.3 * random());
    const train = Uint32Array.from({ length: n }, (_, row) => row);
    for (const [maxFeatures, minLeaf, draws] of [[1, 1, 0], [2, 2, 0], [1, 1, n], [3, 5, n], [7, 1, 2 * n]] as const) {
      const settings = settingsOf(design, { maxFeatures, minLeaf, draws });
      const one: Case = { design, target, train, predict: train, units: new Int32Array(n), settings, key: [1, maxFeatures] };
      const only: Case = { ...one, design: designOf([x]), settings: { ...settings, maxFeatures: 1 } };
      for (let tree = 0; tree < 5; tree++) {
        const range = { from: tree, to: tree + 1 };
        const weights = bagWeights(n, train, null, { key: one.key, tree, draws });
        const inBag = [...train].filter((row) => weights[row] !== 0);
        const got = grow(kernels, one, range);
        const sorted = grow(kernels, only, range);
        for (const row of inBag) expect(Math.abs((got.sums[row] as number) - (sorted.sums[row] as number))).toBeLessThan(ROUNDING);
        if (tree === 0) holdTree(got, inBag.filter((_, i) => i % 30 === 0), only, weights);
      }
    }
  });

  test("large nodes of real numbers and groups", () => {
    const shape = { rows: 170, features: ["real", "few", "real"], levels: [11, 5], target: "real", seed: 9 } as const;
    for (const [left, minLeaf, maxDepth, draws] of [[0, 6, 99, 0], [0, 1, 99, 170], [1, 4, 3, 0], [2, 1, 2, 170]] as const) {
      const one = caseOf({ ...shape, settings: { minLeaf, maxDepth, draws } });
      const settings = { ...one.settings, maxFeatures: columnCount(one.design) - left };
      const weights = bagWeights(one.design.rows, one.train, null, { key: one.key, tree: 0, draws });
      holdTree(grow(kernels, one, { settings }), one.predict.subarray(0, 20), { ...one, settings }, weights);
    }
  });
});

describe.each(builds)("small cases by hand, $build build", ({ kernels }) => {
  interface Example {
    readonly x?: readonly (readonly number[])[];
    readonly groups?: readonly (readonly number[])[];
    readonly y: readonly number[];
    readonly settings?: Partial<TreeSettings>;
  }

  /** Trains on the rows that have a target, predicts all, by each grower: the second has one more column, a constant, and draws all others. */
  function predict({ x = [], groups = [], y, settings: changed = {} }: Example): number[] {
    const rows = [...x, ...groups][0]?.length ?? y.length;
    const made = (features: readonly (readonly number[])[]): number[] => {
      const design = { ...designOf(features, groups.map((codes) => ({ codes, levels: 1 + Math.max(...codes) }))), rows };
      const settings = settingsOf(design, { maxFeatures: columnCount(design) - features.length + x.length, ...changed });
      const target = Float64Array.from({ length: rows }, (_, row) => y[row] ?? NaN);
      const all = Uint32Array.from({ length: rows }, (_, row) => row);
      const request = { settings, target, train: all.subarray(0, y.length), predict: all, units: null, outOfBag: false, key: [8, 8] as const };
      return [...growForest(kernels, design, { ...request, from: 0, to: 1 }).sums];
    };
    const values = made(x);
    // Of two levels, each is a column that cuts alike: only a tree without groups is sure to be the same.
    if (groups.length === 0 && x.length === 1) expect(made([...x, new Array<number>(rows).fill(1)])).toEqual(values);
    return values;
  }

  test("one training row; a constant target; constant features; no columns", () => {
    expect(predict({ x: [[1, 5]], y: [7] })).toEqual([7, 7]);
    expect(predict({ x: [[1, 2, 3, 0]], groups: [[0, 1, 2, 3]], y: [0.1, 0.1, 0.1] })).toEqual(Array(4).fill((0.1 + 0.1 + 0.1) / 3));
    expect(predict({ x: [[4, 4, 4, 9]], y: [1, 2, 6] })).toEqual([3, 3, 3, 3]);
    expect(predict({ x: [[1, 1 + 1e-9, 1, 9]], y: [1, 2, 6] })).toEqual([3, 3, 3, 3]);
    expect(predict({ groups: [[2, 2, 2, 0]], y: [1, 2, 6] })).toEqual([3, 3, 3, 3]);
    expect(predict({ y: [1, 2, 6] })).toEqual([3, 3, 3]);
  });

  test("a cut in the middle, to which its own value goes left; the first of equal cuts", () => {
    expect(predict({ x: [[1, 3, 2, 2.0001, -9, 9]], y: [0, 1] })).toEqual([0, 1, 0, 1, 0, 1]);
    expect(predict({ x: [[-1, -3, -2, -1.9999]], y: [0, 1] })).toEqual([0, 1, 1, 0]);
    // f32 has a value between the f64 middle and that of f32
    const ulp = 2 ** -23;
    expect(predict({ x: [[1, 1 + 3 * ulp, 1 + 2 * ulp, 1 + ulp]], y: [0, 1] })).toEqual([0, 1, 1, 0]);
    // both outer cuts are as good
    expect(predict({ x: [[1, 2, 3, 4]], y: [0, 1, 1, 0], settings: { maxDepth: 1 } })).toEqual([0, 2 / 3, 2 / 3, 2 / 3]);
  });

  test("neighbours no farther apart than 1e-7 in f32 are not separated", () => {
    const next = Math.fround(GAP * (1 + 2 ** -23));
    expect(predict({ x: [[0, GAP]], y: [0, 1] })).toEqual([0.5, 0.5]);
    expect(predict({ x: [[0, next]], y: [0, 1] })).toEqual([0, 1]);
    expect(predict({ x: [[-0, 0]], y: [0, 1] })).toEqual([0.5, 0.5]);
    // the middle row links the others, unless it is not there
    expect(predict({ x: [[0, 1.6 * GAP, 0.8 * GAP]], y: [0, 1, 0.5] })).toEqual([0.5, 0.5, 0.5]);
    expect(predict({ x: [[0, 1.6 * GAP, 0.8 * GAP]], y: [0, 1] })).toEqual([0, 1, 0]);
    // f32 neighbours at 1e9 are 64 apart
    expect(predict({ x: [[1e9, 1e9 + 64, 1e9 + 31, 1e9 + 33]], y: [0, 1] })).toEqual([0, 1, 0, 1]);
  });

  test("a close feature is not taken for one in the same order", () => {
    // of the three rows it parts none, and it is no column that the first cut could choose
    const design = designOf([[0, 1, 2, 1.6], [0, 0.8 * GAP, 1.6 * GAP, GAP]]);
    const train = Uint32Array.of(0, 1, 2);
    const request = { target: Float64Array.of(0, 0, 3, 0), train, predict: Uint32Array.of(3), units: null, outOfBag: false, key: [2, 2] as const };
    expect(growForest(kernels, design, { ...request, settings: settingsOf(design), from: 0, to: 50 }).sums[3]).toBe(150);
  });

  test("a level that leaves too few other rows is no cut, whichever columns are drawn", () => {
    const codes = [0, 0, 0, 0, 1, 1];
    const design = designOf([codes.map(() => 1)], [{ codes, levels: 2 }]);
    const request = { target: Float64Array.of(1, 1, 1, 1, 6, 0), train: Uint32Array.of(0, 1, 2, 3, 4), predict: Uint32Array.of(4, 5), units: null, outOfBag: false };
    for (const maxFeatures of [1, 2, 3]) {
      const settings = settingsOf(design, { maxFeatures, minLeaf: 2 });
      expect([...growForest(kernels, design, { ...request, settings, key: [1, 9], from: 0, to: 20 }).sums.slice(4)]).toEqual([40, 40]);
    }
  });

  test("one row a level, a level that is not in training, leaves and splits by rows", () => {
    expect(predict({ groups: [[0, 1, 2, 3]], y: [1, 2, 4, 8] })).toEqual([1, 2, 4, 8]);
    expect(predict({ groups: [[0, 0, 0, 1, 2]], y: [1, 1, 1, 5], settings: { maxDepth: 1, maxFeatures: 99 } }).slice(0, 4)).toEqual([1, 1, 1, 5]);
    // the unseen level is on the side of "not this level": of the level cut off last, alone with the rest
    expect(predict({ groups: [[0, 0, 1, 1, 2, 2, 3]], y: [0, 0, 1, 1, 9, 9], settings: { maxDepth: 1 } })).toEqual([0.5, 0.5, 0.5, 0.5, 9, 9, 0.5]);
    expect(predict({ x: [[1, 2, 3, 4]], y: [0, 0, 0, 1], settings: { minLeaf: 2 } })).toEqual([0, 0, 0.5, 0.5]);
    expect(predict({ x: [[1, 2, 3, 4]], y: [0, 0, 0, 1], settings: { minLeaf: 3 } })).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(predict({ x: [[1, 2, 3, 4]], y: [0, 2, 8, 9], settings: { minSplit: 3 } })).toEqual([1, 1, 8.5, 8.5]);
    expect(predict({ x: [[1, 2, 3, 4]], y: [0, 2, 8, 9], settings: { minSplit: 5 } })).toEqual([4.75, 4.75, 4.75, 4.75]);
    expect(predict({ x: [[1, 2, 3, 4]], y: [0, 2, 8, 9], settings: { maxDepth: 0 } })).toEqual([4.75, 4.75, 4.75, 4.75]);
  });
});
