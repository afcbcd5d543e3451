import { EstimationError } from "../errors.js";
import { full, type Lookup } from "../fit/fitTask.js";
import { isNothing, leftAfter, minus } from "../fit/residuals.js";
import type { Group } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import type { Special } from "../kernels/special.js";
import { models } from "../models/registry.js";
import type { PlannedSpecification } from "../plan/plan.js";
import type { Repetition } from "../plan/task.js";
import { type FinalStage, finalStage } from "./finalStage.js";

/** What inference needs beside a planned specification: the host's kernels and the stored predictions. */
export interface InferenceContext {
  readonly kernels: Kernels;
  readonly special: Special;
  readonly lookup: Lookup;
}

/** The final stage of one repetition, with the residuals it rests on. */
export interface Stage {
  readonly stage: FinalStage;
  /** What is left of each nuisance's target, by role, before any demeaning of residuals. */
  readonly residuals: Readonly<Record<string, Float64Array>>;
}

/** The final stage of one repetition, from the full predictions. */
export function stageOf(planned: PlannedSpecification, repetition: Repetition, context: InferenceContext): Stage {
  const predictions = Object.fromEntries(Object.entries(repetition.predictions).map(([role, source]) => [role, full(context.lookup(source))]));
  const residuals = residualsOf(planned, predictions);
  return { residuals, stage: solveStage(planned, repetition.absorbed, residuals, planned.specification.score, context.kernels) };
}

/** Observed target minus prediction, by role; `g` is outcome minus g-hat. */
export function residualsOf(planned: PlannedSpecification, predictions: Readonly<Record<string, Float64Array>>): Readonly<Record<string, Float64Array>> {
  const targets = targetsOf(planned);
  return Object.fromEntries(Object.entries(predictions).map(([role, hat]) => [role, minus(targets[role] ?? planned.outcome.values, hat)]));
}

function targetsOf(planned: PlannedSpecification): Readonly<Record<string, Float64Array>> {
  const { specification, outcome, treatment } = planned;
  const nuisances = models[specification.model]?.nuisances(specification.score) ?? [];
  return Object.fromEntries(nuisances.map(({ role, target }) => [role, target === "treatment" ? treatment.values : outcome.values]));
}

/** Solves a model's moment equation for given residuals, demeaned by the absorbed effects. */
export function solveStage(
  planned: PlannedSpecification, absorbed: readonly Group[], residuals: Readonly<Record<string, Float64Array>>, score: string, kernels: Kernels,
): FinalStage {
  const { specification, outcome, treatment, weights } = planned;
  const model = models[specification.model];
  if (model === undefined) throw new Error(`No model ${specification.model}.`);
  const { y, x, z } = model.score(score, { outcome: outcome.values, treatment: treatment.values, residuals });
  const left = leftAfter(kernels, absorbed, [y, x, z], weights) as [Float64Array, Float64Array, Float64Array];
  if (isNothing(left[2], treatment.values)) throw new EstimationError("no-variation", "The treatment has no variation left after the controls and effects, so no effect can be estimated.");
  return solve(left, specification.constant ? roots(weights, outcome.values.length) : null);
}

/** constant: the constant's column times the root of the weights; null: none. */
function solve([y, x, z]: readonly [Float64Array, Float64Array, Float64Array], constant: Float64Array | null): FinalStage {
  const ones = constant === null ? [] : [constant];
  return finalStage(y, [...ones, x], [...ones, z]);
}

function roots(weights: Float64Array | null, rows: number): Float64Array {
  return weights?.map(Math.sqrt) ?? new Float64Array(rows).fill(1);
}
