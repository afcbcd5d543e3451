import { momentsOf, ranks } from "./normalise.js";

/** Pearson's correlations of columns of equal length that vary. Cost O(n k^2). */
export function correlations(columns: readonly Float64Array[]): readonly (readonly number[])[] {
  const standard = columns.map((column) => {
    const { mean, sd } = momentsOf(column);
    return column.map((value) => (value - mean) / sd);
  });
  const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0) / (a.length - 1);
  return standard.map((a, i) => standard.map((b, j) => (i === j ? 1 : inner(a, b))));
}

/** Spearman's rank correlation, ties in the middle; null where either side is constant or shorter than two. */
export function rankCorrelation(a: Float64Array, b: Float64Array): number | null {
  if (a.length < 2) return null;
  const [, [rho = NaN] = []] = correlations([ranks(a), ranks(b)]);
  return Number.isFinite(rho) ? rho : null;
}
