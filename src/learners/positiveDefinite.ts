/** A pivot at most this share of its diagonal is rounding. */
const ROUNDING = 1e-14;

/**
 * Solves A x = b in place by Cholesky's factor: b becomes x, and the lower triangle of A (k x k, by row; the upper one is
 * not read) its factor. False, with both spoilt, where A is not positive definite but for rounding. Cost k^3 / 6.
 * Source: Golub and Van Loan, Matrix Computations, section 4.2.
 */
export function solvePositiveDefinite(a: Float64Array, b: Float64Array): boolean {
  const k = b.length;
  for (let i = 0; i < k; i++) {
    const diagonal = a[i * k + i] ?? NaN;
    for (let j = 0; j < i; j++) a[i * k + j] = less(a, i, j, k) / (a[j * k + j] ?? NaN);
    const pivot = less(a, i, i, k);
    if (!(pivot > ROUNDING * diagonal)) return false;
    a[i * k + i] = Math.sqrt(pivot);
  }
  for (let i = 0; i < k; i++) {
    let rest = b[i] ?? NaN;
    for (let j = 0; j < i; j++) rest -= (a[i * k + j] ?? NaN) * (b[j] ?? NaN);
    b[i] = rest / (a[i * k + i] ?? NaN);
  }
  for (let i = k - 1; i >= 0; i--) {
    let rest = b[i] ?? NaN;
    for (let j = i + 1; j < k; j++) rest -= (a[j * k + i] ?? NaN) * (b[j] ?? NaN);
    b[i] = rest / (a[i * k + i] ?? NaN);
  }
  return true;
}

/** a_ij less what the columns before j make of it. */
function less(a: Float64Array, i: number, j: number, k: number): number {
  let rest = a[i * k + j] ?? NaN;
  for (let c = 0; c < j; c++) rest -= (a[i * k + c] ?? NaN) * (a[j * k + c] ?? NaN);
  return rest;
}
