import { EstimationError } from "../errors.js";
import { full, type Lookup } from "../fit/fitTask.js";
import { combine, isNothing, leftAfter, minus, withoutMeans } from "../fit/residuals.js";
import type { Group } from "../kernels/design.js";
import { numberOf } from "../kernels/identity.js";
import type { Kernels } from "../kernels/instance.js";
import { createRecent } from "../kernels/recent.js";
import type { Special } from "../kernels/special.js";
import type { Combination, LinearSystem, ScoreInputs } from "../models/model.js";
import { modelOf } from "../models/registry.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { type Repetition, variableAt } from "../plan/task.js";
import { type FinalStage, finalStage } from "./finalStage.js";
import { checkInstruments, type InstrumentalVariables, independentInstruments } from "./instruments/system.js";
import { projections, twoStageLeastSquares } from "./instruments/twoStage.js";

/** What inference needs beside a planned specification: the host's kernels and the stored predictions. */
export interface InferenceContext {
  readonly kernels: Kernels;
  readonly special: Special;
  readonly lookup: Lookup;
}

/** Predictions by nuisance's name, for one repetition. */
export type PredictionsByName = Readonly<Record<string, Float64Array>>;

/** The moment equations of a repetition, solved. */
export interface Stage {
  readonly inputs: ScoreInputs;
  readonly systems: readonly SolvedSystem[];
}

/** One of the model's systems, or a combination of their effects, and its solution. */
export interface SolvedSystem {
  /** What the effects are called; they are the last coefficients of the stage, behind a constant if there is one. */
  readonly names: readonly string[];
  readonly stage: FinalStage;
  /** The columns it was solved for: demeaned by absorbed effects, times the root of the weights. */
  readonly columns: InstrumentalVariables;
  /** The same, with every instrument, and x without what the controls predict of it: what first stages are of. */
  readonly judged: InstrumentalVariables;
}

/** The final stage of one repetition, from the full predictions. */
export function stageOf(planned: PlannedSpecification, repetition: Repetition, context: InferenceContext): Stage {
  const predictions = Object.fromEntries(Object.entries(repetition.predictions).map(([name, source]) => [name, full(context.lookup(source))]));
  return solveStage(planned, repetition, predictions, planned.specification.score, context.kernels);
}

const recent = createRecent<Stage>();

/** Columns of the sample's length that a stage holds, about. */
export const COLUMNS_OF_STAGE = 10;

/** Solves a model's moment equations for given predictions, their columns demeaned by the absorbed effects. Rows that differ in errors alone share it. */
export function solveStage(
  planned: PlannedSpecification, repetition: Repetition, predictions: PredictionsByName, score: string, kernels: Kernels,
): Stage {
  const { constant, convention } = planned.specification;
  const key = [score, constant, convention, ...[repetition, kernels, ...Object.values(predictions)].map(numberOf)].join(" ");
  return recent(key, COLUMNS_OF_STAGE * planned.sample.rows.length, () => newStage(planned, repetition, predictions, score, kernels));
}

function newStage(planned: PlannedSpecification, repetition: Repetition, predictions: PredictionsByName, score: string, kernels: Kernels): Stage {
  const { specification, setting } = planned;
  const inputs = scoreInputs(planned, repetition, predictions);
  const model = modelOf(specification.model);
  const systems = model.systems({ ...setting, score }, inputs).map((system) => solveSystem(planned, system, repetition.absorbed, kernels));
  const effects = effectsOf({ systems });
  const combined = model.combinations?.(setting, effects.map(({ coef }) => coef)) ?? [];
  return { inputs, systems: [...systems, ...combined.map((one) => meanOfSignal(one, effects.map(({ influence }) => influence)))] };
}

/** A combination of effects as the mean of a signal, its value plus n times the influence by the delta method. */
function meanOfSignal({ name, value, gradient }: Combination, influences: readonly Float64Array[]): SolvedSystem {
  const y = combine(gradient, influences).map((influence, _, all) => value + all.length * influence);
  const ones = new Float64Array(y.length).fill(1);
  const columns = { y, x: [ones], z: [ones], ones, constant: false };
  return { names: [name], columns, judged: columns, stage: finalStage(y, [ones], [ones]) };
}

/** What a model's score is made of. Under `cre` the residuals of treatments and instruments lose their unit means, here by way of the predictions. */
export function scoreInputs({ variables, weights, nuisances, means }: PlannedSpecification, { folds }: Repetition, predictions: PredictionsByName): ScoreInputs {
  const moved = nuisances.map(({ name, target }) => {
    const hat = predictions[name] ?? new Float64Array(0);
    if (means === null || target.kind !== "variable" || target.variable.of === "outcome") return [name, hat] as const;
    const { values } = variableAt(variables, target.variable);
    return [name, minus(values, withoutMeans(minus(values, hat), means, weights))] as const;
  });
  return {
    outcome: variables.outcome.values,
    treatments: variables.treatments.map(({ values }) => values),
    instruments: variables.instruments.map(({ values }) => values),
    mediators: variables.mediators.map(({ values }) => values),
    predictions: Object.fromEntries(moved), folds: folds.folds, weights,
  };
}

