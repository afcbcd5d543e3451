import { columnMoments, unit } from "../../learners/moments.js";
import { hasMoreThanTwo } from "../../panel/check.js";

/** Functions of the controls, a constant always among them. */
export type DictionaryName = "controls" | "controls and their squares" | "controls, their squares and products";

/** Columns by row; the constant is not among them, as `placeColumns` of src/kernels/moments.ts has its own. */
export interface Dictionary {
  readonly on: DictionaryName;
  readonly columns: readonly Float64Array[];
}

/**
 * The richest dictionary with at most `limit` functions, the constant counted: controls scaled to mean 0 and variance 1,
 * the squares of those with more than two values, and all products of two. Null where even the controls are too many, or
 * there are none. Cost O(n k).
 */
export function dictionaryOf(controls: readonly Float64Array[], weights: Float64Array | null, limit: number): Dictionary | null {
  const p = controls.length;
  if (p === 0 || 1 + p > limit) return null;
  const scaled = controls.map((values) => standardised(values, weights));
  const wide = scaled.filter((_, j) => hasMoreThanTwo(controls[j] ?? new Float64Array(0)));
  if (1 + p + wide.length > limit) return { on: "controls", columns: scaled };
  const columns = [...scaled, ...wide.map((values) => product(values, values))];
  if (columns.length + 1 + (p * (p - 1)) / 2 > limit) return { on: "controls and their squares", columns };
  const products = scaled.flatMap((values, j) => scaled.slice(0, j).map((other) => product(values, other)));
  return { on: "controls, their squares and products", columns: [...columns, ...products] };
}

function standardised(values: Float64Array, weights: Float64Array | null): Float64Array {
  const { mean, sd } = unit(columnMoments(values, Uint32Array.from(values.keys()), weights));
  return values.map((value) => (value - mean) / sd);
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * (b[i] ?? NaN));
}
