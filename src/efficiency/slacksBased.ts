import type { Kernels } from "../kernels/instance.js";
import { type Measure, measure } from "./evaluate.js";
import { type Frontier, type FrontierRule, frontiersOf } from "./frontier.js";
import { sbm, type Weights } from "./models/sbm.js";
import { superSbm, type SuperVariant } from "./models/superSbm.js";
import { checkProduction, type Orientation, type Production, type Returns, unitCount } from "./production.js";
import { technologyOf } from "./technology.js";

/** A score this near to 1 is efficient. */
export const EFFICIENT = 1e-7;

/** How slacks-based efficiency is measured; `superVariant`: null for the plain measure. */
export interface SlacksBasedOptions {
  readonly returns: Returns;
  readonly orientation: Orientation;
  readonly superVariant: SuperVariant | null;
  readonly frontier: FrontierRule;
  readonly weights?: Weights;
}

/** A unit's slacks-based efficiency; the rest of the measure belongs to the score. */
export interface SlacksBased extends Measure {
  /** The slacks-based measure, 0 to 1. */
  readonly sbm: number | null;
  /** Super-efficiency, of efficient units only where it is asked for; null for others and where it has no value. */
  readonly superScore: number | null;
}

/** Some units of a frontier: what one thread measures at a time. Plain data that can be posted to any worker. */
export interface MeasurePiece {
  readonly kind: "measure";
  readonly production: Production;
  readonly options: Omit<SlacksBasedOptions, "frontier">;
  readonly frontier: Frontier;
}

/** Units of a piece: some 50 ms with thousands of peers. Never depends on the number of threads. */
const PIECE = 500;
/** Peers from which on some are preferred, and units that are measured to find them. */
const MANY = 1000;
const SCOUTS = 256;

/**
 * Slacks-based efficiency of all units, in their order. With super-efficiency `score` is the combined one that is
 * usually reported: the measure where it is below 1, super-efficiency where it is 1 (Tone 2002, section 5), null where
 * that has no value. What is left out for super-efficiency is the one observation, not all of a city's years.
 * Throws an EstimationError where values cannot be used, or memory is full. Cost: some 50 microseconds a unit and 4,000 peers.
 */
export function slacksBased(kernels: Kernels, production: Production, options: SlacksBasedOptions): readonly SlacksBased[] {
  const pieces = piecesOf(kernels, production, options);
  return assembled(pieces, pieces.map((piece) => measurePiece(kernels, piece)));
}

/** The pieces of all units. In each, the peers of a sample of units are tried first by all others. */
export function piecesOf(kernels: Kernels, production: Production, { frontier: rule, ...options }: SlacksBasedOptions): readonly MeasurePiece[] {
  checkProduction(production, true);
  return frontiersOf(rule, unitCount(production)).flatMap((frontier) => {
    const { members, peers } = frontier;
    const known = peers.length < MANY ? frontier : { ...frontier, preferred: scouted(kernels, production, options, peers) };
    return Array.from({ length: Math.ceil(members.length / PIECE) }, (_, i): MeasurePiece =>
      ({ kind: "measure", production, options, frontier: { ...known, members: members.subarray(i * PIECE, (i + 1) * PIECE) } }));
  });
}

/** The peers of every so many-th peer, ascending: most units are compared with some of them. */
function scouted(kernels: Kernels, production: Production, { returns, orientation, weights }: MeasurePiece["options"], peers: Uint32Array): Uint32Array {
  const stride = Math.ceil(peers.length / SCOUTS);
  const members = peers.filter((_, i) => i % stride === 0);
  const found = measure(kernels, production, sbm(technologyOf(production, returns), orientation, weights), { members, peers });
  return Uint32Array.from(new Set(found.flatMap((one) => one.peers.map(({ unit }) => unit)))).sort();
}

/** Runs one piece: the bits of a unit's measure are the same in any piece and on any thread. */
export function measurePiece(kernels: Kernels, { production, options, frontier }: MeasurePiece): readonly SlacksBased[] {
  const { orientation, superVariant, weights, returns } = options;
  const technology = technologyOf(production, returns);
  const plain = measure(kernels, production, sbm(technology, orientation, weights), frontier);
  const onIt = { ...frontier, members: frontier.members.filter((_, i) => isEfficient(plain[i]?.score ?? null)) };
  const further = superVariant === null ? [] : measure(kernels, production, superSbm(technology, orientation, superVariant, weights), onIt);
  const furtherOf = new Map(further.map((one, i) => [onIt.members[i], one]));
  return plain.map((one, i) => {
    const beyond = furtherOf.get(frontier.members[i]);
    return { ...(beyond ?? one), sbm: one.score, superScore: beyond?.score ?? null };
  });
}

/** The measures of all units, in their order, from those of the pieces. */
export function assembled(pieces: readonly MeasurePiece[], results: readonly (readonly SlacksBased[])[]): readonly SlacksBased[] {
  const all: SlacksBased[] = [];
  pieces.forEach(({ frontier }, p) => results[p]?.forEach((result, i) => (all[frontier.members[i] ?? NaN] = result)));
  return all;
}

/** Whether a slacks-based score says that a unit is on the frontier. */
export function isEfficient(score: number | null): boolean {
  return score !== null && 1 - score <= EFFICIENT;
}
