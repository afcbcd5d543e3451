import type { FinalStage } from "../../src/inference/finalStage.js";

/** Least squares of y on any number of columns by plain elimination: a final stage for tests of what follows it. */
export function plainLeastSquares(y: Float64Array, x: readonly Float64Array[]): FinalStage {
  const inverse = inverted(x.map((a) => x.map((b) => product(a, b))));
  const solved = inverse.map((row) => y.map((_, i) => row.reduce((sum, value, l) => sum + value * x[l]![i]!, 0)));
  const coefficients = solved.map((row) => product(row, y));
  const residuals = y.map((value, i) => value - coefficients.reduce((sum, b, l) => sum + b * x[l]![i]!, 0));
  return {
    coefficients, residuals, inverse, x, z: x,
    influence: solved.map((row) => row.map((value, i) => value * residuals[i]!)),
    leverage: () => y.map((_, i) => solved.reduce((sum, row, l) => sum + row[i]! * x[l]![i]!, 0)),
  };
}

/** sum(a b). */
export function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** The inverse by Gauss and Jordan, pivoting on the largest. */
export function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const k = matrix.length;
  const a = matrix.map((row, j) => [...row, ...row.map((_, l) => (j === l ? 1 : 0))]);
  for (let p = 0; p < k; p++) {
    const best = a.slice(p).reduce((most, row, j) => (Math.abs(row[p]!) > Math.abs(a[p + most]![p]!) ? j : most), 0) + p;
    [a[p], a[best]] = [a[best]!, a[p]!];
    const pivot = a[p]!.map((value) => value / a[p]![p]!);
    a[p] = pivot;
    for (let j = 0; j < k; j++) if (j !== p) a[j] = a[j]!.map((value, l) => value - a[j]![p]! * pivot[l]!);
  }
  return a.map((row) => row.slice(k));
}
