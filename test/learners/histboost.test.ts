import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { histboost } from "../../src/learners/histboost.js";
import type { Options, WithinJob } from "../../src/learners/learner.js";
import { createDemeaner } from "../../src/kernels/demean.js";
import { randoms } from "../kernels/twins/forest.js";

const UNITS = 60;
const PERIODS = 8;
const ROWS = UNITS * PERIODS;
const { kernels } = await createEngine();
const defaults = Object.fromEntries(Object.entries(histboost.options).map(([key, schema]) => [key, schema.default]));

/** A step, a product and noise, with large unit effects; the last fifth of the units is held out. */
function panel(options: Options, weights: Float64Array | null = null): WithinJob & { readonly signal: Float64Array } {
  const random = randoms(11);
  const column = (): Float64Array => Float64Array.from({ length: ROWS }, random);
  const features = [column(), column(), column()];
  const [a, b, c] = features as [Float64Array, Float64Array, Float64Array];
  const signal = a.map((value, i) => (value > 0.5 ? 1 : 0) + 3 * (b[i] ?? NaN) * (c[i] ?? NaN));
  const rows = Uint32Array.from({ length: ROWS }, (_, i) => i);
  const unit = { codes: Int32Array.from(rows, (i) => Math.floor(i / PERIODS)), levels: UNITS };
  const time = { codes: Int32Array.from(rows, (i) => i % PERIODS), levels: PERIODS };
  const isHeld = (row: number): boolean => row >= 0.8 * ROWS;
  const train = rows.filter((row) => !isHeld(row));
  const demeaned: WithinJob["demeaned"] = (work) => kernels.heap.scope(() => {
    const demeaner = createDemeaner(kernels, [unit, time], { rows: train, weights: weights ?? undefined });
    return work((values) => {
      const all = new Float64Array(ROWS);
      train.forEach((row, i) => (all[row] = values[i] ?? NaN));
      const left = demeaner.demean(all);
      return Float64Array.from(train, (row) => left[row] ?? NaN);
    });
  });
  return {
    design: { key: "histboost learner", rows: ROWS, features, groups: [] },
    target: signal.map((value, i) => value + 20 * Math.floor(i / PERIODS) + 0.1 * random()),
    train, predict: rows.filter(isHeld), options: { ...defaults, ...options }, weights, together: null, key: [1, 2],
    units: unit.codes, effects: [unit, time], demeaned, signal,
  };
}

/** Share of the variance of the signal of held-out rows that a prediction explains, up to a constant. */
function explained({ signal, predict }: ReturnType<typeof panel>, predictions: Float64Array): number {
  const truth = Float64Array.from(predict, (row) => signal[row] ?? NaN);
  return 1 - variance(truth.map((value, i) => value - (predictions[i] ?? NaN))) / variance(truth);
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
}

describe("histboost", () => {
  it("within loss: g is found beside unit effects a hundred times its size, from either start", () => {
    for (const start of ["linear", "none"]) {
      const job = panel({ ...histboost.effectsDefaults, start });
      const { checkpoints, predictions } = histboost.fitWithin(kernels, job);
      expect(checkpoints).toEqual([50, 100, 200]);
      expect(explained(job, predictions.at(-1) ?? new Float64Array(0))).toBeGreaterThan(0.85);
    }
  });

  it("within loss: equal weights of any size change nothing", () => {
    const plain = histboost.fitWithin(kernels, panel(histboost.effectsDefaults)).predictions;
    const weighted = histboost.fitWithin(kernels, panel(histboost.effectsDefaults, new Float64Array(ROWS).fill(4))).predictions;
    plain.forEach((values, c) => values.forEach((value, i) => expect(Math.abs(value - (weighted[c]?.[i] ?? NaN))).toBeLessThan(1e-5))); // f32 gradients over 200 rounds
  });

  it("probabilities lie between 0 and 1, near the truth, and have no within loss", () => {
    const job = panel({ classify: true });
    expect(histboost.classifies(job.options)).toBe(true);
    const target = job.signal.map((value) => (value > 1.2 ? 1 : 0));
    const { predictions } = histboost.fit(kernels, { ...job, target }, { from: 0, to: 1 });
    const right = job.predict.filter((row, i) => (predictions[i] ?? NaN) > 0.5 === ((target[row] ?? NaN) === 1)).length;
    expect(right / job.predict.length).toBeGreaterThan(0.85);
    expect(predictions.every((p) => p > 0 && p < 1)).toBe(true);
    expect(() => histboost.fitWithin(kernels, job)).toThrow("probabilities have none");
  });

  it("a target of one class gives its probability at once", () => {
    const job = panel({ classify: true });
    const { predictions } = histboost.fit(kernels, { ...job, target: new Float64Array(ROWS).fill(1) }, { from: 0, to: 1 });
    expect(predictions.every((p) => p > 1 - 1e-14 && p < 1)).toBe(true);
  });
});
