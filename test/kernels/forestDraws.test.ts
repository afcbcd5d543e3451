import { describe, expect, test } from "vitest";
import { columnCount, type Design } from "../../src/kernels/design.js";
import { growForest, type TreeSettings } from "../../src/kernels/forest.js";
import type { Kernels } from "../../src/kernels/instance.js";
import { createSpecial } from "../../src/kernels/special.js";
import { builds } from "./builds.js";
import { bestCuts, designOf, GAP, oneHot, randoms, settingsOf } from "./twins/forest.js";

/** Smallest p-value allowed. There are fewer than 100 of them, so a choice of seeds fails once in a million. */
const RARE = 1e-8;
const SIMULATIONS = 200_000;

/** One split: training rows, then `base`, which goes left at every column's cut, then one row a column that goes right at that alone. */
interface Stump {
  readonly design: Design;
  readonly target: Float64Array;
  readonly train: number[];
  readonly base: number;
  readonly settings: TreeSettings;
}

/** How many of `trees` stumps cut each column: a probe's sum tells, since it differs from the base's in those trees alone. */
function rootColumns(kernels: Kernels, stump: Stump, settings: TreeSettings, trees: number): number[] {
  const { design, target, train, base } = stump;
  const predict = Uint32Array.from({ length: 1 + columnCount(design) }, (_, i) => base + i);
  const { sums } = growForest(kernels, design, {
    settings, train: Uint32Array.from(train), target, predict, units: null, outOfBag: false, key: [7, 11], from: 0, to: trees,
  });
  return oneHot(design).map((values, column) => {
    const [cut] = cutsOf(stump, column);
    if (cut === undefined) return 0;
    const goesRight = (row: number): boolean => (values[row] as number) > cut.threshold;
    const mean = (rows: number[]): number => rows.reduce((sum, row) => sum + (target[row] as number), 0) / rows.length;
    const apart = mean(train.filter(goesRight)) - mean(train.filter((row) => !goesRight(row)));
    const count = ((sums[base + 1 + column] as number) - (sums[base] as number)) / apart;
    expect(Math.abs(count - Math.round(count)), `column ${column}: ${count}`).toBeLessThan(1e-4);
    return Math.round(count) + 0;
  });
}

function cutsOf({ design, target, train, settings }: Stump, column: number): ReturnType<typeof bestCuts> {
  return bestCuts(oneHot(design), { rows: train, target, weights: new Float64Array(design.rows).fill(1), settings }, train, column);
}

/**
 * The column that scikit-learn's node_split_best chooses at a root: its drawing loop (_splitter.pyx, 1.9), step by
 * step. `gains`: null for a constant column, -1 for one that has no cut. Returns `gains.length` for a leaf.
 */
function drawAsTheyDo(gains: readonly (number | null)[], maxFeatures: number, random: () => number): number {
  const features = gains.map((_, i) => i);
  const swap = (a: number, b: number): void => {
    [features[a], features[b]] = [features[b] as number, features[a] as number];
  };
  let [end, visited, constants] = [features.length, 0, 0];
  let [best, chosen] = [-1, gains.length];
  while (end > constants && (visited < maxFeatures || visited <= constants)) {
    visited++;
    const drawn = Math.floor(random() * (end - constants)) + constants;
    const feature = features[drawn] as number;
    const gain = gains[feature] ?? null;
    if (gain === null) {
      swap(drawn, constants++);
      continue;
    }
    swap(--end, drawn);
    if (gain > best) [best, chosen] = [gain, feature];
  }
  return chosen;
}

/**
 * The p-value of counts against expected shares (Pearson's chi-square, rare cells put together), where the shares
 * were themselves counted among `simulations`; `tail` is the upper tail of the chi-square distribution.
 */
function pValue(
  tail: (x: number, df: number) => number, counts: readonly number[], shares: readonly number[], simulations = Infinity,
): number {
  const total = counts.reduce((a, b) => a + b, 0);
  const cells = counts.map((count, i) => ({ count, expected: total * (shares[i] as number) }));
  const rare = cells.filter((cell) => cell.expected < 20);
  const rest = {
    count: rare.reduce((all, cell) => all + cell.count, 0),
    // Never less than 5: a simulation may have missed what happens once in a while.
    expected: Math.max(5, rare.reduce((all, cell) => all + cell.expected, 0)),
  };
  const used = [...cells.filter((cell) => cell.expected >= 20), ...(rare.length > 0 ? [rest] : [])];
  const statistic = used.reduce((all, { count, expected }) => all + (count - expected) ** 2 / (expected * (1 + total / simulations)), 0);
  return used.length < 2 ? 1 : tail(statistic, used.length - 1);
}

