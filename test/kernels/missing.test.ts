import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growBoosting } from "../../src/kernels/boosting.js";
import { columnCount, type Design } from "../../src/kernels/design.js";
import { type ForestRequest, growForest, type TreeSettings } from "../../src/kernels/forest.js";
import type { Kernels } from "../../src/kernels/instance.js";
import { builds } from "./builds.js";
import { boosted } from "./twins/boosting.js";
import { bagWeights, type Case, caseOf, cases, designOf, oneHot, outcomes, randoms, settingsOf } from "./twins/forest.js";

/** Sums in another order. Targets are of size 1. */
const ROUNDING = 1e-12;

function grow(kernels: Kernels, one: Case, changed: Partial<ForestRequest> = {}): ReturnType<typeof growForest> {
  const { design, target, train, predict, settings, key } = one;
  return growForest(kernels, design, { settings, train, target, predict, units: null, outOfBag: false, key, from: 0, to: 1, ...changed });
}

/** Holds each row's prediction by one tree to the values that the twin can give; returns the share of rows that had one only. */
function holdTree(got: { sums: Float64Array }, rows: readonly number[], one: Case, weights: Float64Array): number {
  const columns = oneHot(one.design);
  const growth = { rows: [...one.train].filter((row) => weights[row] !== 0), target: one.target, weights, settings: one.settings };
  const possible = rows.map((row) => outcomes(columns, growth, row));
  rows.forEach((row, i) => {
    const off = (possible[i] ?? []).map((wanted) => Math.abs(wanted - (got.sums[row] as number)));
    expect(Math.min(...off), `row ${row}: ${got.sums[row]}, of ${possible[i]?.join()}`).toBeLessThan(ROUNDING * 10);
  });
  return possible.filter((values) => values.length === 1).length / rows.length;
}

const everyRow = ({ train, predict }: Case): Uint32Array => Uint32Array.of(...train, ...predict);

