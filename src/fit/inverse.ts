import type { Matrix } from "./matrix.js";

/** A pivot at most this share of the size of its row and column counts as zero. */
const SINGULAR = 1e-12;

/**
 * The inverse of a k x k matrix, by LU decomposition with scaled partial pivoting; null where a pivot is at most 1e-12
 * of rows[i] columns[j], or not a number. `rows` and `columns` say how large entries are: for Z'X the lengths of the
 * columns of Z and X, so that the pivots are sines of angles. Cost O(k^3).
 * Source: Golub and Van Loan, Matrix Computations, section 3.4.
 */
export function inverseOf(matrix: Matrix, rows: readonly number[], columns: readonly number[]): Matrix | null {
  const lu = matrix.map((row) => [...row]);
  const order = decompose(lu, rows, columns);
  if (order === null) return null;
  const solved = order.map((_, j) => solve(lu, order.map((row) => (row === j ? 1 : 0))));
  return order.map((_, i) => solved.map((column) => column[i] ?? NaN));
}

/** Makes P A = L U in place, L below the diagonal; the order of the rows, or null where A is singular. */
function decompose(a: number[][], rows: readonly number[], columns: readonly number[]): readonly number[] | null {
  const order = a.map((_, i) => i);
  const size = (i: number, j: number): number => Math.abs(at(a, i, j)) / ((rows[order[i] ?? 0] ?? NaN) * (columns[j] ?? NaN));
  for (let j = 0; j < a.length; j++) {
    let pivot = j;
    for (let i = j + 1; i < a.length; i++) if (size(i, j) > size(pivot, j)) pivot = i;
    if (!(size(pivot, j) > SINGULAR)) return null;
    swap(a, j, pivot);
    swap(order, j, pivot);
    for (let i = j + 1; i < a.length; i++) eliminate(a[i] ?? [], a[j] ?? [], j);
  }
  return order;
}

/** Takes off the row so much of the pivot's row as makes column j zero, and keeps the factor there. */
function eliminate(row: number[], pivot: readonly number[], j: number): void {
  const factor = (row[j] ?? NaN) / (pivot[j] ?? NaN);
  row[j] = factor;
  for (let c = j + 1; c < row.length; c++) row[c] = (row[c] ?? NaN) - factor * (pivot[c] ?? NaN);
}

/** x of L U x = b: forward, then back. */
function solve(lu: Matrix, b: readonly number[]): readonly number[] {
  const x = [...b];
  for (let i = 0; i < x.length; i++) {
    for (let c = 0; c < i; c++) x[i] = (x[i] ?? NaN) - at(lu, i, c) * (x[c] ?? NaN);
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let c = i + 1; c < x.length; c++) x[i] = (x[i] ?? NaN) - at(lu, i, c) * (x[c] ?? NaN);
    x[i] = (x[i] ?? NaN) / at(lu, i, i);
  }
  return x;
}

function at(matrix: Matrix, i: number, j: number): number {
  return matrix[i]?.[j] ?? NaN;
}

function swap(list: unknown[], i: number, j: number): void {
  [list[i], list[j]] = [list[j], list[i]];
}
