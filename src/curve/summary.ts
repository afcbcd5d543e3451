import type { CurveRows } from "./rows.js";
import { NOT_RUN } from "./columns.js";

/** A curve in a few numbers. */
export interface CurveSummary {
  readonly size: number;
  readonly run: number;
  readonly estimated: number;
  readonly warned: number;
  /** Of the estimates; null where there are none. */
  readonly spread: CurveSpread | null;
  /** Null: none is named, or it has no estimate. */
  readonly preferred: { readonly theta: number; readonly se: number; readonly p: number } | null;
}

/** How estimates are spread, and how many are significant at 5 %. */
export interface CurveSpread {
  readonly least: number;
  readonly quarter: number;
  readonly median: number;
  readonly threeQuarters: number;
  readonly greatest: number;
  readonly positive: number;
  readonly significantlyPositive: number;
  readonly significantlyNegative: number;
}

/** Counts and quantiles of a curve's rows. Cost: a sort. */
export function summaryOf({ size, preferred, theta, se, p, error, warned }: CurveRows): CurveSummary {
  const estimated = error.flatMap((code, i) => (code === null ? [i] : []));
  const sorted = Float64Array.from(estimated, (i) => theta[i] ?? NaN).sort();
  const count = (is: (i: number) => boolean): number => estimated.reduce((sum, i) => sum + (is(i) ? 1 : 0), 0);
  const significant = (i: number): boolean => (p[i] ?? 1) < 0.05;
  const marked = preferred !== null && error[preferred] === null ? preferred : null;
  return {
    size,
    run: error.reduce((sum, code) => sum + (code === NOT_RUN ? 0 : 1), 0),
    estimated: estimated.length,
    warned: count((i) => (warned[i] ?? 0) > 0),
    spread: estimated.length === 0 ? null : {
      least: sorted[0] ?? NaN, quarter: quantile(sorted, 0.25), median: quantile(sorted, 0.5), threeQuarters: quantile(sorted, 0.75), greatest: sorted.at(-1) ?? NaN,
      positive: count((i) => (theta[i] ?? NaN) > 0),
      significantlyPositive: count((i) => (theta[i] ?? NaN) > 0 && significant(i)),
      significantlyNegative: count((i) => (theta[i] ?? NaN) < 0 && significant(i)),
    },
    preferred: marked === null ? null : { theta: theta[marked] ?? NaN, se: se[marked] ?? NaN, p: p[marked] ?? NaN },
  };
}

/** Between the two nearest, as R's type 7. */
function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const [a = NaN, b = a] = sorted.subarray(below, below + 2);
  return a + (b - a) * (at - below);
}