describe.each(builds)("trees on missing values against their twin, $build build", ({ build, kernels }) => {
  const runs = { numRuns: build === "fast" ? 200 : 60 };
  const ones = (one: Case): Float64Array => new Float64Array(one.design.rows).fill(1);

  test("all columns: training rows and held-out rows", () => {
    const shares: number[] = [];
    fc.assert(
      fc.property(cases(["real", "gaps", "fewGaps", "closeGaps"], 20, ["real"]), (one) => {
        const predict = everyRow(one);
        shares.push(holdTree(grow(kernels, one, { predict }), [...predict], one, ones(one)));
      }),
      runs,
    );
    expect(shares.reduce((a, b) => a + b, 0) / shares.length).toBeGreaterThan(0.5);
  });

  test("some columns: a value that some draw and tie can give", () => {
    fc.assert(
      fc.property(cases(["real", "gaps", "fewGaps", "closeGaps", "constant"], 10, ["real", "few"]), fc.nat(), (one, pick) => {
        const columns = columnCount(one.design);
        if (columns < 2) return;
        const settings = { ...one.settings, maxFeatures: 1 + (pick % (columns - 1)) };
        const predict = everyRow(one);
        holdTree(grow(kernels, one, { predict, settings }), [...predict], { ...one, settings }, ones(one));
      }),
      runs,
    );
  });

  test("bootstrapped and weighted: held-out rows", () => {
    fc.assert(
      fc.property(cases(["real", "gaps"], 14, ["real"]), fc.integer({ min: 1, max: 20 }), fc.boolean(), (one, draws, all) => {
        const columns = columnCount(one.design);
        const settings = { ...one.settings, draws, maxFeatures: all ? columns : Math.max(1, columns - 1) };
        const observed = Float64Array.from(one.target, (y) => 1.5 + Math.sin(50 * y));
        const bag = bagWeights(one.design.rows, one.train, null, { key: one.key, tree: 0, draws });
        const got = grow(kernels, one, { settings, weights: observed });
        holdTree(got, [...one.predict], { ...one, settings }, bag.map((times, row) => times * (observed[row] as number)));
      }),
      runs,
    );
  });

  // Which of these columns is drawn makes no difference on training rows. Large nodes are sorted in three ways.
  test("few of many columns, all in the same order or the reverse, missing in the same rows: 400 rows", () => {
    const random = randoms(3);
    const x = Float64Array.from({ length: 400 }, () => (random() < 0.3 ? NaN : Math.floor(300 * random()) + 0.5 * random()));
    const design = designOf([x, x.map((v) => -v), x.map((v) => v ** 3), x.map(() => 2)]);
    const target = Float64Array.from(x, (v) => (Number.isNaN(v) ? random() : Math.sin(v / 20) + 0.3 * random()));
    const train = Uint32Array.from(x.keys());
    for (const [maxFeatures, minLeaf] of [[1, 1], [2, 2], [3, 5]] as const) {
      const settings = settingsOf(design, { maxFeatures, minLeaf });
      const one: Case = { design, target, train, predict: train, units: new Int32Array(400), settings, key: [1, maxFeatures] };
      const only: Case = { ...one, design: designOf([x]), settings: { ...settings, maxFeatures: 1 } };
      const got = grow(kernels, one);
      const sorted = grow(kernels, only);
      for (const row of train) expect(Math.abs((got.sums[row] as number) - (sorted.sums[row] as number))).toBeLessThan(ROUNDING);
      holdTree(got, [...train].filter((row) => row % 40 === 0), only, ones(only));
    }
  });

  test("a column that is missing throughout is constant; the unit of a feature does not matter; a column twice is one", () => {
    fc.assert(
      fc.property(cases(["gaps", "fewGaps", "real"], 20, ["real"]), fc.integer({ min: -5, max: 20 }), (one, power) => {
        const { features, groups, rows } = one.design;
        const on = (changed: readonly Float64Array[]): Float64Array => {
          const design = { ...designOf(changed, groups), rows };
          return grow(kernels, { ...one, design, settings: { ...one.settings, maxFeatures: columnCount(design) } }).sums;
        };
        const plain = on(features);
        expect(on([new Float64Array(rows).fill(NaN), ...features])).toEqual(plain);
        if (features.every((feature) => !feature.some((x) => Math.abs(x) < 1e-5 && x !== 0))) {
          expect(on(features.map((feature) => feature.map((x) => x * 2 ** power)))).toEqual(plain);
        }
        if (groups.length === 0 && features.length === 1) expect(on([...features, ...features])).toEqual(plain);
      }),
      runs,
    );
  });

  // Features that are complete are cut four at a time, others one by one; pairs of rows are settled without a cut.
  test("random cuts: a row that no tree sees may be missing", () => {
    fc.assert(
      fc.property(cases(["real", "few", "constant", "close"], 40, ["real"]), fc.integer({ min: 0, max: 30 }), (one, draws) => {
        const { features, groups, rows } = one.design;
        const settings = { ...one.settings, minSplit: Math.max(3, one.settings.minSplit), draws, randomCuts: true };
        const used = new Set(everyRow({ ...one, predict: one.predict.subarray(1) }));
        const on = (changed: readonly Float64Array[]): Float64Array =>
          grow(kernels, { ...one, design: { ...designOf(changed, groups), rows }, settings, predict: one.predict.subarray(1) }, { to: 3 }).sums;
        expect(on(features.map((feature) => feature.map((x, row) => (used.has(row) ? x : NaN))))).toEqual(on(features));
      }),
      runs,
    );
  });

  test("boosting: each round's tree", () => {
    const one = caseOf({ rows: 60, features: ["gaps", "real", "gaps"], levels: [], target: "real", settings: { maxDepth: 2, minLeaf: 4 }, seed: 2 });
    const { design, target, train, predict, key } = one;
    const made = {
      design, target, train, predict, key, settings: one.settings, rate: 0.3, start: new Float64Array(design.rows), logistic: false,
      effects: [], units: null, weights: ones(one),
    };
    const [wanted = new Float64Array()] = boosted(made, [8]);
    const [got] = growBoosting(kernels, design, { ...made, checkpoints: [8] });
    got?.forEach((value, i) => expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(1e-10));
  });
});

