import { full, type Lookup, residualTarget } from "../../fit/fitTask.js";
import { constantEffect, dot, leftAfter, minus } from "../../fit/residuals.js";
import type { NuisanceFit } from "../../fit/store.js";
import { valuesAt } from "../../kernels/design.js";
import { type CopyTarget, type EffectFree, type Nested, type Nuisance, ownFold, type Target } from "../../models/model.js";
import type { Kernels } from "../../kernels/instance.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { type Partialled, type Predictions, type Repetition, variableAt } from "../../plan/task.js";
import type { InferenceContext } from "../stage.js";

/** Out-of-fold fit of a nuisance. With absorbed effects both are of the demeaned target: the within R2. */
export interface Fit {
  readonly r2: number;
  readonly rmse: number;
  /** Of a combination: each learner's weight, the mean over folds and repetitions. */
  readonly weights?: Readonly<Record<string, number>>;
}

/** A nuisance that predicts something observed, or made of it, by row. */
export type Regression = Nuisance & { readonly target: Exclude<Target, CopyTarget | Nested> };

/** Whether a nuisance has a fit to speak of: what is about copies of the rows, or about predictions, has none. */
export function isRegression(nuisance: Nuisance): nuisance is Regression {
  return nuisance.target.kind !== "moved" && nuisance.target.kind !== "functional" && nuisance.target.kind !== "nested";
}

/**
 * 1 - ||M (y - g)||^2 / ||M y||^2 and the root mean square of M (y - g), over the rows that the nuisance is about; M takes
 * out the mean where no effects are absorbed. `context` knows all rounds, by which targets were made; `scored` those that are judged.
 */
export function goodnessOfFit(planned: PlannedSpecification, repetition: Repetition, nuisance: Regression, context: InferenceContext, scored: Lookup): Fit {
  const { target, residual, size } = targetAndResidual(planned, repetition, nuisance, context, scored);
  const { notes } = scored(predictionsOf(repetition, nuisance));
  const rss = dot(residual, residual);
  return { r2: 1 - rss / dot(target, target), rmse: Math.sqrt(rss / size), ...(notes["weights"] === undefined ? {} : { weights: weightsOf(notes) }) };
}

/** M y and M (y - g), times the root of the weights, over the rows that the nuisance is about; `size`: rows, or the sum of the weights. */
export function targetAndResidual(
  planned: PlannedSpecification, repetition: Repetition, nuisance: Regression, context: InferenceContext, scored: Lookup,
): { readonly target: Float64Array; readonly residual: Float64Array; readonly size: number } {
  const fit = scored(predictionsOf(repetition, nuisance));
  const arm = armOf(planned, nuisance);
  const own = (values: Float64Array): Float64Array => (arm === null ? values : valuesAt(values, arm));
  const target = own(targetOf(planned, repetition, nuisance, context));
  const left = minus(target, own(nuisance.everyFold === true ? ownFold(full(fit), repetition.folds.folds) : full(fit)));
  const weights = planned.weights === null ? null : own(planned.weights);
  const [residual, total] = leftOfBoth(left, target, repetition.absorbed, weights, context.kernels);
  return { target: total, residual, size: weights === null ? target.length : weights.reduce((sum, weight) => sum + weight, 0) };
}

function predictionsOf({ predictions }: Repetition, { name }: Nuisance): Predictions {
  const source = predictions[name];
  if (source === undefined) throw new Error(`No predictions of ${name}.`);
  return source;
}

/** The residual and the target without the effects; without any, the target less its mean. */
function leftOfBoth(left: Float64Array, target: Float64Array, absorbed: Repetition["absorbed"], weights: Float64Array | null, kernels: Kernels): readonly [Float64Array, Float64Array] {
  if (absorbed.length > 0) return leftAfter(kernels, absorbed, [left, target], weights) as readonly [Float64Array, Float64Array];
  const [residual = left] = leftAfter(kernels, [], [left], weights);
  const [total = target] = leftAfter(kernels, [constantEffect(target.length)], [target], weights);
  return [residual, total];
}

/** The rows of its arm; null: all. */
function armOf({ variables, sample }: PlannedSpecification, { where }: Nuisance): Uint32Array | null {
  if (where === undefined) return null;
  const { values } = variableAt(variables, where.variable);
  return sample.rows.map((_, row) => row).filter((row) => values[row] === where.equals);
}

/** The learners of a combination and their weights. */
function weightsOf(notes: NuisanceFit["notes"]): Readonly<Record<string, number>> {
  const weights = notes["weights"] as readonly number[];
  return Object.fromEntries((notes["learners"] as readonly string[]).map((label, j) => [label, weights[j] ?? NaN]));
}

/** What the nuisance was fitted to, over all rows. */
function targetOf({ variables, means, weights }: PlannedSpecification, { predictions, absorbed }: Repetition, { target }: Regression, { kernels, lookup }: InferenceContext): Float64Array {
  if (target.kind === "variable") return variableAt(variables, target.variable).values;
  if (target.kind === "level") return variableAt(variables, target.variable).values.map((value) => (value === target.level ? 1 : 0));
  const partialled = ({ variable, nuisance }: EffectFree["treatments"][number]): Partialled =>
    ({ values: variableAt(variables, variable).values, predictions: predictions[nuisance] as Predictions });
  return residualTarget({
    kind: "residual", outcome: partialled(target.outcome), treatments: target.treatments.map(partialled),
    instruments: target.instruments?.map(partialled) ?? null, absorbed, means, weights,
  }, kernels, lookup);
}
