import { type BiasEstimate, type Bound, boundOf, type Side, strengthOf } from "./bounds.js";

/** What is drawn over cf_d (across) and cf_y (up). */
export interface ContourRequest {
  readonly cfY: readonly number[];
  readonly cfD: readonly number[];
  readonly rho: number;
  readonly side: Side;
  readonly value: keyof Bound;
  /** Of the one-sided limit. */
  readonly quantile: number;
}

/** Values of a bound over a grid of supposed confounders. */
export interface Contour {
  readonly cfY: readonly number[];
  readonly cfD: readonly number[];
  /** By cf_y, then by cf_d. */
  readonly values: readonly (readonly number[])[];
}

/** A bound, its error or its limit over a grid. Cost O(grid repetitions): no row is read again. */
export function contour(repetitions: readonly BiasEstimate[], { cfY, cfD, rho, side, value, quantile }: ContourRequest): Contour {
  const at = (y: number, d: number): number => boundOf(repetitions, side, strengthOf({ cfY: y, cfD: d, rho }), quantile)[value];
  return { cfY, cfD, values: cfY.map((y) => cfD.map((d) => at(y, d))) };
}
