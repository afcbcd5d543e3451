import { createDemeaner } from "../kernels/demean.js";
import type { Group } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";

/** a - b, by row. */
export function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? NaN));
}

/**
 * Columns demeaned by all effects together (unchanged where there are none), times the root of the weights: sums of
 * products of the results are weighted sums, so whatever is least squares after this needs to know of no weight.
 */
export function leftAfter(
  kernels: Kernels, effects: readonly Group[], columns: readonly Float64Array[], weights: Float64Array | null,
): readonly Float64Array[] {
  const demeaned = effects.length === 0
    ? columns
    : kernels.heap.scope(() => createDemeaner(kernels, effects, { weights: weights ?? undefined }).demeanColumns(columns));
  return weights === null ? demeaned : demeaned.map((column) => column.map((value, i) => value * Math.sqrt(weights[i] ?? NaN)));
}

/** sum(a b), in the order of the rows. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}

/** The partialling-out estimate without a constant: sum(e_d e_l) / sum(e_d^2). */
export function partialOut(outcome: Float64Array, treatment: Float64Array): number {
  return dot(treatment, outcome) / dot(treatment, treatment);
}

/** What is left of a column below this share of its length is rounding: an estimate from it would be noise of any size. */
const ROUNDING = 1e-9;

/** Whether nothing is left of a column but rounding. */
export function isNothing(left: Float64Array, of: Float64Array): boolean {
  return !(dot(left, left) > ROUNDING * ROUNDING * dot(of, of));
}

/** One level for all rows: demeaning by it takes out the mean. */
export function constantEffect(rows: number): Group {
  return { codes: new Int32Array(rows), levels: 1 };
}
