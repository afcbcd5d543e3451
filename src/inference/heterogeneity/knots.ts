import { EstimationError } from "../../errors.js";
import type { Knots } from "../../study/postEstimation.js";
import { quantileOf, sorted } from "./quantile.js";

/** Where the pieces of a spline meet: its range and the knots inside. */
export interface KnotSequence {
  readonly lower: number;
  readonly upper: number;
  /** Ascending, inside the range. */
  readonly inner: readonly number[];
}

/**
 * The range of a column, with inner knots: those given, or df - 1 - `further` of them at even quantiles, as patsy's
 * `bs` does; `further` functions there are beside the one per piece (degree - 1 for a B-spline, none for a natural one).
 * Throws an EstimationError for knots outside the range or not ascending, as quantiles of few values are.
 */
export function evenKnots(values: Float64Array, knots: Knots, further: number): KnotSequence {
  const ascending = sorted(values);
  const [lower, upper] = [quantileOf(ascending, 0), quantileOf(ascending, 1)];
  const inner = "df" in knots ? quantiles(ascending, knots.df - 1 - further) : [...knots];
  const all = [lower, ...inner, upper];
  if (!all.every((knot, j) => j === 0 || knot > (all[j - 1] ?? NaN))) {
    throw new EstimationError("knots", `The knots ${inner.join(", ")} do not rise within the range ${lower} to ${upper}. Take fewer, or name others.`);
  }
  return { lower, upper, inner };
}

function quantiles(ascending: Float64Array, count: number): readonly number[] {
  if (!(count >= 0)) throw new EstimationError("knots", "The spline's `df` is below what its degree takes. Raise `df`.");
  return Array.from({ length: count }, (_, j) => quantileOf(ascending, (j + 1) / (count + 1)));
}
