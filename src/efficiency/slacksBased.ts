import type { Kernels } from "../kernels/instance.js";
import { type Measure, measure } from "./evaluate.js";
import { type Frontier, type FrontierRule, frontiersOf } from "./frontier.js";
import { sbm, type Weights } from "./models/sbm.js";
import { superSbm, type SuperVariant } from "./models/superSbm.js";
import { type Orientation, type Production, type Returns, unitCount } from "./production.js";
import { type Technology, technologyOf } from "./technology.js";

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

/**
 * Slacks-based efficiency of all units, in their order. With super-efficiency `score` is the combined one that is
 * usually reported: the measure where it is below 1, super-efficiency where it is 1 (Tone 2002, section 5), null where
 * that has no value. What is left out for super-efficiency is the one observation, not all of a city's years.
 */
export function slacksBased(kernels: Kernels, production: Production, options: SlacksBasedOptions): readonly SlacksBased[] {
  const results: SlacksBased[] = [];
  const technology = technologyOf(production, options.returns);
  for (const frontier of frontiersOf(options.frontier, unitCount(production))) {
    onFrontier(kernels, production, technology, options, frontier).forEach((result, i) => (results[frontier.members[i] ?? NaN] = result));
  }
  return results;
}

function onFrontier(kernels: Kernels, production: Production, technology: Technology, options: SlacksBasedOptions, frontier: Frontier): readonly SlacksBased[] {
  const { orientation, superVariant, weights } = options;
  const plain = measure(kernels, production, sbm(technology, orientation, weights), frontier);
  const onIt = { members: frontier.members.filter((_, i) => isEfficient(plain[i]?.score ?? null)), peers: frontier.peers };
  const further = superVariant === null ? [] : measure(kernels, production, superSbm(technology, orientation, superVariant, weights), onIt);
  const furtherOf = new Map(further.map((one, i) => [onIt.members[i], one]));
  return plain.map((one, i) => {
    const beyond = furtherOf.get(frontier.members[i]);
    return { ...(beyond ?? one), sbm: one.score, superScore: beyond?.score ?? null };
  });
}

/** Whether a slacks-based score says that a unit is on the frontier. */
export function isEfficient(score: number | null): boolean {
  return score !== null && 1 - score <= EFFICIENT;
}
