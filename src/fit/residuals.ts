import { EstimationError } from "../errors.js";
import { residentDemeaner } from "../kernels/residentDemeaner.js";
import { type Group, levelMeans } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import { inverseOf } from "./inverse.js";
import { type Matrix, times } from "./matrix.js";

/** a - b, by row. */
export function minus(a: Float64Array, b: Float64Array): Float64Array {
  const left = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) left[i] = (a[i] ?? NaN) - (b[i] ?? NaN);
  return left;
}

/** a + factor b, by row. */
export function plus(a: Float64Array, b: Float64Array, factor = 1): Float64Array {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) sum[i] = (a[i] ?? NaN) + factor * (b[i] ?? NaN);
  return sum;
}

/**
 * Columns demeaned by all effects together (unchanged where there are none), times the root of the weights: sums of
 * products of the results are weighted sums, so whatever is least squares after this needs to know of no weight.
 */
export function leftAfter(
  kernels: Kernels, effects: readonly Group[], columns: readonly Float64Array[], weights: Float64Array | null,
): readonly Float64Array[] {
  const demeaned = effects.length === 0 ? columns : residentDemeaner(kernels, effects, weights).demeanColumns(columns);
  return weights === null ? demeaned : demeaned.map((column) => column.map((value, i) => value * Math.sqrt(weights[i] ?? NaN)));
}

/** sum(a b), in the order of the rows. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}

/** a b, by row. */
export function product(a: Float64Array, b: Float64Array): Float64Array {
  const products = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) products[i] = (a[i] ?? NaN) * (b[i] ?? NaN);
  return products;
}

/** Columns times their factors, added up, by row. */
export function combine(factors: readonly number[], columns: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(columns[0]?.length ?? 0);
  columns.forEach((column, j) => {
    const factor = factors[j] ?? NaN;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? NaN) + factor * (column[i] ?? NaN);
  });
  return sum;
}

/** A'B: sums of products of columns, a row for each of a's and a column for each of b's. Of A'A each sum is taken once. */
export function crossProducts(a: readonly Float64Array[], b: readonly Float64Array[]): Matrix {
  if (a.length !== b.length || a.some((column, i) => column !== b[i])) return a.map((left) => b.map((right) => dot(left, right)));
  const above = a.map((left, i) => b.slice(i).map((right) => dot(left, right)));
  return a.map((_, i) => b.map((__, j) => above[Math.min(i, j)]?.[Math.abs(i - j)] ?? NaN));
}

/** The partialling-out estimate without a constant: the sum of z (y - x' theta) is zero; of more z than x, two-stage least squares. */
export function partialOut(y: Float64Array, x: readonly Float64Array[], z: readonly Float64Array[]): readonly number[] {
  const lengths = (columns: readonly Float64Array[]): readonly number[] => columns.map((column) => Math.sqrt(dot(column, column)));
  const own = z.length > x.length ? projected(x, z) : z;
  const inverse = inverseOf(crossProducts(own, x), lengths(own), lengths(x));
  if (inverse === null) throw singular();
  return times(inverse, own.map((a) => dot(a, y)));
}

function singular(): EstimationError {
  return new EstimationError("singular-final-stage", "The treatments' residuals determine each other, or their instruments say nothing of them, so no effect can be estimated.");
}

/** By which the diagonal of instruments' products grows, so that those that determine each other do no harm. */
const RIDGE = 1e-9;

/** What instruments say of each treatment, by least squares. */
function projected(x: readonly Float64Array[], z: readonly Float64Array[]): readonly Float64Array[] {
  const gram = crossProducts(z, z).map((row, i) => row.map((sum, j) => (i === j ? (1 + RIDGE) * sum : sum)));
  const lengths = gram.map((row, i) => Math.sqrt(row[i] ?? NaN));
  const inverse = inverseOf(gram, lengths, lengths);
  if (inverse === null) throw singular();
  return x.map((column) => combine(times(inverse, z.map((a) => dot(a, column))), z));
}

/** Values less their mean over the rows of each group, weighted where there are weights; unchanged without groups. */
export function withoutMeans(values: Float64Array, groups: Group | null, weights: Float64Array | null): Float64Array {
  if (groups === null) return values;
  const means = levelMeans(values, groups, weights);
  return values.map((value, row) => value - (means[groups.codes[row] ?? 0] ?? NaN));
}

/** What is left of a column below this share of its length is rounding: an estimate from it would be noise of any size. */
const ROUNDING = 1e-9;

/** Whether nothing is left of a column but rounding. */
export function isNothing(left: Float64Array, of: Float64Array): boolean {
  return !(dot(left, left) > ROUNDING * ROUNDING * dot(of, of));
}

let constant: Group = { codes: new Int32Array(0), levels: 1 };

/** One level for all rows: demeaning by it takes out the mean. The same object as the last time for as many rows. */
export function constantEffect(rows: number): Group {
  if (constant.codes.length !== rows) constant = { codes: new Int32Array(rows), levels: 1 };
  return constant;
}
