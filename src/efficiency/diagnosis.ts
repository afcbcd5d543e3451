import type { SlacksBased, SlacksBasedOptions } from "./slacksBased.js";
import { isEfficient } from "./slacksBased.js";
import { superCap } from "./models/superSbm.js";
import { technologyOf } from "./technology.js";
import type { Production } from "./production.js";

/** What scores look like, and what is odd about them. */
export interface Diagnosis {
  readonly units: number;
  /** Within 1e-7 of 1. */
  readonly efficient: number;
  /** Within 0.001 of 1, but not efficient: a looser tolerance would call them so. */
  readonly nearlyEfficient: number;
  /** Without a score. */
  readonly without: number;
  readonly mean: number;
  readonly p50: number;
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  /** Largest errors of the proofs of all scores. */
  readonly certificate: { readonly primal: number; readonly dual: number; readonly gap: number };
  readonly warnings: readonly string[];
}

const NEARLY = 1e-3;
/** Super-efficiency above this has exploded: it says that a unit is alone in its corner, not how good it is. */
const EXPLODED = 2;

/** Diagnoses the scores of a production's units. `nameOf`: a unit for people. */
export function diagnose(production: Production, results: readonly SlacksBased[], options: Omit<SlacksBasedOptions, "frontier">, nameOf: (unit: number) => string): Diagnosis {
  const scores = Float64Array.from(results.flatMap(({ score }) => score ?? [])).sort();
  const n = scores.length;
  const mean = scores.reduce((sum, score) => sum + score, 0) / n;
  const squares = scores.reduce((sum, score) => sum + (score - mean) * (score - mean), 0);
  const largest = (of: (one: SlacksBased) => number): number => results.reduce((most, one) => (one.status === "optimal" ? Math.max(most, of(one)) : most), 0);
  return {
    units: results.length,
    efficient: results.filter(({ sbm }) => isEfficient(sbm)).length,
    nearlyEfficient: results.filter(({ sbm }) => sbm !== null && !isEfficient(sbm) && 1 - sbm <= NEARLY).length,
    without: results.length - n,
    mean, p50: n === 0 ? NaN : ((scores[(n - 1) >> 1] ?? NaN) + (scores[n >> 1] ?? NaN)) / 2, sd: n < 2 ? NaN : Math.sqrt(squares / (n - 1)),
    min: scores[0] ?? NaN, max: scores[n - 1] ?? NaN,
    certificate: { primal: largest(({ certificate }) => certificate.primal), dual: largest(({ certificate }) => certificate.dual), gap: largest(({ certificate }) => certificate.gap) },
    warnings: [...failures(results, nameOf), ...capped(production, results, options, nameOf), ...exploded(results, nameOf), ...crowded(results)],
  };
}

/** Each reason why there is no score, once, with those whom it concerns. */
function failures(results: readonly SlacksBased[], nameOf: (unit: number) => string): readonly string[] {
  const units = new Map<string, number[]>();
  results.forEach(({ reason }, unit) => {
    if (reason !== null) units.set(reason, [...(units.get(reason) ?? []), unit]);
  });
  return [...units].map(([reason, which]) => `${named(which, nameOf)} ${which.length === 1 ? "has" : "have"} no score. ${reason}`);
}

function capped(production: Production, results: readonly SlacksBased[], { returns, superVariant, orientation }: Omit<SlacksBasedOptions, "frontier">, nameOf: (unit: number) => string): readonly string[] {
  if (superVariant !== "B" || returns !== "crs" || orientation !== "none" || production.undesirable.length === 0) return [];
  const cap = superCap(technologyOf(production, returns));
  const near = unitsWhere(results, ({ superScore }) => superScore !== null && superScore > cap - 0.05 * (cap - 1));
  return near.length === 0 ? [] : [`${named(near, nameOf)}: super-efficiency near ${rounded(cap)}, above which variant B cannot go under constant returns (all outputs over the undesirable ones). Such scores do not tell their units apart; variant C has no such bound.`];
}

function exploded(results: readonly SlacksBased[], nameOf: (unit: number) => string): readonly string[] {
  const which = unitsWhere(results, ({ superScore }) => superScore !== null && superScore > EXPLODED);
  return which.length === 0 ? [] : [`${named(which, nameOf)}: super-efficiency above ${EXPLODED}. Nothing near ${which.length === 1 ? "it" : "them"} makes as much of as little, and the score grows without bound as that gap does. A pooled frontier, constant returns or variant C are tamer; means are better taken without.`];
}

/** With many columns for few units nearly all are efficient. */
function crowded(results: readonly SlacksBased[]): readonly string[] {
  const efficient = results.filter(({ sbm }) => isEfficient(sbm)).length;
  return results.length > 5 && efficient > results.length / 3 ? [`${efficient} of ${results.length} units are efficient: there are few units for so many columns, and the scores tell little apart. Pool the periods, or drop columns.`] : [];
}

function unitsWhere(results: readonly SlacksBased[], is: (one: SlacksBased) => boolean): readonly number[] {
  return results.flatMap((one, unit) => (is(one) ? [unit] : []));
}

function named(units: readonly number[], nameOf: (unit: number) => string): string {
  const shown = units.slice(0, 5).map(nameOf).join(", ");
  return units.length > 5 ? `${shown} and ${units.length - 5} more` : shown;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
