import { describe, expect, test } from "vitest";
import { columnCount } from "../../src/kernels/design.js";
import { growForest, type TreeSettings } from "../../src/kernels/forest.js";
import type { FitJob, Options, WithinJob } from "../../src/learners/learner.js";
import { drawnColumns } from "../../src/learners/forest.js";
import { rf } from "../../src/learners/rf.js";
import { builds } from "../kernels/builds.js";
import { designOf, randoms } from "../kernels/twins/forest.js";

const defaults: Options = { trees: 100, maxFeatures: "all", minLeaf: 1, minSplit: 2, maxDepth: null, bootstrap: true, maxSamples: null, stages: null };

/** 12 units of 4 rows; the first feature tells the units apart. The last two units are held out. */
function jobOf(options: Options, seed = 1): WithinJob {
  const random = randoms(seed);
  const rows = 48;
  const column = (make: (row: number) => number): Float64Array => Float64Array.from({ length: rows }, (_, row) => make(row));
  const units = Int32Array.from(column((row) => 100 - 3 * (row % 12)));
  const groups = [{ codes: column((row) => row % 4), levels: 4 }, { codes: column(() => Math.floor(7 * random())), levels: 9 }];
  const design = designOf([Float64Array.from(units), column(random), column(random)], groups);
  const all = Array.from({ length: rows }, (_, row) => row);
  return {
    design, units, effects: [], weights: null, together: null, key: [31, 5], options: { ...defaults, ...options },
    target: column((row) => random() + (row % 12) / 6),
    train: Uint32Array.from(all.filter((row) => row % 12 < 10)), predict: Uint32Array.from(all.filter((row) => row % 12 >= 10)).reverse(),
    demeaned: (work) => work((column) => column),
  };
}

test("maxFeatures: counts as in scikit-learn", () => {
  for (const [maxFeatures, columns, wanted] of [
    ["all", 17, 17], ["sqrt", 17, 4], ["sqrt", 16, 4], ["sqrt", 15, 3], ["sqrt", 1, 1], ["log2", 16, 4], ["log2", 15, 3], ["log2", 17, 4],
    ["log2", 1, 1], ["one", 9, 1], [0.3, 10, 3], [0.39, 10, 3], [0.01, 10, 1], [1, 10, 10], [2, 10, 2], [10, 10, 10], [11, 10, 10], [1 / 3, 313, 104],
  ] as const) expect(drawnColumns(maxFeatures, columns), `${maxFeatures} of ${columns}`).toBe(wanted);
});

test("a fit is cut into ranges that follow each other", () => {
  for (const trees of [1, 19, 20, 21, 100, 130]) {
    const ranges = rf.cut({ ...defaults, trees });
    expect(ranges[0]?.from).toBe(0);
    expect(ranges.at(-1)?.to).toBe(trees);
    ranges.forEach((range, i) => {
      expect(range.to).toBeGreaterThan(range.from);
      if (i > 0) expect(range.from).toBe(ranges[i - 1]?.to);
    });
  }
});

