import type { PlannedSpecification } from "../plan/plan.js";
import { aggregateEffects, type EffectEstimate, type Solution, solutionOf } from "./effects.js";
import type { ErrorSetting } from "./errors/covariance.js";
import { criticalValue } from "./errors/critical.js";
import { type InferenceContext, type Stage, stageOf } from "./stage.js";

/** A specification's effects from one set of predictions, and what they rest on. */
export interface Solved {
  readonly effects: readonly EffectEstimate[];
  /** By repetition. */
  readonly stages: readonly Stage[];
  readonly solutions: readonly Solution[];
}

/** The final stages by repetition, from the full predictions. */
export function stagesOf(planned: PlannedSpecification, context: InferenceContext): readonly Stage[] {
  return planned.repetitions.map((repetition) => stageOf(planned, repetition, context));
}

/** Effects, standard errors and intervals of final stages. */
export function solve(planned: PlannedSpecification, stages: readonly Stage[], setting: ErrorSetting, { special }: InferenceContext): Solved {
  const solutions = planned.repetitions.map((repetition, r) => solutionOf(planned, repetition, stages[r] as Stage, setting));
  return { stages, solutions, effects: aggregateEffects(planned, solutions, (freedom) => criticalValue(special, planned.specification.level, freedom)) };
}
