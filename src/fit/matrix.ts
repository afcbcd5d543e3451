/** A matrix, by row; small: a row and a column for each coefficient. */
export type Matrix = readonly (readonly number[])[];

/** a'b, summed in order. */
export function inner(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

/** A b. */
export function times(a: Matrix, b: readonly number[]): readonly number[] {
  return a.map((row) => inner(row, b));
}

/** a'V b. */
export function quadratic(a: readonly number[], matrix: Matrix, b: readonly number[]): number {
  return inner(a, times(matrix, b));
}

/** factor A. */
export function scaled(a: Matrix, factor: number): Matrix {
  return a.map((row) => row.map((value) => factor * value));
}

/** A + B. */
export function added(a: Matrix, b: Matrix): Matrix {
  return a.map((row, i) => row.map((value, j) => value + (b[i]?.[j] ?? NaN)));
}

/** A' of a square matrix. */
export function transposed(a: Matrix): Matrix {
  return a.map((_, j) => a.map((row) => row[j] ?? NaN));
}
