import { describe, expect, test } from "vitest";
import { growHistBoosting } from "../../src/kernels/histboost.js";
import { trainNet, trainNetWithin } from "../../src/kernels/nnet.js";
import type { FitJob, Fitted, Options, WithinJob } from "../../src/learners/learner.js";
import { nnet } from "../../src/learners/nnet.js";
import { builds } from "../kernels/builds.js";
import { denseDemean, dummies } from "../kernels/twins/demean.js";
import { randoms } from "../kernels/twins/forest.js";

const defaults = Object.fromEntries(Object.entries(nnet.options).map(([name, schema]) => [name, schema.default]));
const ROWS = 60;
/** Single precision, after some tens of steps. */
const CLOSE = 1e-5;

/** 12 units of 5 periods, the last two held out; a curved effect of two features. */
function jobOf(options: Options, changed: Partial<FitJob> = {}): WithinJob {
  const random = randoms(3);
  const column = (): Float64Array => Float64Array.from({ length: ROWS }, random);
  const features = [column(), column()];
  const rows = Uint32Array.from({ length: ROWS }, (_, i) => i);
  const units = Int32Array.from(rows, (i) => Math.floor(i / 5));
  const effects = [{ codes: units, levels: 12 }, { codes: Int32Array.from(rows, (i) => i % 5), levels: 5 }];
  const train = rows.slice(0, 50);
  const groups = effects.map(({ codes, levels }) => ({ codes: Int32Array.from(train, (row) => codes[row] ?? 0), levels }));
  return {
    design: { key: "nnet", rows: ROWS, features, groups: [{ codes: Int32Array.from(column(), (value) => Math.floor(3 * value)), levels: 3 }] },
    target: column().map((noise, i) => 7 + 40 * (noise + 3 * (features[0]?.[i] ?? NaN) * (features[1]?.[i] ?? NaN))),
    train, predict: rows.slice(50), options: { ...defaults, hidden: 8, maxIter: 20, ...options }, weights: null, together: null, key: [5, 6],
    units, effects, demeaned: (work) => work((values) => denseDemean(groups, values).residuals), ...changed,
  };
}

