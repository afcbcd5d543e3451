import { select } from "../inference/quantile.js";

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
 * two-sided. theta: by place; members: places; room: as many numbers as members at least, overwritten. O(n).
 */
export function statisticsOf(theta: Float64Array, { se, critical }: Pick<Judged, "se" | "critical">, members: Uint32Array, room: Float64Array): Statistics {
  const n = members.length;
  let [positive, high, low, sum] = [0, 0, 0, 0];
  for (let j = 0; j < n; j++) {
    const place = members[j] ?? 0;
    const value = theta[place] ?? NaN;
    const t = value / (se[place] ?? NaN);
    const limit = critical[place] ?? NaN;
    room[j] = value;
    sum += t;
    if (t > 0) positive++;
    if (t > limit) high++;
    else if (t < -limit) low++;
  }
  const direction = 2 * positive >= n ? 1 : -1;
  return {
    median: medianOf(room.subarray(0, n)), direction,
    dominant: (direction === 1 ? positive : n - positive) / n,
    significant: (direction === 1 ? high : low) / n,
    z: sum / Math.sqrt(n),
  };
}

/** Of one number at least, which are rearranged. O(n). */
export function medianOf(values: Float64Array): number {
  const middle = values.length >> 1;
  select(values, middle);
  const upper = values[middle] ?? NaN;
  if (values.length % 2 === 1) return upper;
  let lower = -Infinity;
  for (let i = 0; i < middle; i++) lower = Math.max(lower, values[i] ?? NaN);
  return (lower + upper) / 2;
}
