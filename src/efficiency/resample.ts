import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { createSpecial } from "../kernels/special.js";
import { mix } from "../kernels/mix.js";
import { scoresOf } from "./evaluate.js";
import { type Frontier, frontiersOf } from "./frontier.js";
import { sbm } from "./models/sbm.js";
import { superSbm } from "./models/superSbm.js";
import { checkProduction, columnsOf, type Production, unitCount } from "./production.js";
import type { SlacksBasedOptions } from "./slacksBased.js";
import { technologyOf } from "./technology.js";

/** How intervals are drawn. */
export interface ResampleOptions {
  readonly draws: number;
  /** Peers a draw; null: their number to the power 0.7. */
  readonly size: number | null;
  /** Of intervals, in (0, 1). */
  readonly level: number;
  readonly seed: number;
}

/** A unit's interval for its slacks-based measure; null where fewer than half of the draws have a score. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
  /** The measure less its estimated bias. */
  readonly corrected: number | null;
}

/** Some draws for all members of a frontier. Plain data that can be posted to any worker. */
export interface ResamplePiece {
  readonly kind: "resample";
  readonly production: Production;
  readonly options: Omit<SlacksBasedOptions, "frontier">;
  readonly frontier: Frontier;
  readonly size: number;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** Draws of a piece. */
const PIECE = 5;

/** The pieces of all draws, frontier by frontier. */
export function resamplePieces(kernels: Kernels, production: Production, { frontier: rule, ...options }: SlacksBasedOptions, { draws, size, seed }: ResampleOptions): readonly ResamplePiece[] {
  checkProduction(production, true);
  return frontiersOf(rule, unitCount(production)).flatMap((frontier) => {
    const count = frontier.peers.length;
    const m = size ?? Math.max(1, Math.round(power(kernels, count, 0.7)));
    if (m > count) throw new EstimationError("size", `A draw of ${m} peers is more than the ${count} that a frontier has: take a smaller size.`);
    return Array.from({ length: Math.ceil(draws / PIECE) }, (_, i): ResamplePiece =>
      ({ kind: "resample", production, options, frontier, size: m, seed, from: i * PIECE, to: Math.min(draws, (i + 1) * PIECE) }));
  });
}

/** Scores of the members against each draw of peers, one after the other; NaN where there is none. */
export function resamplePiece(kernels: Kernels, { production, options, frontier: { members, peers }, size, seed, from, to }: ResamplePiece): Float64Array {
  const { returns, orientation, weights, superVariant } = options;
  const technology = technologyOf(production, returns);
  const within = sbm(technology, orientation, weights);
  const beyond = superSbm(technology, orientation, superVariant ?? "B", weights);
  const all = new Float64Array((to - from) * members.length);
  for (let draw = from; draw < to; draw++) {
    const drawn = drawnPeers(peers, size, seed, draw);
    const own = all.subarray((draw - from) * members.length, (draw - from + 1) * members.length);
    own.set(scoresOf(kernels, production, within, { members, peers: drawn }));
    const outside = Uint32Array.from(members, (_, i) => i).filter((i) => Number.isNaN(own[i]));
    if (outside.length === 0) continue;
    const further = scoresOf(kernels, production, beyond, { members: outside.map((i) => members[i] ?? 0), peers: drawn });
    outside.forEach((i, k) => (own[i] = further[k] ?? NaN));
  }
  return all;
}

/**
 * Intervals by the m-out-of-n bootstrap without replacement (Politis and Romano 1994; for frontiers Simar and Wilson 2011,
 * Journal of Productivity Analysis 36): the measure against m of the n peers, super-efficiency where the unit lies beyond
 * them; with rate r = n^(2 / (columns + 1)), under constant returns n^(2 / columns), quantiles q of m^r (drawn - measure) give
 * [measure - q_high / n^r, measure - q_low / n^r]. The rate is that of radial and directional measures; for the slacks-based one
 * none is proved that we know of, so these intervals are a guide. scores: by unit.
 */
export function intervals(
  kernels: Kernels, pieces: readonly ResamplePiece[], results: readonly Float64Array[], scores: readonly (number | null)[], { level, draws }: ResampleOptions,
): readonly Interval[] {
  const drawn = scores.map((): number[] => []);
  const shrink = new Float64Array(scores.length);
  pieces.forEach(({ frontier: { members, peers }, production, options, size }, p) => {
    const columns = columnsOf(production).length;
    const factor = power(kernels, size / peers.length, 2 / (options.returns === "crs" ? columns : columns + 1));
    results[p]?.forEach((score, i) => {
      const unit = members[i % members.length] ?? 0;
      shrink[unit] = factor;
      if (!Number.isNaN(score)) drawn[unit]?.push(score);
    });
  });
  return scores.map((score, unit) => intervalOf(score, drawn[unit] ?? [], shrink[unit] ?? NaN, level, draws));
}

function intervalOf(score: number | null, draws: readonly number[], shrink: number, level: number, expected: number): Interval {
  if (score === null || 2 * draws.length < expected) return { low: null, high: null, corrected: null };
  const gaps = Float64Array.from(draws, (value) => value - score).sort();
  const at = (p: number): number => gaps[Math.min(gaps.length - 1, Math.floor(p * gaps.length))] ?? NaN;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return { low: score - shrink * at((1 + level) / 2), high: score - shrink * at((1 - level) / 2), corrected: score - shrink * mean };
}

function power(kernels: Kernels, base: number, exponent: number): number {
  const { exp, log } = createSpecial(kernels);
  return exp(exponent * log(base));
}

/** `size` of the peers without replacement, ascending: the first of a random order that the seed and the draw's number determine. */
function drawnPeers(peers: Uint32Array, size: number, seed: number, draw: number): Uint32Array {
  const key = mix(mix(seed ^ 0x9e3779b9) + draw);
  const rank = Uint32Array.from(peers, (_, i) => mix(key ^ Math.imul(i + 1, 0x9e3779b1)));
  const order = Uint32Array.from(peers, (_, i) => i).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || a - b);
  return order.subarray(0, size).map((i) => peers[i] ?? 0).sort();
}
