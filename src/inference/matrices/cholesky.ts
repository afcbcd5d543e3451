import { inner, type Matrix, transposed } from "../../fit/matrix.js";

/**
 * Lower triangular L with L L' = A, for symmetric and positive semidefinite A. A pivot at most `rounding` of its diagonal,
 * or not a number, counts as zero and gives a column of zeros. O(k^3).
 */
export function semidefiniteRoot(a: Matrix, rounding: number): Matrix {
  const l = a.map((row) => row.map(() => 0));
  a.forEach((row, i) => {
    const own = l[i] ?? [];
    for (let j = 0; j <= i; j++) {
      const other = l[j] ?? [];
      let left = row[j] ?? NaN;
      for (let c = 0; c < j; c++) left -= (own[c] ?? NaN) * (other[c] ?? NaN);
      if (j < i) own[j] = other[j] === 0 ? 0 : left / (other[j] ?? NaN);
      else own[i] = left > rounding * (row[i] ?? NaN) && left < Infinity ? Math.sqrt(left) : 0;
    }
  });
  return l;
}

/** A pivot at most this share of its diagonal says that a matrix is not definite. */
const SEMIDEFINITE = 1e-13;

/** L of A = L L', by row, for symmetric A; null where A is not positive definite but for rounding. O(k^3). */
export function cholesky(a: Matrix): Matrix | null {
  const l = semidefiniteRoot(a, SEMIDEFINITE);
  return l.some((row, i) => row[i] === 0) ? null : l;
}

/** L^-1 b. */
export function forward(l: Matrix, b: readonly number[]): readonly number[] {
  const x: number[] = [];
  for (const [i, row] of l.entries()) {
    let left = b[i] ?? NaN;
    for (let c = 0; c < i; c++) left -= (row[c] ?? NaN) * (x[c] ?? NaN);
    x.push(left / (row[i] ?? NaN));
  }
  return x;
}

/** A^-1 b from A = L L'. */
export function choleskySolve(l: Matrix, b: readonly number[]): readonly number[] {
  const x = [...forward(l, b)];
  for (let i = x.length - 1; i >= 0; i--) {
    for (let r = i + 1; r < x.length; r++) x[i] = (x[i] ?? NaN) - (l[r]?.[i] ?? NaN) * (x[r] ?? NaN);
    x[i] = (x[i] ?? NaN) / (l[i]?.[i] ?? NaN);
  }
  return x;
}

/** b' A^-1 b for symmetric A; null where A is not positive definite. */
export function wald(a: Matrix, b: readonly number[]): number | null {
  const l = cholesky(a);
  return l === null ? null : inner(forward(l, b), forward(l, b));
}

/** L^-1 A L^-T: what A becomes in coordinates in which L L' is the identity. */
export function whitened(l: Matrix, a: Matrix): Matrix {
  const half = a.map((row) => forward(l, row)); // rows of A L^-T
  return transposed(transposed(half).map((column) => forward(l, column)));
}

/** The largest eigenvalue of a positive semidefinite matrix, to about 1e-12: the least c at which c I - A is definite. */
export function largestEigenvalue(a: Matrix): number {
  let low = Math.max(...a.map((row, i) => row[i] ?? NaN));
  let high = trace(a);
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    const definite = cholesky(a.map((row, i) => row.map((value, j) => (i === j ? middle : 0) - value))) !== null;
    if (definite) high = middle;
    else low = middle;
  }
  return high;
}

/** Sum of the diagonal. */
export function trace(a: Matrix): number {
  return a.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
}
