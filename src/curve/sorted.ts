import type { CurveRows } from "./rows.js";

/** A curve's estimates from the least to the largest. */
export interface SortedCurve {
  /** Numbers of the specifications that have an estimate, by rank; of equal estimates the first of the study first. */
  readonly numbers: Uint32Array;
  /** Rank of the preferred one; null where there is none, or it has no estimate. */
  readonly preferred: number | null;
}

/** O(K log K). */
export function sortedCurve({ size, theta, preferred }: Pick<CurveRows, "size" | "theta" | "preferred">): SortedCurve {
  const known = Uint32Array.from({ length: size }, (_, i) => i).filter((i) => Number.isFinite(theta[i]));
  const numbers = known.sort((a, b) => (theta[a] ?? NaN) - (theta[b] ?? NaN) || a - b);
  const rank = preferred === null ? -1 : numbers.indexOf(preferred);
  return { numbers, preferred: rank < 0 ? null : rank };
}

/** Whether a specification's interval leaves zero out. */
export function isSignificant({ lower, upper }: Pick<CurveRows, "lower" | "upper">, i: number): boolean {
  return (lower[i] ?? NaN) > 0 || (upper[i] ?? NaN) < 0;
}
