import type { Group } from "../../kernels/design.js";

/** Standardised mean difference of a control, treated less untreated. */
export interface Balance {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Standard error of `after`, the weights taken as given. */
  readonly se: number;
}

/**
 * Standardised mean differences of controls before weighting (by `weights`, or none) and after (by `inverse`); both in
 * units of the root of the mean of the two arms' variances before (Austin 2011, Multivariate Behavioral Research 46).
 * The squared error of a weighted mean is sum w^2 (x - mean)^2 / (sum w)^2.
 * Missing cells take no part; 0 for a control that is constant and equal in both arms, NaN where an arm has no row.
 */
export function balance(
  controls: readonly { readonly name: string; readonly values: Float64Array }[], arm: Group, weights: Float64Array | null, inverse: Float64Array,
): readonly Balance[] {
  const before = weights ?? new Float64Array(inverse.length).fill(1);
  return controls.map(({ name, values }) => {
    const [low, high] = [momentsOf(values, arm, before, 0), momentsOf(values, arm, before, 1)];
    const unit = Math.sqrt((low.variance + high.variance) / 2);
    const [lowAfter, highAfter] = [momentsOf(values, arm, inverse, 0), momentsOf(values, arm, inverse, 1)];
    return { name, before: inUnits(high.mean, low.mean, unit), after: inUnits(highAfter.mean, lowAfter.mean, unit), se: unit > 0 ? Math.sqrt(lowAfter.error + highAfter.error) / unit : 0 };
  });
}

/** Means that differ by rounding do not differ, or a constant's difference would be in units of rounding. */
function inUnits(high: number, low: number, unit: number): number {
  const rounding = 1e-12 * Math.max(Math.abs(high), Math.abs(low));
  return Math.abs(high - low) <= rounding ? 0 : (high - low) / unit;
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
  /** Variance of the mean. */
  readonly error: number;
}

/** Weighted mean and its variance, and the variance about it with the factor n / (n - 1). */
function momentsOf(values: Float64Array, { codes }: Group, weights: Float64Array, arm: number): Moments {
  const isOwn = (i: number): boolean => codes[i] === arm && !Number.isNaN(values[i]);
  let [n, weight, sum] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!isOwn(i)) continue;
    n++;
    weight += weights[i] ?? NaN;
    sum += (weights[i] ?? NaN) * (values[i] ?? NaN);
  }
  const mean = sum / weight;
  let [squares, errors] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!isOwn(i)) continue;
    const distance = (values[i] ?? NaN) - mean;
    const own = (weights[i] ?? NaN) * distance * distance;
    squares += own;
    errors += (weights[i] ?? NaN) * own;
  }
  return { mean, variance: ((squares / weight) * n) / (n - 1), error: errors / (weight * weight) };
}