describe.each(builds)("the forest as a learner, $build build", ({ kernels }) => {
  /** Sums of the held-out rows by the kernel, trees 3 .. 7. */
  const byKernel = (job: FitJob, changed: Partial<TreeSettings>): number[] => {
    const columns = columnCount(job.design);
    const settings = { maxFeatures: columns, minLeaf: 1, minSplit: 2, maxDepth: 0x7fffffff, draws: job.train.length, ...changed };
    const { sums } = growForest(kernels, job.design, { ...job, settings, units: null, outOfBag: false, from: 3, to: 8 });
    return Array.from(job.predict, (row) => sums[row] as number);
  };

  test.each<[Options, Partial<TreeSettings>]>([
    [{}, {}],
    [{ maxFeatures: "sqrt" }, { maxFeatures: 4 }],
    [{ maxFeatures: "log2" }, { maxFeatures: 4 }],
    [{ maxFeatures: "one" }, { maxFeatures: 1 }],
    [{ maxFeatures: 0.5 }, { maxFeatures: 8 }],
    [{ maxFeatures: 2 }, { maxFeatures: 2 }],
    [{ maxFeatures: 1 }, {}],
    [{ minLeaf: 4 }, { minLeaf: 4 }],
    [{ minSplit: 9 }, { minSplit: 9 }],
    [{ maxDepth: 2 }, { maxDepth: 2 }],
    [{ bootstrap: false }, { draws: 0 }],
    [{ bootstrap: false, maxSamples: 0.5 }, { draws: 0 }],
    [{ maxSamples: 0.5 }, { draws: 20 }],
    [{ maxSamples: 0.01 }, { draws: 1 }],
    [{ maxSamples: 1 }, { draws: 40 }],
    [{ maxSamples: 13 }, { draws: 13 }],
    // scikit-learn 1.9: max(int(share * rows), 1)
    [{ maxSamples: 0.49 }, { draws: 19 }],
  ])("%j becomes %j", (options, changed) => {
    const job = jobOf(options);
    const { predictions, notes } = rf.fit(kernels, job, { from: 3, to: 8 });
    expect([...predictions]).toEqual(byKernel(job, changed));
    expect(notes).toEqual({});
  });

  test("each setting shows", () => {
    const job = jobOf({});
    const seen = [{}, { maxFeatures: 8 }, { maxFeatures: 4 }, { minLeaf: 4 }, { minSplit: 9 }, { maxDepth: 2 }, { draws: 0 }, { draws: 20 }, { draws: 19 }];
    expect(new Set(seen.map((changed) => byKernel(job, changed).join())).size).toBe(seen.length);
  });

  test("pieces give the same bits whatever ran before, and their mean is the forest's", () => {
    const options = { trees: 50, maxFeatures: 0.4 };
    const job = jobOf(options);
    const ranges = rf.cut(job.options);
    expect(ranges.length).toBe(3);
    const inOrder = ranges.map((range) => rf.fit(kernels, job, range).predictions);
    rf.fit(kernels, jobOf(options, 2), { from: 0, to: 1 });
    const backwards = ranges.toReversed().map((range) => rf.fit(kernels, { ...job, key: [...job.key] }, range).predictions).reverse();
    expect(backwards).toEqual(inOrder);
    const forest = rf.combine(inOrder, job.options);
    expect(rf.combine(backwards, job.options)).toEqual(forest);
    const whole = rf.fit(kernels, job, { from: 0, to: 50 }).predictions;
    whole.forEach((sum, i) => expect(Math.abs((forest[i] as number) - sum / 50)).toBeLessThan(1e-14));
    expect(forest.length).toBe(job.predict.length);
    expect([...rf.combine([Float64Array.of(1, 2), Float64Array.of(3, 5)], { trees: 8 })]).toEqual([0.5, 0.875]);
  });

  test("only training rows' targets count", () => {
    const job = jobOf({ trees: 3 });
    const blind = job.target.map((y, row) => (job.train.includes(row) ? y : NaN));
    expect(rf.fit(kernels, { ...job, target: blind }, { from: 0, to: 3 })).toEqual(rf.fit(kernels, job, { from: 0, to: 3 }));
    expect(rf.fitWithin(kernels, { ...job, target: blind })).toEqual(rf.fitWithin(kernels, job));
  });
});

/** A training row's number in inner fold order: units are dealt to five folds in the order in which they come up. */
function innerFolds({ train, units }: WithinJob): number[] {
  const names = [...new Set(Array.from(train, (row) => units[row] as number))];
  return Array.from(train, (row) => names.indexOf(units[row] as number) % 5);
}