/** Demeans a system's columns, checks that something is left, and solves it; DoubleML's convention has the slope of x as it is. */
export function solveSystem(planned: PlannedSpecification, system: LinearSystem, absorbed: readonly Group[], kernels: Kernels): SolvedSystem {
  const { specification: { constant, convention }, weights } = planned;
  const all = columnsOf(system, absorbed, constant, weights, kernels);
  checkVariation(planned, system, all);
  const columns = all.z.length > all.x.length ? independentInstruments(kernels, all).system : all;
  if (system.predicted === undefined || convention === "doubleml") return { names: system.names, columns, judged: columns, stage: solve(columns, kernels) };
  const predicted = leftAfter(kernels, absorbed, system.predicted, weights);
  return solveAtGuess(planned, system, { columns, predicted }, kernels);
}

/**
 * Where y was fitted at a guess of the effects: x without what the controls predict of it, so that its slope is that of the score.
 * Under `effects` the slope is that of x as it is: what undersmoothed fits leave in x and in its instruments goes together there, and
 * errors would be too small by an eighth to a quarter (bench/README.md).
 */
function solveAtGuess(
  { specification }: PlannedSpecification, { names }: LinearSystem, { columns, predicted }: { readonly columns: InstrumentalVariables; readonly predicted: readonly Float64Array[] }, kernels: Kernels,
): SolvedSystem {
  const x = columns.x.map((column, j) => minus(column, predicted[j] ?? column));
  const own = { ...columns, z: columns.z.length > x.length ? projections(kernels, { ...columns, x }) : columns.z };
  const stage = solve(own, kernels);
  const theta = stage.coefficients.slice(-names.length);
  const judged = { ...columns, x, y: minus(columns.y, combine(theta, predicted)) };
  return specification.encode === "effects" ? { names, columns: own, judged, stage } : { names, columns: judged, judged, stage: solve(judged, kernels) };
}

function columnsOf(
  { y, x, z }: LinearSystem, absorbed: readonly Group[], constant: boolean, weights: Float64Array | null, kernels: Kernels,
): InstrumentalVariables {
  const isLeastSquares = x.every((column, j) => column === z[j]) && x.length === z.length;
  const [left, ...rest] = leftAfter(kernels, absorbed, isLeastSquares ? [y, ...x] : [y, ...x, ...z], weights) as readonly [Float64Array, ...Float64Array[]];
  const own = rest.slice(0, x.length);
  const ones = weights?.map(Math.sqrt) ?? new Float64Array(y.length).fill(1);
  return { y: left, x: own, z: isLeastSquares ? own : rest.slice(x.length), ones, constant };
}

/** What is left of treatments, or of the instruments in their place, must be more than rounding. */
function checkVariation({ specification, variables }: PlannedSpecification, { names }: LinearSystem, { x, z }: InstrumentalVariables): void {
  if (modelOf(specification.model).finalStage === "signal") return;
  const { instruments, treatments } = variables;
  if (instruments.length > 0) checkInstruments(instruments.map(({ name }) => name), z, instruments.map(({ values }) => values));
  const observed = names.map((name) => treatments.find((one) => one.name === name)?.values);
  const judged = instruments.length > 0 ? x : z;
  if (judged.some((column, j) => isNothing(column, observed[j] ?? column))) {
    throw new EstimationError("no-variation", "The treatment has no variation left after the controls and effects, so no effect can be estimated.");
  }
}

function solve(columns: InstrumentalVariables, kernels: Kernels): FinalStage {
  if (columns.z.length > columns.x.length) return twoStageLeastSquares(kernels, columns);
  const constants = columns.constant ? [columns.ones] : [];
  return finalStage(columns.y, [...constants, ...columns.x], [...constants, ...columns.z]);
}

/** An effect and its influence function: estimate minus truth is near the sum over rows of it. */
export interface SolvedEffect {
  readonly name: string;
  readonly coef: number;
  readonly influence: Float64Array;
}

/** The effects of a system, without its constant. */
export function effectsIn({ names, stage }: SolvedSystem): readonly SolvedEffect[] {
  const before = stage.coefficients.length - names.length;
  return names.map((name, j) => ({ name, coef: stage.coefficients[before + j] ?? NaN, influence: stage.influence[before + j] as Float64Array }));
}

/** The effects of all systems, in the order in which a row reports them. */
export function effectsOf({ systems }: Pick<Stage, "systems">): readonly SolvedEffect[] {
  return systems.flatMap(effectsIn);
}

/** The first effect of a system, the one that a row reports. */
export function firstEffect(system: SolvedSystem): SolvedEffect {
  return effectsIn(system)[0] as SolvedEffect;
}
