/** A square matrix, by row. */
type Matrix = readonly (readonly number[])[];

/** Eigenvalues of a symmetric matrix, and its eigenvectors as the columns of an orthogonal matrix. */
export interface Eigen {
  readonly values: readonly number[];
  readonly vectors: Matrix;
}

/** Sweeps at most; convergence is quadratic, so about six are needed. */
const SWEEPS = 50;

/**
 * Jacobi's method with cyclic sweeps (Golub and Van Loan 2013, section 8.5), in the order of the diagonal. For small
 * matrices; plain arithmetic and roots, so the bits are the same everywhere. Cost O(k^3) a sweep.
 */
export function symmetricEigen(matrix: Matrix): Eigen {
  const k = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const vectors = matrix.map((_, j) => Float64Array.from(matrix, (__, l) => (j === l ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS && !isDiagonal(a); sweep++) {
    for (let p = 0; p < k; p++) {
      for (let q = p + 1; q < k; q++) rotate(a, vectors, p, q);
    }
  }
  return { values: a.map((row, j) => row[j] ?? NaN), vectors: vectors.map((row) => [...row]) };
}

/** Whether adding an element off the diagonal to those on it would change nothing. */
function isDiagonal(a: readonly Float64Array[]): boolean {
  const size = a.reduce((sum, row, j) => sum + Math.abs(row[j] ?? NaN), 0);
  return a.every((row, j) => row.every((value, l) => l === j || size + Math.abs(value) === size));
}

/** The rotation in the plane of p and q that makes a[p][q] zero. */
function rotate(a: readonly Float64Array[], vectors: readonly Float64Array[], p: number, q: number): void {
  const off = a[p]?.[q] ?? NaN;
  if (off === 0) return;
  const ratio = ((a[q]?.[q] ?? NaN) - (a[p]?.[p] ?? NaN)) / (2 * off);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  for (const row of a) turn(row, p, q, cosine, sine);
  const [up, uq] = [a[p], a[q]] as [Float64Array, Float64Array];
  for (let l = 0; l < up.length; l++) {
    const [x, y] = [up[l] ?? NaN, uq[l] ?? NaN];
    up[l] = cosine * x - sine * y;
    uq[l] = sine * x + cosine * y;
  }
  for (const row of vectors) turn(row, p, q, cosine, sine);
}

function turn(row: Float64Array, p: number, q: number, cosine: number, sine: number): void {
  const [x, y] = [row[p] ?? NaN, row[q] ?? NaN];
  row[p] = cosine * x - sine * y;
  row[q] = sine * x + cosine * y;
}