/** Real numbers: 5 features, one constant; two groups of 6 and 4 levels, and `unseen` more that no training row has. */
function stumpOf(n: number, minLeaf: number, unseen: number): Stump {
  const random = randoms(n + 1);
  const levels = [6, 4] as const;
  const groups = levels.map((count) => Array.from({ length: n }, () => Math.floor(count * random())));
  const features = Array.from({ length: 5 }, (_, f) => Array.from({ length: n }, () => (f === 3 ? 0.5 : random())));
  const columns = 5 + levels[0] + levels[1] + 2 * unseen;
  const target = Float64Array.from({ length: n + 1 + columns }, random);
  for (let row = n; row <= n + columns; row++) {
    features.forEach((feature, f) => (feature[row] = row === n + 1 + f ? 2 : -1));
    groups.forEach((codes, g) => {
      const count = levels[g] as number;
      const level = row - n - 1 - 5 - g * (levels[0] + unseen);
      codes[row] = level >= 0 && level < count ? level : count;
    });
  }
  const design = designOf(features, groups.map((codes, g) => ({ codes, levels: (levels[g] as number) + unseen })));
  return { design, target, train: Array.from({ length: n }, (_, i) => i), base: n, settings: settingsOf(design, { minLeaf, maxDepth: 1 }) };
}

/** Nodes up to 48 rows list the columns that vary first; larger ones draw one by one. Some draws are of columns without a cut alone. */
const drawings = [
  { n: 14, minLeaf: 1, unseen: 14 },
  { n: 40, minLeaf: 8, unseen: 1 },
  { n: 60, minLeaf: 1, unseen: 14 },
  { n: 90, minLeaf: 20, unseen: 1 },
].flatMap(({ n, minLeaf, unseen }) => {
  const stump = stumpOf(n, minLeaf, unseen);
  const columns = columnCount(stump.design);
  const gains = oneHot(stump.design).map((values, column) =>
    stump.train.every((row) => values[row] === values[0]) ? null : (cutsOf(stump, column)[0]?.root ?? -1),
  );
  return [1, 2, 5, columns - 4, columns - 1].map((maxFeatures) => {
    const random = randoms(maxFeatures);
    const counts = new Array<number>(columns + 1).fill(0);
    for (let i = 0; i < SIMULATIONS; i++) (counts[drawAsTheyDo(gains, maxFeatures, random)] as number)++;
    return { n, maxFeatures, columns, stump, shares: counts.map((count) => count / SIMULATIONS) };
  });
});

/**
 * n rows of which the first `low` have small targets: what cuts these off is best. Columns 0 and 1 share a class and
 * do it, 2 does it in falling order, 3 is constant, 4 is noise; in the first group one level does, in the second two.
 * Sums are exact, so that scikit-learn finds the gains equal to the last bit.
 */
function alike(n: number, low: number, noise: number): Stump {
  const random = randoms(n);
  const target = Float64Array.from({ length: n + 21 }, (_, row) => (row < low ? 0 : 1) + (noise * Math.floor(1024 * random())) / 1024);
  // Above n: the base, then the probes in the order of the columns; the probe of column 1 goes right at column 0, too.
  const probe = (column: number, rows: (row: number) => number, left: number, right: number): number[] =>
    Array.from({ length: n + 21 }, (_, row) => (row < n ? rows(row) : row === n + 1 + column ? right : left));
  const first = probe(0, (row) => (row < low ? 1 : 3), 0, 2.1);
  first[n + 2] = 4;
  const codes = (offset: number, levels: number, rows: (row: number) => number): number[] =>
    Array.from({ length: n + 21 }, (_, row) => (row < n ? rows(row) : row - n - 1 >= offset && row - n - 1 < offset + levels - 1 ? row - n - 1 - offset : levels - 1));
  const design = designOf(
    [
      first, first.map((x) => x * x), probe(2, (row) => (row < low ? 5 : 2), 0, 6), first.map(() => 7),
      probe(4, () => random(), -1, 2),
    ],
    [
      { codes: codes(5, 6, (row) => (row < low ? 2 : [0, 1, 3, 4][row % 4] as number)), levels: 6 },
      { codes: codes(11, 8, (row) => (row < low ? 6 : 4)), levels: 8 },
    ],
  );
  return { design, target, train: Array.from({ length: n }, (_, i) => i), base: n, settings: settingsOf(design, { maxDepth: 1 }) };
}

