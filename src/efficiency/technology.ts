import type { Kind, Production, Returns } from "./production.js";
import { kindsOf } from "./production.js";

/** One constraint on what peers make together: at most (1) or at least (-1) what is asked of a column. */
export interface Bound {
  readonly kind: Kind;
  /** The column, in the order of `columnsOf`. */
  readonly column: number;
  readonly slack: 1 | -1;
}

/** The constraints that hold for every unit measured against a frontier; rows of programs in this order. */
export interface Technology {
  readonly bounds: readonly Bound[];
  readonly returns: Returns;
}

/**
 * Peers must use at most the inputs, make at least the outputs, and at most the undesirable ones. Under weak disposal
 * these are not free to be thrown away: exactly as much is made (Faere, Grosskopf, Lovell, Pasurka 1989, Review of
 * Economics and Statistics 71), which only directional measures can ask for; with variable returns this is the usual shortcut without abatement factors.
 */
export function technologyOf(production: Production, returns: Returns, disposal: "strong" | "weak" = "strong"): Technology {
  const bounds = kindsOf(production).map((kind, column): Bound => ({ kind, column, slack: kind === "output" ? -1 : 1 }));
  const floors = disposal === "weak" ? bounds.filter(({ kind }) => kind === "undesirable").map((bound): Bound => ({ ...bound, slack: -1 })) : [];
  return { bounds: [...bounds, ...floors], returns };
}

/** Rows that peers stand in: the bounds, and with other than constant returns the sum of the weights. */
export function peerRows({ bounds, returns }: Technology): number {
  return bounds.length + (returns === "crs" ? 0 : 1);
}

/** How many bounds are of one of these kinds. */
export function countOf({ bounds }: Technology, ...kinds: readonly Kind[]): number {
  return bounds.filter(({ kind }) => kinds.includes(kind)).length;
}
