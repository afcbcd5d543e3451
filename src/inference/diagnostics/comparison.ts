import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { clustersOf } from "../../study/specification.js";
import { median, type Repeated } from "../repetitions.js";
import { firstEffect, type InferenceContext, solveSystem, type Stage } from "../stage.js";
import { differenceOf, firstSystem } from "./stability.js";

/** The estimate by the other score, the same predictions; medians over repetitions. */
export interface ScoreComparison {
  readonly score: "partialling-out";
  readonly coef: number;
  /** The iv-type estimate less this one, and its standard error. */
  readonly difference: number;
  readonly se: number;
  readonly verdict: Verdict;
}

/**
 * agree: the difference is within two of its standard errors or a quarter of the estimate's; attenuated: partialling-out
 * is nearer to zero, as it is by design where learners are undersmoothed; apart: it is not.
 */
export type Verdict = "agree" | "attenuated" | "apart";

/** Partialling-out beside iv-type, from the same fits; null for other scores. `reported`: the row's estimate. */
export function compareScores(planned: PlannedSpecification, stages: readonly Stage[], reported: Repeated, { kernels }: InferenceContext): ScoreComparison | null {
  const { specification, setting, repetitions, sample } = planned;
  if (specification.score !== "iv-type") return null;
  const [cluster] = clustersOf(specification);
  const clusters = cluster === undefined ? null : sample.levels(cluster);
  const all = stages.flatMap((stage, r) => {
    const [system] = modelOf(specification.model).systems({ ...setting, score: "partialling-out" }, stage.inputs);
    if (system === undefined) return [];
    const other = solveSystem(planned, system, repetitions[r]?.absorbed ?? [], kernels);
    return [{ coef: firstEffect(other).coef, ...differenceOf(firstSystem(stage), other, clusters) }];
  });
  if (all.length === 0) return null;
  const found = { coef: median(all.map((one) => one.coef)), difference: median(all.map((one) => one.difference)), se: median(all.map((one) => one.se)) };
  return { score: "partialling-out", ...found, verdict: verdictOf(found, reported) };
}

/** What the difference says. The s.e. of a difference of two scores of one sample is often far below the estimate's. */
export function verdictOf({ coef, difference, se }: Pick<ScoreComparison, "coef" | "difference" | "se">, reported: Repeated): Verdict {
  if (Math.abs(difference) <= Math.max(2 * se, 0.25 * reported.se)) return "agree";
  return coef * reported.coef >= 0 && Math.abs(coef) < Math.abs(reported.coef) ? "attenuated" : "apart";
}