describe.each(builds)("nnet as a learner, $build build", ({ kernels }) => {
  const fit = (job: FitJob): Fitted => nnet.fit(kernels, job, { from: 0, to: 1 });
  const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))));

  test("standardized columns, dummies too, and target: the kernel on columns standardized by hand", () => {
    const job = jobOf({});
    const { design, train } = job;
    const moment = (values: Float64Array): { centre: number; scale: number } => {
      const own = Array.from(train, (row) => values[row] ?? NaN);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      return { centre: mean, scale: 1 / Math.sqrt(own.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / own.length) };
    };
    const { centre, scale } = moment(job.target);
    const request = {
      hidden: [8], activation: "relu" as const, classify: false, learningRate: 1e-3, alpha: 1e-4, batch: 50, maxEpochs: 20, tolerance: 1e-4, key: job.key, weights: null,
      train, predict: job.predict, target: job.target.map((y) => (y - centre) * scale),
      features: design.features.map(moment), levels: [dummies(design.groups).map(moment)],
    };
    const byHand = trainNet(kernels, design, request).predictions.map((value) => centre + value / scale);
    expect(furthest(fit(job).predictions, byHand)).toBeLessThan(40 * CLOSE);
    const raw = { ...request, features: request.features.map(() => ({ centre: 0, scale: 1 })), levels: [[0, 1, 2].map(() => ({ centre: 0, scale: 1 }))] };
    const byHandRaw = trainNet(kernels, design, raw).predictions.map((value) => centre + value / scale);
    expect(furthest(fit(jobOf({ standardize: false })).predictions, byHandRaw)).toBeLessThan(40 * CLOSE);
  });

  test("the scale of a feature and of the target does not matter", () => {
    const job = jobOf({});
    const plain = fit(job).predictions;
    const scaled = { ...job, design: { ...job.design, features: job.design.features.map((feature) => feature.map((x) => 1e4 * x - 3e3)) }, target: job.target.map((y) => 1e-6 * y + 1) };
    expect(furthest(fit(scaled).predictions.map((value) => (value - 1) * 1e6), plain)).toBeLessThan(40 * CLOSE);
  });

  test("a level unseen in training has no effect of its own; a constant feature none at all", () => {
    const job = jobOf({});
    const [group = { codes: new Int32Array(0), levels: 0 }] = job.design.groups;
    const extra = (levels: number, code: number): FitJob => ({ ...job, design: { ...job.design, groups: [{ levels, codes: group.codes.map((own, row) => (row >= 50 ? code : own)) }] } });
    expect(fit(extra(9, 4)).predictions).toEqual(fit(extra(9, 8)).predictions);
    const other = (value: number): FitJob => ({ ...job, design: { ...job.design, features: [...job.design.features, new Float64Array(ROWS).fill(value)] } });
    expect(fit(other(0.1)).predictions).toEqual(fit(other(1e9)).predictions);
  });

  test("a constant target, no columns, one row and two rows are predicted", () => {
    const job = jobOf({ maxIter: 300, learningRate: 0.01 });
    const flat = fit({ ...job, target: new Float64Array(ROWS).fill(3) }).predictions;
    flat.forEach((value) => expect(Math.abs(value - 3)).toBeLessThan(0.5));
    const bare = fit({ ...job, design: { ...job.design, features: [], groups: [] } }).predictions;
    const mean = job.train.reduce((sum, row) => sum + (job.target[row] ?? NaN), 0) / job.train.length;
    bare.forEach((value) => expect(Math.abs(value - mean)).toBeLessThan(1));
    for (const count of [1, 2]) expect(fit({ ...job, train: job.train.subarray(0, count) }).predictions.every(Number.isFinite)).toBe(true);
  });

  test("a limit that was hit is warned of, an end before it not", () => {
    expect(fit(jobOf({})).notes).toEqual({ warnings: ["The loss still fell after 20 epochs. Raise maxIter, or tol or learningRate."] });
    expect(fit(jobOf({ tol: 10 })).notes).toEqual({});
  });

  test("probabilities: between 0 and 1, and of the right side", () => {
    const job = jobOf({ classify: true, maxIter: 200, learningRate: 0.01 });
    const target = job.target.map((_, i) => ((job.design.features[0]?.[i] ?? NaN) > 0.5 ? 1 : 0));
    const { predictions } = fit({ ...job, target });
    predictions.forEach((p, i) => {
      expect(p > 0 && p < 1).toBe(true);
      const x = job.design.features[0]?.[job.predict[i] ?? 0] ?? NaN;
      if (Math.abs(x - 0.5) > 0.2) expect(p > 0.5).toBe(x > 0.5);
    });
    expect(nnet.classifies(job.options)).toBe(true);
    expect(nnet.classifies(defaults)).toBe(false);
  });

  test("several layers are read from text", () => {
    expect(fit(jobOf({ hidden: "8" })).predictions).toEqual(fit(jobOf({ hidden: 8 })).predictions);
    const pattern = new RegExp((nnet.options["hidden"]?.["anyOf"] as { pattern?: string }[])[1]?.pattern ?? "");
    for (const [text, isFine] of [["64,32", true], ["1", true], ["0", false], ["64,", false], ["64, 32", false], ["", false]] as const) expect(pattern.test(text)).toBe(isFine);
    expect(fit(jobOf({ hidden: "8,4" })).predictions).not.toEqual(fit(jobOf({ hidden: "8" })).predictions);
  });

  const uneven = Float64Array.from({ length: ROWS }, (_, row) => 0.5 + (row % 4));
  test.each<[string, Float64Array | null]>([["equal", null], ["uneven", uneven]])("the within loss: the kernel on a target divided by its demeaned deviation; a quarter, half and all of the steps; %s weights", (_, weights) => {
    const job = jobOf({ maxIter: 9 }, { weights });
    const weightOf = (i: number): number => weights?.[job.train[i] ?? 0] ?? 1;
    const total = Array.from(job.train, (_row, i) => weightOf(i)).reduce((a, b) => a + b, 0);
    const plain: WithinJob = { ...job, design: { ...job.design, groups: [] } };
    const { checkpoints, predictions, notes } = nnet.fitWithin(kernels, plain);
    expect(checkpoints).toEqual([3, 5, 9]);
    expect(notes).toEqual({});
    const left = plain.demeaned((demean) => demean(Float64Array.from(plain.train, (row) => plain.target[row] ?? NaN)));
    const level = left.reduce((sum, value, i) => sum + weightOf(i) * value, 0) / total; // 0 of what weights demean; here they do not
    const sd = Math.sqrt(left.reduce((sum, value, i) => sum + weightOf(i) * (value - level) * (value - level), 0) / total);
    const scaled = trainNetWithin(kernels, plain.design, {
      hidden: [8], activation: "relu", classify: false, learningRate: 1e-3, alpha: 1e-4, key: plain.key, weights, train: plain.train, predict: plain.predict,
      target: plain.target.map((y) => y / sd), effects: plain.effects, checkpoints: [9], levels: [],
      features: plain.design.features.map((feature) => {
        const own = Array.from(plain.train, (row) => feature[row] ?? NaN);
        const mean = own.reduce((sum, x, i) => sum + weightOf(i) * x, 0) / total;
        return { centre: mean, scale: 1 / Math.sqrt(own.reduce((sum, x, i) => sum + weightOf(i) * (x - mean) * (x - mean), 0) / total) };
      }),
    });
    expect(furthest(predictions[2] ?? [], (scaled[0] ?? new Float64Array(0)).map((value) => sd * value))).toBeLessThan(40 * CLOSE);
  });

  test.each([["equal", null], ["uneven", uneven]])("what a network leaves is boosted as histboost does from a start; %s weights", (_, weights) => {
    const job = jobOf({ maxIter: 9, trees: 6 }, { weights });
    const { design, target, train, predict, effects } = job;
    const everyRow = Uint32Array.from({ length: ROWS }, (_row, i) => i);
    const start = nnet.fitWithin(kernels, { ...job, predict: everyRow, options: { ...job.options, trees: 0 } }).predictions.at(-1) ?? new Float64Array(0);
    const settings = { maxBins: 255, leaves: 8, maxDepth: 0x7fffffff, minLeaf: 20, l2: 0, rate: 0.1 };
    const predictions = growHistBoosting(kernels, design, { settings, loss: "squared", target, train, predict, weights, start, effects, checkpoints: [2, 3, 6] });
    expect(nnet.fitWithin(kernels, job)).toEqual({ checkpoints: [2, 3, 6], predictions, notes: {} });
    expect(furthest(predictions[2] ?? [], Array.from(predict, (row) => start[row] ?? NaN))).toBeGreaterThan(1);
  });

  test("probabilities need a target of 0 and 1, and have no within loss", () => {
    expect(() => fit(jobOf({ classify: true }))).toThrow("`nnet` with `classify` needs a target of 0 and 1");
    expect(() => nnet.fitWithin(kernels, jobOf({ classify: true }))).toThrow("probabilities have none");
  });
});
