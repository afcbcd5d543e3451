import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Design } from "../../src/kernels/design.js";
import { createDemeaner } from "../../src/kernels/demean.js";
import type { Kernels } from "../../src/kernels/instance.js";
import type { FitJob, Learner, Options, WithinJob } from "../../src/learners/learner.js";
import { learners } from "../../src/learners/registry.js";
import { builds } from "../kernels/builds.js";
import { designOf, randoms } from "../kernels/twins/forest.js";

interface Golden {
  readonly train: number;
  readonly x: readonly (readonly number[])[];
  readonly gaps: readonly (readonly (number | null)[])[];
  readonly y: readonly number[];
  readonly classes: readonly number[];
  readonly weights: readonly number[];
  readonly cases: readonly { name: string; features: "x" | "gaps"; target: "y" | "classes"; weighted: boolean; predictions: readonly number[] }[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/trees.json", import.meta.url), "utf8")) as Golden;

const tree = { trees: 1, bootstrap: false };
/** Which learner of ours a case is; parameters as in trees.py. */
const ours: Readonly<Record<string, readonly [string, Options]>> = {
  "tree, missing": ["rf", { ...tree, maxDepth: 4, minLeaf: 3 }],
  "tree, missing, large leaves": ["rf", { ...tree, minLeaf: 9 }],
  "tree, missing, weights": ["rf", { ...tree, maxDepth: 6, minLeaf: 6 }],
  "tree, weights": ["rf", { ...tree, minLeaf: 6, minSplit: 20 }],
  "classifier, weights": ["rf", { ...tree, maxDepth: 4, classify: true }],
  "classifier, missing, weights": ["rf", { ...tree, maxDepth: 4, minLeaf: 7, classify: true }],
  "forest classifier, weights": ["rf", { trees: 2, bootstrap: false, maxDepth: 5, classify: true }],
  boosting: ["gradboost", { minLeaf: 8 }],
  "boosting, weights": ["gradboost", { maxDepth: 2, minLeaf: 4 }],
  "boosting classifier, weights": ["gradboost", { minLeaf: 8, classify: true }],
  "boosting classifier, weights, deep": ["gradboost", { trees: 40, maxDepth: 4, learningRate: 0.3, minLeaf: 12, classify: true }],
};

function learnerOf(name: string): Learner {
  const learner = learners[name];
  if (learner === undefined) throw new Error(`no learner ${name}`);
  return learner;
}

function optionsOf(learner: Learner, given: Options): Options {
  return { ...Object.fromEntries(Object.entries(learner.options).map(([key, schema]) => [key, schema.default])), ...given };
}

function fit(kernels: Kernels, learner: Learner, job: FitJob): number[] {
  return [...learner.combine(learner.cut(job.options).map((range) => learner.fit(kernels, job, range).predictions), job.options)];
}

describe.each(builds)("scikit-learn 1.9.1's trees, $build build", ({ kernels }) => {
  test.each(golden.cases)("$name", (one) => {
    const [name = "", options = {}] = ours[one.name] ?? [];
    const learner = learnerOf(name);
    const design = designOf(golden[one.features].map((column) => column.map((value) => value ?? NaN)));
    const rows = Uint32Array.from(golden.y.keys());
    // boosting keeps no fits of training rows apart from those it learns from
    const predict = name === "gradboost" ? rows.subarray(golden.train) : rows;
    const job: FitJob = {
      design, target: Float64Array.from(golden[one.target]), train: rows.subarray(0, golden.train), predict,
      options: optionsOf(learner, options), weights: one.weighted ? Float64Array.from(golden.weights) : null, together: null, key: [3, 4],
    };
    const furthest = Math.max(...fit(kernels, learner, job).map((value, i) => Math.abs(value - (one.predictions[predict[i] as number] as number))));
    // 12 digits are on file; boosting adds up to 100 rounds in its own order.
    expect(furthest).toBeLessThan(1e-10);
  });
});

/** 20 units of 5 rows, the last 4 units held out; targets 0 and 1, or numbers. */
function panelJob(kernels: Kernels, learner: Learner, given: Options, isWeighted = false): WithinJob {
  const random = randoms(8);
  const rows = Uint32Array.from({ length: 100 }, (_, row) => row);
  const column = (): Float64Array => Float64Array.from(rows, random);
  const units = Int32Array.from(rows, (row) => Math.floor(row / 5));
  const effects = [{ codes: units, levels: 20 }, { codes: Int32Array.from(rows, (row) => row % 5), levels: 5 }];
  const design: Design = { ...designOf([column(), column()]), rows: 100 };
  const noise = column();
  const signal = Float64Array.from(rows, (row) => (design.features[0]?.[row] ?? 0) + 0.4 * (noise[row] ?? 0));
  const target = given["classify"] === true ? signal.map((value) => (value > 0.7 ? 1 : 0)) : signal.map((value, row) => value + Math.floor(row / 5));
  const weights = isWeighted ? column().map((value) => 0.1 + value) : null;
  const train = rows.filter((row) => row < 80);
  const inFold = effects.map(({ codes, levels }) => ({ levels, codes: Int32Array.from(train, (row) => codes[row] ?? 0) }));
  const own = weights === null ? undefined : Float64Array.from(train, (row) => weights[row] ?? NaN);
  return {
    design, units, effects, target, weights, train, predict: rows.filter((row) => row >= 80), together: null, key: [1, 2],
    options: optionsOf(learner, { ...learner.effectsDefaults, trees: 30, ...given }),
    demeaned: (work) => kernels.heap.scope(() => work(createDemeaner(kernels, inFold, { weights: own }).demean)),
  };
}

describe.each(builds)("learners of exact trees, $build build", ({ kernels }) => {
  const log = (x: number): number => kernels.exports.log(x);

  test.each(["rf", "extratrees", "gradboost"])("%s: probabilities lie in [0, 1] and tell the classes apart; the within loss has none", (name) => {
    const learner = learnerOf(name);
    const job = panelJob(kernels, learner, { classify: true });
    expect(learner.classifies(job.options)).toBe(true);
    expect(learner.classifies(optionsOf(learner, {}))).toBe(false);
    const shares = fit(kernels, learner, job);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    const mean = (wanted: number): number => {
      const own = shares.filter((_, i) => job.target[job.predict[i] ?? -1] === wanted);
      return own.reduce((sum, share) => sum + share, 0) / own.length;
    };
    expect(mean(1) - mean(0)).toBeGreaterThan(0.25);
    expect(() => learner.fitWithin(kernels, job)).toThrow(expect.objectContaining({ code: "not-defined" }) as Error);
  });

  test.each(["rf", "extratrees"])("%s: a classifier is the same trees", (name) => {
    const learner = learnerOf(name);
    const job = panelJob(kernels, learner, { classify: true });
    expect(fit(kernels, learner, job)).toEqual(fit(kernels, learner, { ...job, options: { ...job.options, classify: false } }));
  });

  test("boosting of one class: a probability next to it", () => {
    const learner = learnerOf("gradboost");
    const job = panelJob(kernels, learner, { classify: true });
    const of = (value: number): number[] => fit(kernels, learner, { ...job, target: job.target.map(() => value) });
    for (const share of of(0)) expect(share).toBeLessThan(1e-15);
    for (const share of of(1)) expect(share).toBeGreaterThan(1 - 1e-15);
  });

  test("boosting starts at the weighted mean, of classes at its log odds", () => {
    const learner = learnerOf("gradboost");
    for (const classify of [false, true]) {
      // a step too small to be seen
      const job = panelJob(kernels, learner, { classify, learningRate: 1e-14 }, true);
      const weight = (row: number): number => job.weights?.[row] ?? NaN;
      const total = job.train.reduce((sum, row) => sum + weight(row), 0);
      const mean = job.train.reduce((sum, row) => sum + weight(row) * (job.target[row] as number), 0) / total;
      for (const value of fit(kernels, learner, job)) expect(classify ? log(value / (1 - value)) : value).toBeCloseTo(classify ? log(mean / (1 - mean)) : mean, 10);
    }
  });

  test.each<[string, Options]>([["rf", {}], ["rf", { bootstrap: false }], ["gradboost", {}], ["gradboost", { start: "none", subsample: 0.5 }]])(
    "%s %j under effects: weights matter, equal ones do not, nor does the level of the target",
    (name, given) => {
      const learner = learnerOf(name);
      const job = panelJob(kernels, learner, given, true);
      const run = (weights: Float64Array | null, demeaned: WithinJob["demeaned"], level = 0): number[] =>
        [...(learner.fitWithin(kernels, { ...job, weights, demeaned, target: job.target.map((y) => y + level) }).predictions.at(-1) ?? [])];
      const plain = panelJob(kernels, learner, given).demeaned;
      const weighted = run(job.weights, job.demeaned);
      const furthest = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
      expect(furthest(weighted, run(null, plain))).toBeGreaterThan(1e-3);
      expect(run(new Float64Array(100).fill(1), plain)).toEqual(run(null, plain));
      expect(furthest(run(job.weights, job.demeaned, 4), weighted)).toBeLessThan(1e-9);
    },
  );

  test("boosting under effects is centred on the weighted training rows", () => {
    const learner = learnerOf("gradboost");
    for (const start of ["linear", "none"]) {
      // the held-out units are copies of the first four, and what weighs are the first four alone
      const job = panelJob(kernels, learner, { start }, true);
      const features = job.design.features.map((feature) => feature.map((value, row) => (row < 80 ? value : (feature[row - 80] as number))));
      const weights = Float64Array.from({ length: 100 }, (_, row) => (row < 20 ? 1 + (row % 3) : 1e-9));
      const { predictions } = learner.fitWithin(kernels, { ...job, design: designOf(features), weights });
      const values = predictions.at(-1) as Float64Array;
      const mean = values.reduce((sum, value, i) => sum + (1 + (i % 3)) * value, 0) / 39;
      expect(Math.abs(mean)).toBeLessThan(1e-6);
      expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.05);
    }
  });

  test("subsample: counts as in scikit-learn, whole units under effects, 1 draws nothing", () => {
    const learner = learnerOf("gradboost");
    const run = (subsample: number): number[] => fit(kernels, learner, panelJob(kernels, learner, { subsample }));
    // of 80 rows int(.5 * 80) = 40, and at least one
    expect(run(0.5)).toEqual(run(0.505));
    expect(run(0.5)).not.toEqual(run(0.49));
    expect(run(1e-9)).toEqual(run(1 / 80));
    const within = (subsample: number): readonly Float64Array[] => learner.fitWithin(kernels, panelJob(kernels, learner, { subsample })).predictions;
    // of 16 units
    expect(within(0.5)).toEqual(within(0.55));
    expect(within(0.5)).not.toEqual(within(0.57));
  });

  test("the linear start sees a control with missing values as its mean and an indicator", () => {
    const learner = learnerOf("gradboost");
    const job = panelJob(kernels, learner, {});
    const [first = new Float64Array(), second = new Float64Array()] = job.design.features;
    const gaps = second.map((value, row) => (row % 4 === 0 ? NaN : value));
    const seen = job.train.filter((row) => row % 4 !== 0);
    const fill = seen.reduce((sum, row) => sum + (second[row] ?? NaN), 0) / seen.length;
    const filled = [gaps.map((value) => (Number.isNaN(value) ? fill : value)), gaps.map((value) => (Number.isNaN(value) ? 1 : 0))];
    const { predictions } = learner.fitWithin(kernels, { ...job, design: designOf([first, gaps]) });
    expect(predictions.at(-1)?.every(Number.isFinite)).toBe(true);
    // with trees too small to split, what is left is the linear fit
    const flat = { ...job, options: { ...job.options, minLeaf: 60 } };
    expect(learner.fitWithin(kernels, { ...flat, design: designOf([first, gaps]) })).toEqual(learner.fitWithin(kernels, { ...flat, design: designOf([first, ...filled]) }));
  });
});
