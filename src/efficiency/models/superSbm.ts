import type { Kind, Orientation } from "../production.js";
import { type Entry, type ModelProgram, programBuilder, sumOfWeights } from "../program.js";
import { countOf, type Technology } from "../technology.js";
import type { Model } from "./model.js";
import { sharesOf, type Weights } from "./sbm.js";

/** How undesirable outputs enter super-efficiency: beside the outputs in the denominator (B), or beside the inputs (C). */
export type SuperVariant = "B" | "C";

/**
 * Slacks-based super-efficiency (Tone 2002, EJOR 143, eq. 8 to 24): how far a unit must move to what the others can
 * make. With p, q, u the relative increase of inputs, decrease of outputs, increase of undesirable ones, least
 *
 *   B: (1 + mean p) / (1 - mean (q, u))      C: (1 + mean (p, u)) / (1 - mean q)
 *
 * so that peers use at most x (1 + p), make at least y (1 - q) and at most b (1 + u); without undesirable outputs both are
 * Tone's. 1 or more. Oriented: the numerator or the denominator alone; with variable returns these may have no solution,
 * and B neither. Under constant returns B is at most (s1 + s2) / s2.
 *
 * Every other unit may become a peer, also those that only this one dominates: never restrict the peers to the frontier.
 */
export function superSbm(technology: Technology, orientation: Orientation, variant: SuperVariant = "B", weights?: Weights): Model {
  const program = superProgram(technology, orientation, variant, weights);
  return {
    technology, positive: true, excludesSelf: true,
    program: () => program, score: (objective) => objective, ratio: (score) => score, target: fartherOf,
  };
}

/** A unit is moved no further than its peers ask. */
function fartherOf(kind: Kind, own: number, peers: number): number {
  return kind === "output" ? Math.min(own, peers) : Math.max(own, peers);
}

function superProgram(technology: Technology, orientation: Orientation, variant: SuperVariant, weights: Weights | undefined): ModelProgram {
  const { bounds } = technology;
  const shrinking = orientation === "input" ? [] : bounds.flatMap(({ kind }, row) => (kind === "output" ? [row] : []));
  const builder = programBuilder(technology, shrinking.length + 1);
  const norm = builder.peerRows + shrinking.length;
  // Variant C counts undesirable outputs among the inputs.
  const counted = variant === "B" ? technology : { ...technology, bounds: bounds.map((bound) => (bound.kind === "undesirable" ? { ...bound, kind: "input" as const } : bound)) };
  const shares = sharesOf(counted, weights);
  bounds.forEach(({ slack }, row) => builder.slack(row, slack, 0));
  sumOfWeights(technology, builder, -1);
  counted.bounds.forEach(({ kind, slack }, row) => {
    if (kind === "input" ? orientation === "output" : orientation === "input") return;
    const share = shares[row] ?? NaN;
    const limit: readonly Entry[] = shrinking.includes(row) ? [[builder.peerRows + shrinking.indexOf(row), 1]] : [];
    // A move loosens its bound: the opposite of its slack.
    if (kind === "input") builder.column(share, [row, -slack]);
    else builder.column(0, [row, -slack], ...limit, [norm, -share]);
  });
  shrinking.forEach((_, i) => builder.slack(builder.peerRows + i, 1, 0)); // q <= 1
  const total = builder.column(1, ...Array.from({ length: norm }, (_, row): Entry => [row, -1]), [norm, 1]);
  return builder.build(total, [[norm, 1]], []);
}

/** The most that variant B of super-efficiency reaches under constant returns: all outputs over the undesirable ones. */
export function superCap(technology: Technology): number {
  return countOf(technology, "output", "undesirable") / countOf(technology, "undesirable");
}
