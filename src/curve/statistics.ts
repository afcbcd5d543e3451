import type { CurveCounts } from "../kernels/curve.js";

/** Numbers of the judged specifications, by place. */
export interface Judged {
  readonly theta: Float64Array;
  readonly se: Float64Array;
  /** Standard errors from an estimate to either end of its interval. */
  readonly critical: Float64Array;
}

/** What a family's estimates say together, in the data or in a draw. */
export interface Statistics {
  readonly median: number;
  /** The sign that most estimates have; of as many of either, 1. */
  readonly direction: 1 | -1;
  /** Share of the estimates that have it. */
  readonly dominant: number;
  /** Share of the estimates that have it and whose interval leaves zero out. */
  readonly significant: number;
  /** Stouffer's: the sum of the t statistics over the root of their number. */
  readonly z: number;
}

/**
 * Simonsohn, Simmons and Nelson (2020, Nature Human Behaviour 4): the median, the shares of estimates, and of significant
 * ones, in the dominant direction, and Stouffer's z. The direction is the data's own, so that tests by these are
 * two-sided. f: which family; n: its estimates.
 */
export function statisticsOf({ medians, sums, counts }: CurveCounts, f: number, n: number): Statistics {
  const [positive = NaN, high = NaN, low = NaN] = counts.subarray(3 * f, 3 * f + 3);
  const direction = 2 * positive >= n ? 1 : -1;
  return {
    median: medians[f] ?? NaN, direction,
    dominant: (direction === 1 ? positive : n - positive) / n,
    significant: (direction === 1 ? high : low) / n,
    z: (sums[f] ?? NaN) / Math.sqrt(n),
  };
}
