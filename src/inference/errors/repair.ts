import { EstimationError } from "../../errors.js";
import type { Matrix } from "../../fit/matrix.js";
import { symmetricEigen } from "../../kernels/eigen.js";

/** Share of the largest eigenvalue down to which a negative one is rounding, and of a variance below which nothing is left. */
const ROUNDING = 1e-10;

/**
 * Sets negative eigenvalues to zero (Cameron, Gelbach and Miller 2011, section 2.3); a covariance without one is
 * returned as it is. `scale` holds variances of the usual size (HC0's). Throws an EstimationError where no variance is
 * left of a coefficient, since a standard error of zero would be a claim of certainty. Cost O(k^3).
 */
export function repairCovariance(matrix: Matrix, scale: readonly number[]): Matrix {
  const { values, vectors } = symmetricEigen(matrix);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (values.every((value) => value >= -ROUNDING * largest)) return matrix;
  const repaired = vectors.map((a) => vectors.map((b) => values.reduce((sum, value, l) => sum + Math.max(value, 0) * (a[l] ?? NaN) * (b[l] ?? NaN), 0)));
  if (repaired.some((row, j) => !((row[j] ?? NaN) > ROUNDING * (scale[j] ?? NaN)))) throw negativeVariance();
  return repaired;
}

function negativeVariance(): EstimationError {
  return new EstimationError(
    "negative-variance",
    "The variance over these clusters or distances comes out negative, which happens with few of them. Cluster in one way alone, or use another cutoff or the bartlett kernel.",
  );
}
