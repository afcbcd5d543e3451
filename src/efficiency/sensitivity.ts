import { rankCorrelation } from "../indices/correlation.js";
import type { FrontierRule } from "./frontier.js";
import type { SuperVariant } from "./models/superSbm.js";
import type { Production, Returns } from "./production.js";
import { isEfficient, type SlacksBased, type SlacksBasedOptions } from "./slacksBased.js";

/** One way to measure the same units. */
export interface SensitivityRow {
  readonly frontier: FrontierRule["kind"];
  readonly returns: Returns;
  readonly variant: SuperVariant | null;
  /** Whether this is the way that was asked for. */
  readonly chosen: boolean;
  readonly efficient: number;
  /** Units without a score. */
  readonly without: number;
  readonly mean: number;
  readonly max: number;
  /** Spearman's, with the scores of the way that was asked for, over units that have both. */
  readonly rank: number | null;
}

/** Measures all units one way. */
export type MeasureAll = (production: Production, options: SlacksBasedOptions) => Promise<readonly SlacksBased[]>;

/**
 * How much the choice matters: pooled frontier or by period (where periods are known), constant or variable returns,
 * variant B or C (where there is one), and the chosen way, `results`, first. Cost: as many measurements of all units.
 */
export async function sensitivityTable(
  production: Production, options: SlacksBasedOptions, results: readonly SlacksBased[], periods: Int32Array | null, measureAll: MeasureAll,
): Promise<readonly SensitivityRow[]> {
  const variants: readonly (SuperVariant | null)[] = options.superVariant === null ? [null] : production.undesirable.length === 0 ? ["B"] : ["B", "C"];
  const frontiers: readonly FrontierRule[] = [{ kind: "pooled" }, ...(periods === null ? [] : [{ kind: "period", periods } as const])];
  const ways = frontiers.flatMap((frontier) => (["crs", "vrs"] as const).flatMap((returns) => variants.map((superVariant) => ({ ...options, frontier, returns, superVariant }))));
  const isChosen = (way: SlacksBasedOptions): boolean => way.frontier.kind === options.frontier.kind && way.returns === options.returns && way.superVariant === options.superVariant;
  const rows = [rowOf(options, results, results, true)];
  for (const way of ways) if (!isChosen(way)) rows.push(rowOf(way, await measureAll(production, way), results, false));
  return rows;
}

function rowOf({ frontier, returns, superVariant }: SlacksBasedOptions, results: readonly SlacksBased[], chosen: readonly SlacksBased[], isChosen: boolean): SensitivityRow {
  const scores = results.flatMap(({ score }) => score ?? []);
  const both = results.flatMap(({ score }, unit) => {
    const other = chosen[unit]?.score ?? null;
    return score === null || other === null ? [] : [[score, other] as const];
  });
  return {
    frontier: frontier.kind, returns, variant: superVariant, chosen: isChosen,
    efficient: results.filter(({ sbm }) => isEfficient(sbm)).length,
    without: results.length - scores.length,
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    max: scores.reduce((most, score) => Math.max(most, score), -Infinity),
    rank: rankCorrelation(Float64Array.from(both, ([a]) => a), Float64Array.from(both, ([, b]) => b)),
  };
}
