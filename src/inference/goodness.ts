import { full } from "../fit/fitTask.js";
import { dot, leftAfter, minus, partialOut } from "../fit/residuals.js";
import { models } from "../models/registry.js";
import type { PlannedSpecification } from "../plan/plan.js";
import type { Repetition } from "../plan/task.js";
import type { InferenceContext } from "./stage.js";

/** Out-of-fold fit of a nuisance. With absorbed effects both are of the demeaned target: the within R2. */
export interface Fit {
  readonly r2: number;
  readonly rmse: number;
}

/** 1 - ||M (y - g)||^2 / ||M y||^2 and the root mean square of M (y - g); M takes out the mean where no effects are absorbed. */
export function goodnessOfFit(planned: PlannedSpecification, repetition: Repetition, role: string, context: InferenceContext): Fit {
  const source = repetition.predictions[role];
  if (source === undefined) throw new Error(`No predictions of ${role}.`);
  const target = targetOf(planned, repetition, role, context);
  const left = minus(target, full(context.lookup(source)));
  const absorbed = repetition.absorbed;
  const [residual, total] = leftAfter(context.kernels, absorbed, [left, target]) as [Float64Array, Float64Array];
  const centre = absorbed.length > 0 ? 0 : total.reduce((sum, value) => sum + value, 0) / total.length;
  const centred = total.map((value) => value - centre);
  const rss = dot(residual, residual);
  return { r2: 1 - rss / dot(centred, centred), rmse: Math.sqrt(rss / target.length) };
}

/** What the nuisance was fitted to, over all rows. */
function targetOf(planned: PlannedSpecification, repetition: Repetition, role: string, context: InferenceContext): Float64Array {
  const { specification, outcome, treatment } = planned;
  const nuisance = models[specification.model]?.nuisances(specification.score).find((one) => one.role === role);
  if (nuisance?.target === "treatment") return treatment.values;
  if (nuisance?.target !== "residual") return outcome.values;
  const { l, m } = repetition.predictions;
  if (l === undefined || m === undefined) return outcome.values;
  const left = [minus(outcome.values, full(context.lookup(l))), minus(treatment.values, full(context.lookup(m)))];
  const [forOutcome, forTreatment] = leftAfter(context.kernels, repetition.absorbed, left) as [Float64Array, Float64Array];
  const theta = partialOut(forOutcome, forTreatment);
  return outcome.values.map((y, i) => y - theta * (treatment.values[i] ?? NaN));
}
