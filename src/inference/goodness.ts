import { full, residualTarget } from "../fit/fitTask.js";
import { constantEffect, dot, leftAfter, minus } from "../fit/residuals.js";
import type { NuisanceFit } from "../fit/store.js";
import { valuesAt } from "../kernels/design.js";
import { type EffectFree, type Nuisance, OUTCOME } from "../models/model.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { type Partialled, type Predictions, type Repetition, variableAt } from "../plan/task.js";
import type { InferenceContext } from "./stage.js";

/** Out-of-fold fit of a nuisance. With absorbed effects both are of the demeaned target: the within R2. */
export interface Fit {
  readonly r2: number;
  readonly rmse: number;
  /** Of a combination: each learner's weight, the mean over folds and repetitions. */
  readonly weights?: Readonly<Record<string, number>>;
}

/**
 * 1 - ||M (y - g)||^2 / ||M y||^2 and the root mean square of M (y - g), over the rows that the nuisance is about; M takes
 * out the mean where no effects are absorbed.
 */
export function goodnessOfFit(planned: PlannedSpecification, repetition: Repetition, nuisance: Nuisance, context: InferenceContext): Fit {
  const source = repetition.predictions[nuisance.name];
  if (source === undefined) throw new Error(`No predictions of ${nuisance.name}.`);
  const fit = context.lookup(source);
  const rows = rowsOf(planned, nuisance);
  const target = valuesAt(targetOf(planned, repetition, nuisance, context), rows);
  const left = minus(target, valuesAt(full(fit), rows));
  const weights = planned.weights === null ? null : valuesAt(planned.weights, rows);
  const { absorbed } = repetition;
  const [residual = left] = leftAfter(context.kernels, absorbed, [left], weights);
  const [total = target] = leftAfter(context.kernels, absorbed.length > 0 ? absorbed : [constantEffect(target.length)], [target], weights);
  const rss = dot(residual, residual);
  const size = weights === null ? target.length : weights.reduce((sum, weight) => sum + weight, 0);
  return { r2: 1 - rss / dot(total, total), rmse: Math.sqrt(rss / size), ...(fit.notes["weights"] === undefined ? {} : { weights: weightsOf(fit) }) };
}

/** Those of its arm, or all. */
function rowsOf({ variables, sample }: PlannedSpecification, { where }: Nuisance): Uint32Array {
  const all = Uint32Array.from(sample.rows, (_, i) => i);
  if (where === undefined) return all;
  const { values } = variableAt(variables, where.variable);
  return all.filter((row) => values[row] === where.equals);
}

/** The learners of a combination and their weights. */
function weightsOf({ notes }: NuisanceFit): Readonly<Record<string, number>> {
  const weights = notes["weights"] as readonly number[];
  return Object.fromEntries((notes["learners"] as readonly string[]).map((label, j) => [label, weights[j] ?? NaN]));
}

/** What the nuisance was fitted to, over all rows. */
function targetOf({ variables, means, weights }: PlannedSpecification, { predictions, absorbed }: Repetition, { target }: Nuisance, { kernels, lookup }: InferenceContext): Float64Array {
  if (target.kind === "variable") return variableAt(variables, target.variable).values;
  if (target.kind === "level") return variableAt(variables, target.variable).values.map((value) => (value === target.level ? 1 : 0));
  const partialled = ({ variable, nuisance }: EffectFree["treatments"][number]): Partialled =>
    ({ values: variableAt(variables, variable).values, predictions: predictions[nuisance] as Predictions });
  return residualTarget({
    kind: "residual", outcome: partialled({ variable: OUTCOME, nuisance: target.l }), treatments: target.treatments.map(partialled),
    instruments: target.instruments?.map(partialled) ?? null, absorbed, means, weights,
  }, kernels, lookup);
}
