import { createDemeaner } from "../kernels/demean.js";
import type { Group } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";

/** a - b, by row. */
export function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? NaN));
}

/** Columns demeaned by all effects together; unchanged where there are none. */
export function leftAfter(kernels: Kernels, effects: readonly Group[], columns: readonly Float64Array[]): readonly Float64Array[] {
  if (effects.length === 0) return columns;
  return kernels.heap.scope(() => createDemeaner(kernels, effects).demeanColumns(columns));
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
