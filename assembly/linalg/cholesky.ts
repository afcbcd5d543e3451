import { axpy, dot } from "./vec";

/**
 * Cholesky factors of symmetric positive semidefinite matrices, with pivoting.
 * A symmetric matrix is kept as its lower triangle, row by row: element (i, j), j <= i, at i (i + 1) / 2 + j.
 */

/** Where element (i, j) of a lower triangle stands, j <= i. */
@inline
export function lower(i: i32, j: i32): i32 {
  return ((i * (i + 1)) >> 1) + j;
}

/**
 * P'AP = LL' with complete pivoting, stopped at the numerical rank, which is returned.
 *
 * At each step the row with the largest remaining diagonal is eliminated (the first of equals); rows where no more than
 * `tolerance` remains are left out. If the diagonal of A is 1, that is the squared sine of the angle between a column
 * and the span of those before it.
 *
 * a: lower triangle of n rows. factor: n * n; row i holds row i of L up to its own step. order: n; the rows in the
 * order of elimination, first the `rank` eliminated ones. rest: n, scratch.
 * Left-looking, so that everything is an inner product of rows: n^3 / 6 multiplications at full rank.
 * Higham 2002, Accuracy and Stability of Numerical Algorithms, section 10.3.
 */
export function factorize(
  n: i32,
  a: StaticArray<f64>,
  tolerance: f64,
  factor: StaticArray<f64>,
  order: StaticArray<i32>,
  rest: StaticArray<f64>,
): i32 {
  for (let i = 0; i < n; i++) {
    order[i] = i;
    rest[i] = a[lower(i, i)];
  }
  for (let step = 0; step < n; step++) {
    let at = -1;
    let largest = tolerance;
    for (let s = step; s < n; s++) {
      const candidate = rest[order[s]];
      if (candidate > largest || (candidate == largest && at >= 0 && order[s] < order[at])) {
        largest = candidate;
        at = s;
      }
    }
    if (at < 0) return step;
    const pivot = order[at];
    order[at] = order[step];
    order[step] = pivot;
    eliminate(n, step, a, tolerance, factor, order, rest);
  }
  return n;
}

/** Column `step` of L: its pivot has been moved to order[step]. */
function eliminate(
  n: i32,
  step: i32,
  a: StaticArray<f64>,
  tolerance: f64,
  factor: StaticArray<f64>,
  order: StaticArray<i32>,
  rest: StaticArray<f64>,
): void {
  const pivot = order[step];
  const diagonal = Math.sqrt(rest[pivot]);
  const inverse = 1 / diagonal;
  factor[pivot * n + step] = diagonal;
  for (let s = step + 1; s < n; s++) {
    const row = order[s];
    if (rest[row] <= tolerance) continue;
    const element = row > pivot ? a[lower(row, pivot)] : a[lower(pivot, row)];
    const l = (element - dot(step, factor, row * n, factor, pivot * n)) * inverse;
    factor[row * n + step] = l;
    rest[row] -= l * l;
  }
}

/**
 * Solves A x = b on the eliminated rows; x is zero elsewhere.
 * b: n, kept. x: n. scratch: rank. Costs rank^2 multiplications.
 */
export function solve(
  n: i32,
  rank: i32,
  factor: StaticArray<f64>,
  order: StaticArray<i32>,
  b: StaticArray<f64>,
  x: StaticArray<f64>,
  scratch: StaticArray<f64>,
): void {
  for (let s = 0; s < rank; s++) {
    const row = order[s];
    scratch[s] = (b[row] - dot(s, factor, row * n, scratch, 0)) / factor[row * n + s];
  }
  for (let s = rank; s < n; s++) x[order[s]] = 0;
  for (let s = rank - 1; s >= 0; s--) {
    const row = order[s];
    const value = scratch[s] / factor[row * n + s];
    x[row] = value;
    axpy(s, -value, factor, row * n, scratch, 0);
  }
}