describe.each(builds)("missing values by hand, $build build", ({ kernels }) => {
  /** Trains on the rows that have a target, predicts all; by each grower where there is one column. */
  function predict(x: readonly (readonly number[])[], y: readonly number[], changed: Partial<TreeSettings> = {}): number[] {
    const rows = x[0]?.length ?? 0;
    const made = (design: Design): number[] => {
      const target = Float64Array.from({ length: rows }, (_, row) => y[row] ?? NaN);
      const all = Uint32Array.from({ length: rows }, (_, row) => row);
      const settings = settingsOf(design, { maxFeatures: x.length, ...changed });
      const request = { settings, target, train: all.subarray(0, y.length), predict: all, units: null, outOfBag: false, key: [8, 8] as const };
      return [...growForest(kernels, design, { ...request, from: 0, to: 1 }).sums];
    };
    const values = made(designOf(x));
    if (x.length === 1) expect(made(designOf([...x, new Array<number>(rows).fill(1)]))).toEqual(values);
    return values;
  }
  const O = NaN;

  test("missing against the rest; with the left; with the right", () => {
    expect(predict([[1, 2, 3, O, O, 9, O]], [0, 0, 0, 6, 6], { maxDepth: 1 })).toEqual([0, 0, 0, 6, 6, 0, 6]);
    expect(predict([[1, 2, 8, 9, O, O]], [4, 4, 0, 0, 4], { maxDepth: 1 })).toEqual([4, 4, 0, 0, 4, 4]);
    expect(predict([[1, 2, 8, 9, O, O]], [4, 4, 0, 0, 0], { maxDepth: 1 })).toEqual([4, 4, 0, 0, 0, 0]);
    expect(predict([[1, 2, 3, O]], [0, 0, 0, 6], { minLeaf: 2 })).toEqual([0, 0, 3, 3]);
  });

  test("none missing in training: to the side with more rows, to the right where they are as many", () => {
    expect(predict([[1, 2, 3, O]], [0, 0, 6])).toEqual([0, 0, 6, 0]);
    expect(predict([[1, 2, 3, O]], [0, 6, 6])).toEqual([0, 6, 6, 6]);
    expect(predict([[1, 2, 3, 4, O]], [0, 0, 6, 6])).toEqual([0, 0, 6, 6, 6]);
    expect(predict([[1, 2, O]], [0, 6])).toEqual([0, 6, 6]);
  });

  test("two rows, one of them missing; both missing; a missing value of either sign", () => {
    expect(predict([[O, 2, -9, 9, O]], [6, 0])).toEqual([6, 0, 0, 0, 6]);
    expect(predict([[O, O, 1]], [6, 0])).toEqual([3, 3, 3]);
    const bits = new DataView(new ArrayBuffer(8));
    bits.setBigUint64(0, 0xfff8000000000000n);
    expect(predict([[O, bits.getFloat64(0), 1, 2]], [6, 6, 0, 0])).toEqual([6, 6, 0, 0]);
  });

  test("more rows than sixteen bits can count", () => {
    const rows = 65_600;
    const x = Float64Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? NaN : row));
    const design = designOf([x]);
    const target = Float64Array.from(x, (value) => (Number.isNaN(value) ? 5 : value < 700 ? 1 : 2));
    const train = Uint32Array.from({ length: 1500 }, (_, row) => row);
    const held = Uint32Array.of(65_598, 65_599, 65_597);
    const request = { settings: settingsOf(design), target, train, predict: held, units: null, outOfBag: false, key: [1, 1] as const, from: 0, to: 1 };
    expect([...held].map((row) => growForest(kernels, design, request).sums[row])).toEqual([5, 2, 2]);
  });

  test("random cuts: missing values go to either side as often", () => {
    const counts = { left: 0, right: 0, uncut: 0 };
    const x = [0, 1, O, O];
    const trees = 2000;
    for (const extra of [[], [new Array<number>(4).fill(1)]]) {
      const design = designOf([x, ...extra]);
      for (let tree = 0; tree < trees / 2; tree++) {
        const { sums } = growForest(kernels, design, {
          settings: { ...settingsOf(design, { maxDepth: 1, maxFeatures: 1 }), randomCuts: true }, train: Uint32Array.of(0, 1, 2), target: Float64Array.of(0, 10, 1, 0),
          predict: Uint32Array.of(0, 1, 3), units: null, outOfBag: false, key: [5, 6], from: tree, to: tree + 1,
        });
        const [zero, ten, missing] = [sums[0], sums[1], sums[3]];
        if (zero === ten) counts.uncut++;
        else if (missing === zero) counts.left++;
        else if (missing === ten) counts.right++;
      }
    }
    expect(counts.left + counts.right).toBe(trees);
    // Half of 2,000 with a standard deviation of 22: six of them.
    expect(Math.abs(counts.left - trees / 2)).toBeLessThan(135);
  });

  test("random cuts: one value and missing ones are parted in half of the trees, two rows or more", () => {
    for (const rows of [2, 3, 5]) {
      const design = designOf([Array.from({ length: rows }, (_, row) => (row === 0 ? NaN : 7))]);
      const train = Uint32Array.from({ length: rows }, (_, row) => row);
      const trees = 1000;
      const request = { settings: { ...settingsOf(design), randomCuts: true }, train, target: Float64Array.from(train, (row) => (row === 0 ? 1 : 0)), predict: train };
      let parted = 0;
      for (let tree = 0; tree < trees; tree++) {
        const { sums } = growForest(kernels, design, { ...request, units: null, outOfBag: false, key: [7, 7], from: tree, to: tree + 1 });
        if (sums[0] === 1) parted++;
      }
      expect(Math.abs(parted - trees / 2)).toBeLessThan(6 * Math.sqrt(trees / 4));
    }
  });
});
