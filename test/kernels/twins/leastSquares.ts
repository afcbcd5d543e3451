/**
 * Least squares by Householder's QR with column pivoting, dense and slow: the twin that the kernels for least squares
 * and demeaning are compared with. Golub and Van Loan, Matrix Computations, algorithms 5.1.1 and 5.4.1.
 */
export interface Reference {
  /** By column; 0 for columns that are linear combinations of others. */
  readonly coefficients: Float64Array;
  readonly residuals: Float64Array;
  readonly rank: number;
  /** Columns in the order in which they were taken; the first `rank` span the rest. */
  readonly order: readonly number[];
}

/** Columns of equal length; a column counts as dependent when less than `tolerance` of its length is left. */
export function householder(columns: readonly Float64Array[], y: Float64Array, tolerance = 1e-10): Reference {
  const q = columns.map((column) => Float64Array.from(column));
  const order = columns.map((_, j) => j);
  const right = Float64Array.from(y);
  const lengths = columns.map((column) => length(column, 0));
  const diagonal: number[] = [];
  const reflectors: Float64Array[] = [];
  for (let k = 0; k < Math.min(columns.length, y.length); k++) {
    const best = widest(q, order, lengths, k);
    [order[k], order[best]] = [order[best] as number, order[k] as number];
    const column = q[order[k] as number] as Float64Array;
    const left = length(column, k);
    if (!(left > tolerance * (lengths[order[k] as number] as number))) break;
    const alpha = (column[k] as number) > 0 ? -left : left;
    const v = column.slice();
    v.fill(0, 0, k);
    v[k] = (v[k] as number) - alpha;
    for (const j of order.slice(k)) reflect(v, q[j] as Float64Array, k);
    reflect(v, right, k);
    diagonal.push(alpha);
    reflectors.push(v);
  }
  const rank = diagonal.length;
  const coefficients = new Float64Array(columns.length);
  for (let k = rank - 1; k >= 0; k--) {
    let sum = right[k] as number;
    for (let l = k + 1; l < rank; l++) sum -= (q[order[l] as number]?.[k] as number) * (coefficients[order[l] as number] as number);
    coefficients[order[k] as number] = sum / (diagonal[k] as number);
  }
  const residuals = right.slice();
  residuals.fill(0, 0, rank);
  for (let k = rank - 1; k >= 0; k--) reflect(reflectors[k] as Float64Array, residuals, k);
  return { coefficients, residuals, rank, order };
}

/** Where in `order`, from k on, the column stands of which the largest share is left. */
function widest(q: readonly Float64Array[], order: readonly number[], lengths: readonly number[], k: number): number {
  let best = k;
  let most = -1;
  for (let s = k; s < order.length; s++) {
    const j = order[s] as number;
    const share = length(q[j] as Float64Array, k) / ((lengths[j] as number) || 1);
    if (share > most) [best, most] = [s, share];
  }
  return best;
}

/** x less its part along v, twice. */
function reflect(v: Float64Array, x: Float64Array, from: number): void {
  let vv = 0;
  let vx = 0;
  for (let i = from; i < v.length; i++) {
    vv += (v[i] as number) ** 2;
    vx += (v[i] as number) * (x[i] as number);
  }
  const factor = vv === 0 ? 0 : (2 * vx) / vv;
  for (let i = from; i < v.length; i++) x[i] = (x[i] as number) - factor * (v[i] as number);
}

export function length(x: Float64Array, from = 0): number {
  let sum = 0;
  for (let i = from; i < x.length; i++) sum += (x[i] as number) ** 2;
  return Math.sqrt(sum);
}

/** Multiplies by the roots of weights. */
export function weighted(x: Float64Array, weights: Float64Array): Float64Array {
  return x.map((value, i) => value * Math.sqrt(weights[i] as number));
}
