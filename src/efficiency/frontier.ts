import { EstimationError } from "../errors.js";

/** Who is measured against whom; row numbers of the production, ascending. */
export interface Frontier {
  readonly members: Uint32Array;
  readonly peers: Uint32Array;
  /** Peers that are tried first: for speed alone, every proof is against all peers. */
  readonly preferred?: Uint32Array;
}

/** Which units a unit is compared with, all from codes by row whose order is that of time. */
export type FrontierRule =
  /** All of all periods (global). */
  | { readonly kind: "pooled" }
  /** Those of its period (contemporaneous). */
  | { readonly kind: "period"; readonly periods: Int32Array }
  /** Those up to its period. */
  | { readonly kind: "sequential"; readonly periods: Int32Array }
  /** Those of the `width` periods that end with its own; the first periods share the first window. */
  | { readonly kind: "window"; readonly periods: Int32Array; readonly width: number }
  /** Those of its group. */
  | { readonly kind: "group"; readonly groups: Int32Array };

/** The frontiers of `count` rows under a rule; every row is a member of exactly one. */
export function frontiersOf(rule: FrontierRule, count: number): readonly Frontier[] {
  const all = Uint32Array.from({ length: count }, (_, row) => row);
  if (rule.kind === "pooled") return [{ members: all, peers: all }];
  const codes = rule.kind === "group" ? rule.groups : rule.periods;
  const levels = [...new Set(codes)].sort((a, b) => a - b);
  return levels.map((level, i) => {
    const reach = reachOf(rule, levels, i);
    return { members: all.filter((row) => codes[row] === level), peers: all.filter((row) => reach.has(codes[row] ?? NaN)) };
  });
}

/** The levels whose rows are peers of level i. */
function reachOf(rule: FrontierRule, levels: readonly number[], i: number): ReadonlySet<number> {
  switch (rule.kind) {
    case "sequential":
      return new Set(levels.slice(0, i + 1));
    case "window": {
      if (!(rule.width >= 1)) throw new EstimationError("no-window", `A window of ${rule.width} periods holds no unit: give 1 or more.`);
      const from = Math.max(0, i + 1 - rule.width);
      return new Set(levels.slice(from, from + rule.width));
    }
    default:
      return new Set([levels[i] ?? NaN]);
  }
}