describe.each(builds)("stages under the within loss, $build build", ({ kernels }) => {
  /** The same by hand. `isHonest`: whether out-of-bag predictions are to be had in each stage. */
  const byHand = (job: WithinJob, stages: number, draws: number, changed: Partial<TreeSettings> = {}): { predictions: Float64Array[]; inner: number } => {
    const { design, train, predict, weights, units, key } = job;
    const weight = (row: number): number => weights?.[row] ?? 1;
    const trees = job.options["trees"] as number;
    const settings = { maxFeatures: columnCount(design), minLeaf: 1, minSplit: 2, maxDepth: 0x7fffffff, draws, ...changed };
    const fitted = new Float64Array(design.rows);
    const folds = innerFolds(job);
    const predictions: Float64Array[] = [];
    let inner = 0;
    for (let stage = 0; stage < stages; stage++) {
      const left = job.demeaned((demean) => demean(Float64Array.from(train, (row) => (job.target[row] as number) - (fitted[row] as number))));
      const target = new Float64Array(design.rows);
      train.forEach((row, i) => (target[row] = left[i] as number));
      const from = stage * 6 * trees;
      const request = { settings, target, weights, units, key };
      const whole = growForest(kernels, design, { ...request, train, predict, outOfBag: draws > 0, from, to: from + trees });
      const step = Float64Array.from(whole.sums, (sum, row) => sum / (whole.counts[row] as number));
      if (draws === 0 || train.some((row) => whole.counts[row] === 0)) {
        inner++;
        for (let fold = 0; fold < 5; fold++) {
          const outside = train.filter((_, i) => folds[i] !== fold);
          const others = new Set(Array.from(outside, (row) => units[row])).size;
          const start = from + trees * (1 + fold);
          const { sums } = growForest(kernels, design, {
            ...request, settings: { ...settings, draws: Math.min(draws, others) }, train: outside,
            predict: train.filter((_, i) => folds[i] === fold), outOfBag: false, from: start, to: start + trees,
          });
          train.forEach((row, i) => {
            if (folds[i] === fold) step[row] = (sums[row] as number) / trees;
          });
        }
      }
      for (const row of [...train, ...predict]) (fitted[row] as number) += step[row] as number;
      const level = train.reduce((sum, row) => sum + weight(row) * (fitted[row] as number), 0) / train.reduce((sum, row) => sum + weight(row), 0);
      predictions.push(Float64Array.from(predict, (row) => (fitted[row] as number) - level));
    }
    return { predictions, inner };
  };

  test.each<[string, Options, number, number, Partial<TreeSettings>]>([
    ["three stages below 1,000 units", { trees: 40 }, 3, 10, {}],
    ["settings", { trees: 40, stages: 2, minLeaf: 3, maxFeatures: 4, maxDepth: 4, minSplit: 8 }, 2, 10, { minLeaf: 3, maxFeatures: 4, maxDepth: 4, minSplit: 8 }],
    ["fewer units drawn", { trees: 40, stages: 2, maxSamples: 0.5 }, 2, 5, {}],
    ["one tree: units that no tree left out", { trees: 1, stages: 3 }, 3, 10, {}],
    ["no bootstrap", { trees: 3, stages: 2, bootstrap: false }, 2, 0, {}],
  ])("%s", (_, options, stages, draws, changed) => {
    const job = jobOf(options);
    for (const demean of [
      (column: Float64Array) => column,
      (column: Float64Array) => column.map((value, i) => 0.75 * value - 0.01 * i),
    ]) {
      const demeaned: WithinJob["demeaned"] = (work) => work(demean);
      const weighted = { ...job, demeaned, weights: job.target.map((y) => 1 + y) };
      expect(rf.fitWithin(kernels, weighted).predictions).toEqual(byHand(weighted, stages, draws, changed).predictions);
      const wanted = byHand({ ...job, demeaned }, stages, draws, changed);
      const got = rf.fitWithin(kernels, { ...job, demeaned });
      expect(got.predictions).toEqual(wanted.predictions);
      expect(got.checkpoints).toEqual(Array.from({ length: stages }, (_, i) => i + 1));
      expect(got.notes).toEqual(wanted.inner > 0 ? { innerFoldStages: wanted.inner } : {});
      if ((options["trees"] as number) < 10) expect(wanted.inner).toBe(stages);
      else expect(wanted.inner).toBe(0);
    }
  });

  test.each<Options>([{ trees: 40 }, { trees: 1 }, { trees: 5, bootstrap: false }])("%j: what is left of a unit's rows owes nothing to these rows", (options) => {
    const job = jobOf({ ...options, stages: 3 });
    for (const unit of new Set(Array.from(job.train, (row) => job.units[row] as number))) {
      const target = Float64Array.from(job.units, (name) => (name === unit ? 1 : 0));
      const own = Array.from(job.train.keys()).filter((i) => job.units[job.train[i] as number] === unit);
      const seen: Float64Array[] = [];
      rf.fitWithin(kernels, {
        ...job, target,
        demeaned: (work) => work((column) => {
          seen.push(column.slice());
          // stages only ever see the unit's own rows, so nothing but these can be predicted
          return column.map((value, i) => (own.includes(i) ? value : 0));
        }),
      });
      expect(seen.length).toBe(3);
      for (const left of seen) for (const i of own) expect(left[i]).toBe(1);
    }
  });

  test("four stages from 1,000 units", () => {
    const rows = 1001;
    const units = Int32Array.from({ length: rows }, (_, row) => row);
    const job = (count: number): WithinJob => ({
      ...jobOf({ trees: 40, maxDepth: 1 }), design: designOf([Float64Array.from(units)]), units, target: Float64Array.from(units, (unit) => unit % 7),
      train: Uint32Array.from({ length: count }, (_, row) => row), predict: Uint32Array.of(1000),
    });
    expect(rf.fitWithin(kernels, job(1000)).checkpoints).toEqual([1, 2, 3, 4]);
    expect(rf.fitWithin(kernels, job(999)).checkpoints).toEqual([1, 2, 3]);
  });
});
