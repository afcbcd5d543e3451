/**
 * Sorted values with five given moments. The values are a smooth function of normal scores that bends on both sides
 * of the median, an exponential each: the ends and the median are met by construction, the two bends are solved
 * from the mean and the standard deviation.
 */

import { normalQuantile } from "./normal.mjs";

/** @typedef {{ mean: number, p50: number, sd: number, min: number, max: number }} Moments */
/** @typedef {{ lower: number, upper: number }} Bends */

/**
 * @param {ArrayLike<number>} values
 * @returns {Moments} the standard deviation with n - 1
 */
export function momentsOf(values) {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const mean = sorted.reduce((sum, x) => sum + x, 0) / n;
  const squares = sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const p50 = (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  return { mean, p50, sd: Math.sqrt(squares / (n - 1)), min: sorted[0], max: sorted[n - 1] };
}

/**
 * @param {number} n
 * @param {Moments} target
 * @returns {Float64Array} n ascending values whose moments are the target, or as near as the family comes
 */
export function valuesWithMoments(n, target) {
  const scores = normalScores(n);
  const misfit = (/** @type {Bends} */ bends) => {
    const { mean, sd } = momentsOf(bentValues(scores, target, bends));
    return [(mean - target.mean) / target.sd, sd / target.sd - 1];
  };
  return bentValues(scores, target, solveBends(misfit));
}

/**
 * Gives the smallest value to the row with the smallest score, and so on.
 *
 * @param {ArrayLike<number>} scores
 * @param {Moments} target
 * @returns {Float64Array}
 */
export function mapToMoments(scores, target) {
  const sorted = valuesWithMoments(scores.length, target);
  const values = new Float64Array(scores.length);
  ascendingOrder(scores).forEach((row, rank) => (values[row] = sorted[rank]));
  return values;
}

/** @param {ArrayLike<number>} scores @returns {number[]} */
export function ascendingOrder(scores) {
  return Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b] || a - b);
}

/** Normal scores stretched to run from -1 to 1. @param {number} n @returns {Float64Array} */
function normalScores(n) {
  const top = normalQuantile((n - 0.5) / n);
  return Float64Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n) / top);
}

/** @param {Float64Array} scores @param {Moments} target @param {Bends} bends @returns {Float64Array} */
function bentValues(scores, { p50, min, max }, { lower, upper }) {
  return scores.map((t) => (t < 0 ? p50 - (p50 - min) * bend(-t, lower) : p50 + (max - p50) * bend(t, upper)));
}

/** Maps [0, 1] onto itself, convex for a positive curvature. @param {number} t @param {number} curvature @returns {number} */
function bend(t, curvature) {
  return Math.abs(curvature) < 1e-6 ? t : Math.expm1(curvature * t) / Math.expm1(curvature);
}

/**
 * Levenberg-Marquardt with numerical derivatives: two unknowns, and a least-squares answer where no exact one exists.
 *
 * @param {(bends: Bends) => number[]} misfit
 * @returns {Bends}
 */
function solveBends(misfit) {
  let bends = { lower: 1, upper: 1 };
  let current = misfit(bends);
  let damping = 1e-3;
  for (let step = 0; step < 200 && sumOfSquares(current) > 1e-24 && damping < 1e12; step++) {
    const trial = dampedStep(misfit, bends, current, damping);
    const next = misfit(trial);
    const better = sumOfSquares(next) < sumOfSquares(current);
    if (better) [bends, current] = [trial, next];
    damping *= better ? 0.2 : 5;
  }
  return bends;
}

/**
 * @param {(bends: Bends) => number[]} misfit
 * @param {Bends} bends
 * @param {number[]} current
 * @param {number} damping
 * @returns {Bends}
 */
function dampedStep(misfit, { lower, upper }, current, damping) {
  const h = 1e-5;
  const byLower = misfit({ lower: lower + h, upper }).map((value, i) => (value - current[i]) / h);
  const byUpper = misfit({ lower, upper: upper + h }).map((value, i) => (value - current[i]) / h);
  const a = dot(byLower, byLower) * (1 + damping) + 1e-14;
  const b = dot(byLower, byUpper);
  const c = dot(byUpper, byUpper) * (1 + damping) + 1e-14;
  const [p, q] = [dot(byLower, current), dot(byUpper, current)];
  const determinant = a * c - b * b;
  return { lower: lower - (c * p - b * q) / determinant, upper: upper - (a * q - b * p) / determinant };
}

/** @param {number[]} x @param {number[]} y @returns {number} */
const dot = (x, y) => x[0] * y[0] + x[1] * y[1];

/** @param {number[]} x @returns {number} */
const sumOfSquares = (x) => dot(x, x);
