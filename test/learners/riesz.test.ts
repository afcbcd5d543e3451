import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { createSpecial } from "../../src/kernels/special.js";
import type { FitJob } from "../../src/learners/learner.js";
import { logit } from "../../src/learners/logit.js";
import { riesz } from "../../src/learners/riesz.js";
import { normalsOf } from "../helpers/normals.js";

const { kernels } = await createEngine();
const normals = normalsOf(createSpecial(kernels));
const n = 5000;
const [x1, x2, v] = [1, 2, 3].map((seed) => normals(seed, n)) as [Float64Array, Float64Array, Float64Array];
const SD = 0.8;
const d = v.map((value, i) => 0.7 * x1[i]! - 0.3 * x2[i]! + SD * value); // D | X is normal, so both representers are known

const mean = (value: (row: number) => number): number => v.reduce((sum, _, i) => sum + value(i), 0) / n;
const range = { from: 0, to: 1 };

/** The rows as observed, then a copy for each step; all rows are trained on, those as observed are predicted. */
function jobOf(steps: readonly number[], values: readonly number[], options: FitJob["options"], weights: Float64Array | null = null): FitJob {
  const again = (column: Float64Array, by: readonly number[]): Float64Array => Float64Array.from(by.flatMap((step) => Array.from(column, (value) => value + step)));
  const still = steps.map(() => 0);
  const rows = n * steps.length;
  return {
    design: { key: "d", rows, features: [again(d, steps), again(x1, still), again(x2, still)], groups: [] },
    target: Float64Array.from(values.flatMap((value) => Array.from(d, () => value))),
    train: Uint32Array.from({ length: rows }, (_, row) => row), predict: Uint32Array.from(d.keys()), options,
    weights: weights === null ? null : again(weights, still), together: null, key: [0, 0],
  };
}

describe("the Riesz representer", () => {
  const h = 0.2;
  const difference = [0, 1 / (2 * h), -1 / (2 * h)];

  it("of a derivative is (D - E[D|X]) / sd^2 where D | X is normal", () => {
    const { predictions } = riesz.fit(kernels, jobOf([0, h, -h], difference, { order: 2, ridge: 1 }), range);
    const truth = v.map((value) => value / SD);
    const error = Math.sqrt(mean((i) => (predictions[i]! - truth[i]!) ** 2));
    // The sieve holds the truth, so the error is one of estimation: root of functions over rows, 10 / 5000, times about 2.
    expect(error).toBeLessThan(0.1);
    expect(error).toBeGreaterThan(0.001);
  });

  it("represents: the mean of alpha f is that of the difference of f for every f of the sieve, weighted alike", () => {
    const weights = v.map((_, i) => 0.5 + (i % 3));
    const { predictions: alpha } = riesz.fit(kernels, jobOf([0, h, -h], difference, { order: 2, ridge: 1e-7 }, weights), range);
    const weighted = (value: (row: number) => number): number => mean((i) => weights[i]! * value(i));
    const functions = [(a: number) => a, (a: number) => a * a, (a: number, i: number) => a * x1[i]!, (_: number, i: number) => x2[i]! * x2[i]!, () => 1];
    for (const f of functions) {
      const asked = weighted((i) => (f(d[i]! + h, i) - f(d[i]! - h, i)) / (2 * h));
      // Exact without the penalty, which is of relative size 1e-7 / n.
      expect(weighted((i) => alpha[i]! * f(d[i]!, i))).toBeCloseTo(asked, 8);
    }
  });

  it("does not depend on units, and shrinks to nothing under a heavy penalty", () => {
    const job = jobOf([0, h, -h], difference, { order: 2, ridge: 1 });
    const [first, ...rest] = job.design.features as [Float64Array, Float64Array, Float64Array];
    const scaled = { ...job, design: { ...job.design, features: [first.map((value) => 3 + 100 * value), ...rest] } };
    const [own, other] = [riesz.fit(kernels, job, range), riesz.fit(kernels, scaled, range)];
    own.predictions.forEach((value, i) => expect(other.predictions[i]).toBeCloseTo(value, 9));
    const heavy = riesz.fit(kernels, jobOf([0, h, -h], difference, { order: 2, ridge: 1e12 }), range);
    expect(Math.max(...heavy.predictions.map(Math.abs))).toBeLessThan(1e-4);
  });

  it("leaves constant and equal features to the penalty", () => {
    const job = jobOf([0, h, -h], difference, { order: 2, ridge: 1 });
    const ones = new Float64Array(job.design.rows).fill(1);
    const doubled = { ...job, design: { ...job.design, features: [...job.design.features, ones, job.design.features[1]!] } };
    const [own, other] = [riesz.fit(kernels, job, range), riesz.fit(kernels, doubled, range)];
    // The same functions span it; only the penalty, 1 / n, is shared out otherwise.
    expect(Math.sqrt(mean((i) => (own.predictions[i]! - other.predictions[i]!) ** 2))).toBeLessThan(1e-3);
  });

  it("refuses what would take minutes", () => {
    const job = jobOf([0, h, -h], difference, { order: 2, ridge: 1 });
    const many = { codes: Int32Array.from({ length: job.design.rows }, (_, row) => row % 2500), levels: 2500 };
    expect(() => riesz.fit(kernels, { ...job, design: { ...job.design, groups: [many] } }, range)).toThrow("The Riesz representer would have 2510 functions");
  });

  it("of a shift is the odds of a shifted row less one: the density ratio, where logit holds", () => {
    const s = 0.4;
    const options = { penalty: "none", C: 1, standardize: false, tol: 1e-8, maxIter: 100 };
    const { predictions } = logit.fit(kernels, jobOf([0, s], [0, 1], options), range);
    const ratio = v.map((value) => Math.exp((s * value) / SD - (s * s) / (2 * SD * SD)));
    const error = Math.sqrt(mean((i) => (predictions[i]! / (1 - predictions[i]!) - ratio[i]!) ** 2));
    expect(error).toBeLessThan(0.06); // sd of the ratio .53, four coefficients from 5,000 rows
  });
});
