import { full, residualTarget } from "../fit/fitTask.js";
import { constantEffect, dot, leftAfter, minus } from "../fit/residuals.js";
import type { NuisanceFit } from "../fit/store.js";
import { models } from "../models/registry.js";
import type { PlannedSpecification } from "../plan/plan.js";
import type { Repetition } from "../plan/task.js";
import type { InferenceContext } from "./stage.js";

/** Out-of-fold fit of a nuisance. With absorbed effects both are of the demeaned target: the within R2. */
export interface Fit {
  readonly r2: number;
  readonly rmse: number;
  /** Of a combination: each learner's weight, the mean over folds and repetitions. */
  readonly weights?: Readonly<Record<string, number>>;
}

/** 1 - ||M (y - g)||^2 / ||M y||^2 and the root mean square of M (y - g); M takes out the mean where no effects are absorbed. */
export function goodnessOfFit(planned: PlannedSpecification, repetition: Repetition, role: string, context: InferenceContext): Fit {
  const source = repetition.predictions[role];
  if (source === undefined) throw new Error(`No predictions of ${role}.`);
  const target = targetOf(planned, repetition, role, context);
  const fit = context.lookup(source);
  const left = minus(target, full(fit));
  const { absorbed } = repetition;
  const [residual = left] = leftAfter(context.kernels, absorbed, [left], planned.weights);
  const [total = target] = leftAfter(context.kernels, absorbed.length > 0 ? absorbed : [constantEffect(target.length)], [target], planned.weights);
  const rss = dot(residual, residual);
  return { r2: 1 - rss / dot(total, total), rmse: Math.sqrt(rss / target.length), ...(fit.notes["weights"] === undefined ? {} : { weights: weightsOf(fit) }) };
}

/** The learners of a combination and their weights. */
function weightsOf({ notes }: NuisanceFit): Readonly<Record<string, number>> {
  const weights = notes["weights"] as readonly number[];
  return Object.fromEntries((notes["learners"] as readonly string[]).map((label, j) => [label, weights[j] ?? NaN]));
}

/** What the nuisance was fitted to, over all rows. */
function targetOf(planned: PlannedSpecification, repetition: Repetition, role: string, { kernels, lookup }: InferenceContext): Float64Array {
  const { specification, outcome, treatment, weights } = planned;
  const nuisance = models[specification.model]?.nuisances(specification.score).find((one) => one.role === role);
  if (nuisance?.target === "treatment") return treatment.values;
  const { l, m } = repetition.predictions;
  if (nuisance?.target !== "residual" || l === undefined || m === undefined) return outcome.values;
  const target = { kind: "residual", outcome: outcome.values, treatment: treatment.values, l, m, absorbed: repetition.absorbed, weights } as const;
  return residualTarget(target, kernels, lookup);
}