/** Two rows: which columns tell them apart. Column 4 is a chain closer than GAP and does, column 5 does not. */
function pair(): Stump {
  const { design, target } = alike(2, 1, 0);
  const chain = (a: number, b: number, column: number): number[] =>
    Array.from({ length: design.rows }, (_, row) => GAP * (row === 0 ? a : row === 1 ? b : row === 3 + column ? 4 : 0.8 * (row % 3) - 1));
  const shifted = design.groups.map(({ codes, levels }) => ({ levels, codes: codes.map((code, row) => (row < 3 ? code : (codes[row - 1] as number))) }));
  return {
    design: designOf([...design.features.slice(0, 4), chain(0, 2.4, 4), chain(0, 0.8, 5)], shifted),
    target, train: [0, 1], base: 2, settings: settingsOf(design, { maxFeatures: 20, maxDepth: 1 }),
  };
}

describe.each(builds)("which column is cut, $build build", ({ build, kernels }) => {
  const { chiSquareTail } = createSpecial(kernels);
  const trees = build === "fast" ? 10_000 : 2_000;

  test.each(drawings)("$n rows, $maxFeatures of $columns columns: as often as in scikit-learn", ({ stump, maxFeatures, shares }) => {
    const counts = rootColumns(kernels, stump, { ...stump.settings, maxFeatures }, trees);
    const leaves = trees - counts.reduce((a, b) => a + b, 0);
    expect(pValue(chiSquareTail, [...counts, leaves], shares, SIMULATIONS)).toBeGreaterThan(RARE);
  });

  test("no two of these columns are equally good", () => {
    for (const { stump } of drawings) {
      const roots = oneHot(stump.design).flatMap((_, column) => cutsOf(stump, column)[0]?.root ?? []).sort((a, b) => a - b);
      roots.forEach((root, i) => expect(root - (roots[i - 1] ?? -1)).toBeGreaterThan(1e-6));
    }
  });

  test.each([
    { n: 8, low: 3, noise: 0 }, { n: 64, low: 24, noise: 0 }, { n: 9, low: 4, noise: 0.125 }, { n: 10, low: 3, noise: 0.125 }, { n: 60, low: 24, noise: 0.125 }, { n: 61, low: 7, noise: 0 }, { n: 70, low: 24, noise: 0.125 }
  ])("$n rows, $low low, noise $noise: columns that cut alike are equally likely", ({ n, low, noise }) => {
    const stump = alike(n, low, noise);
    const columns = columnCount(stump.design);
    const best = [0, 1, 2, 7, 15, 17];
    for (const maxFeatures of [1, 3, columns - 1, columns]) {
      const counts = rootColumns(kernels, stump, { ...stump.settings, maxFeatures }, trees);
      counts[1] = (counts[1] as number) - (counts[0] as number);
      const among = best.map((column) => counts[column] as number);
      if (maxFeatures >= columns - 1) expect(among.reduce((a, b) => a + b, 0)).toBe(trees);
      expect(pValue(chiSquareTail, among, best.map(() => 1 / best.length))).toBeGreaterThan(RARE);
    }
  });

  test("more columns than the smallest number can count draws of", () => {
    // 1 / (1200 choose 600) underflows; 600 columns vary, of which the first is best
    const columns = 1200;
    const drawn = 600;
    const train = [0, 1, 2, 3];
    const design = designOf(Array.from({ length: columns }, (_, c) => (c === 0 ? [0, 0, 1, 1, 0] : c < drawn ? [0, 1, 1, 1, 1] : [0, 0, 0, 0, 0])));
    const few = 300;
    const { sums } = growForest(kernels, design, {
      settings: settingsOf(design, { maxFeatures: drawn, maxDepth: 1 }), train: Uint32Array.from(train), predict: Uint32Array.of(4),
      target: Float64Array.of(0, 0, 1, 1, 0), units: null, outOfBag: false, key: [1, 2], from: 0, to: few,
    });
    // row 4 gets 0 from the first column, 2/3 from the others
    const first = few - Math.round((sums[4] as number) * 1.5);
    expect(pValue(chiSquareTail, [first, few - first], [0.5, 0.5])).toBeGreaterThan(RARE);
  });

  test("two nodes of one tree are drawn for independently", () => {
    // the first two columns part the rows in two pairs, of which each is cut by one of the others
    const design = designOf([[0, 0, 1, 1, 0, 1], [0, 0, 1, 1, 0, 1], [0, 1, 0, 1, 0, 0], [1, 0, 1, 0, 0, 0]]);
    const predict = Uint32Array.of(4, 5);
    for (const maxFeatures of [3, 4]) {
      const counts = [0, 0, 0, 0];
      for (let tree = 0; tree < 1000; tree++) {
        const { sums } = growForest(kernels, design, {
          settings: settingsOf(design, { maxFeatures }), train: Uint32Array.of(0, 1, 2, 3), target: Float64Array.of(0, 1, 10, 11, 0, 0),
          predict, units: null, outOfBag: false, key: [3, 4], from: tree, to: tree + 1,
        });
        const both = (sums[4] as number) + 2 * ((sums[5] as number) - 10);
        counts[both] = (counts[both] as number) + 1;
      }
      expect(pValue(chiSquareTail, counts, [0.25, 0.25, 0.25, 0.25])).toBeGreaterThan(RARE);
    }
  });

  test("random cuts fall anywhere between the extremes, also between values that no best cut would part", () => {
    // gaps of 0.9, 1.1 and 0.9 times 1e-7
    const design = designOf([[0, 0.9, 2, 2.9].map((x) => x * GAP)]);
    const rows = Uint32Array.of(0, 1, 2, 3);
    const outcomes = ["1 3 3 3", "1.5 1.5 3.5 3.5", "2 2 2 4"];
    const counts = [0, 0, 0];
    for (let tree = 0; tree < 1000; tree++) {
      const { sums } = growForest(kernels, design, {
        settings: { ...settingsOf(design, { maxDepth: 1 }), randomCuts: true }, train: rows, target: Float64Array.of(1, 2, 3, 4),
        predict: rows, units: null, outOfBag: false, key: [5, 6], from: tree, to: tree + 1,
      });
      const outcome = outcomes.indexOf(sums.join(" "));
      expect(outcome, sums.join(" ")).toBeGreaterThanOrEqual(0);
      counts[outcome] = (counts[outcome] as number) + 1;
    }
    expect(pValue(chiSquareTail, counts, [0.9 / 2.9, 1.1 / 2.9, 0.9 / 2.9])).toBeGreaterThan(RARE);
  });

  test.each([6, 70])("random cuts, all columns, %i rows: columns that cut alike are equally likely", (n) => {
    // two features and their reverse, two levels of one group; of the third no training row is
    const low = (row: number): boolean => row % 3 === 0;
    const rows = n + 7;
    const feature = (column: number, left: number, right: number): number[] =>
      Array.from({ length: rows }, (_, row) => (row < n ? (low(row) ? left : right) : row === n + 1 + column ? 2 : -1));
    const codes = Array.from({ length: rows }, (_, row) => (row < n ? (low(row) ? 0 : 1) : row === n + 4 ? 0 : row === n + 5 ? 1 : 2));
    const design = designOf([feature(0, 0, 1), feature(1, 0, 1), feature(2, 1, 0)], [{ codes, levels: 3 }]);
    const target = Float64Array.from({ length: rows }, (_, row) => (low(row) ? 0 : 1));
    const settings = { ...settingsOf(design, { maxDepth: 1 }), randomCuts: true };
    const counts = rootColumns(kernels, { design, target, train: Array.from({ length: n }, (_, i) => i), base: n, settings }, settings, trees);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(trees);
    expect(counts[5]).toBe(0);
    expect(pValue(chiSquareTail, counts.slice(0, 5), counts.slice(0, 5).map(() => 0.2))).toBeGreaterThan(RARE);
  });

  test("a column whose values are no farther apart than 1e-7 in the node is constant there, though none are equal", () => {
    // the rows not trained on make the second column a longer chain
    const design = designOf([[0, 0, 1, 1, 0, 0], [0, 0.3, 0.6, 0.9, 1.5, 2.1].map((x) => x * GAP)]);
    const request = { train: Uint32Array.of(0, 1, 2, 3), predict: Uint32Array.of(4), target: Float64Array.of(1, 1, 3, 3, 0, 0), units: null, outOfBag: false };
    const { sums } = growForest(kernels, design, { ...request, settings: settingsOf(design, { maxFeatures: 1 }), key: [6, 6], from: 0, to: 100 });
    expect(sums[4]).toBe(100);
  });

  test("two rows: columns that tell them apart are equally likely", () => {
    const stump = pair();
    const columns = columnCount(stump.design);
    const apart = [0, 1, 2, 4, 7, 8, 16, 18];
    for (const maxFeatures of [1, 2, 7, columns - 1, columns]) {
      const counts = rootColumns(kernels, stump, { ...stump.settings, maxFeatures }, trees);
      counts[1] = (counts[1] as number) - (counts[0] as number);
      const among = apart.map((column) => counts[column] as number);
      expect(among.reduce((a, b) => a + b, 0)).toBe(trees);
      expect(pValue(chiSquareTail, among, apart.map(() => 1 / apart.length))).toBeGreaterThan(RARE);
    }
  });
});
