import type { Matrix } from "../../fit/matrix.js";

/**
 * The standard error of an estimate from its influence by row, summed by cluster or however else. Its square must be a
 * quadratic form of the column, so a covariance that is repaired to be positive has to come without the repair.
 */
export type ErrorOf = (influence: Float64Array) => number;

/**
 * Covariances of estimates by the rule of a standard error: those of their sums give the products (polarisation), so
 * that every rule serves (HC0 to HC3, clusters in any number of ways). Columns are brought to one length first, as the
 * small one would drown in the sum. NaN where the rule gives no variance. Cost: k (k + 1) / 2 calls of `errorOf`.
 */
export function covarianceOf(columns: readonly Float64Array[], errorOf: ErrorOf): Matrix {
  const errors = columns.map(errorOf);
  const correlation = (j: number, k: number): number => {
    const [a, b] = [errors[j] ?? NaN, errors[k] ?? NaN];
    if (a === 0 || b === 0) return 0;
    const other = columns[k];
    const both = errorOf((columns[j] ?? new Float64Array()).map((value, i) => value / a + (other?.[i] ?? NaN) / b));
    return (both * both - 2) / 2;
  };
  const lower = errors.map((_, j) => errors.slice(0, j + 1).map((error, k) => (errors[j] ?? NaN) * error * (j === k ? 1 : correlation(j, k))));
  return lower.map((row, j) => lower.map((other, k) => (k <= j ? row[k] : other[j]) ?? NaN));
}
