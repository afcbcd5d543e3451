import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Repeated } from "../repetitions.js";
import { effectsOf, type InferenceContext, solveSystem, type Stage } from "../stage.js";
import { type OtherEstimate, otherEstimates } from "./differences.js";

/** An effect by the other score, the same predictions; medians over repetitions. */
export interface ScoreComparison extends OtherEstimate {
  readonly score: "partialling-out";
  readonly verdict: Verdict;
}

/**
 * same: the difference is rounding, as linear learners make it, for which the two scores have one solution; agree: the difference is within two of its standard errors or a quarter of the estimate's; attenuated: partialling-out
 * is nearer to zero, as it is by design where learners are undersmoothed; apart: it is not.
 */
export type Verdict = "same" | "agree" | "attenuated" | "apart";

/** Partialling-out beside iv-type by treatment, from the same fits; null for other scores. `reported`: the row's effects. */
export function compareScores(planned: PlannedSpecification, stages: readonly Stage[], reported: readonly Repeated[], { kernels }: InferenceContext): readonly ScoreComparison[] | null {
  const { specification, setting, repetitions } = planned;
  if (specification.score !== "iv-type") return null;
  const others = stages.map(({ inputs }, r) => {
    const systems = modelOf(specification.model).systems({ ...setting, score: "partialling-out" }, inputs);
    return effectsOf({ systems: systems.map((system) => solveSystem(planned, system, repetitions[r]?.absorbed ?? [], kernels)) });
  });
  return otherEstimates(planned, stages.map(effectsOf), others).map((found, j) => {
    const verdict = verdictOf(found, reported[j] as Repeated);
    // The Jacobians differ, sum(V D) and sum(V^2): influences of one estimate then differ by a multiple, which is no error.
    return { score: "partialling-out", ...found, se: verdict === "same" ? 0 : found.se, verdict };
  });
}

/** A difference of this share of the estimate's standard error is rounding. */
const ROUNDING = 1e-7;

/** What the difference says. The s.e. of a difference of two scores of one sample is often far below the estimate's. */
export function verdictOf({ coef, difference, se }: Pick<ScoreComparison, "coef" | "difference" | "se">, reported: Repeated): Verdict {
  if (Math.abs(difference) <= ROUNDING * reported.se) return "same";
  if (Math.abs(difference) <= Math.max(2 * se, 0.25 * reported.se)) return "agree";
  return coef * reported.coef >= 0 && Math.abs(coef) < Math.abs(reported.coef) ? "attenuated" : "apart";
}
