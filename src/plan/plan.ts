import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { createDemeaner } from "../kernels/demean.js";
import { models } from "../models/registry.js";
import type { Panel } from "../panel/panel.js";
import { absorbs, allControls, type Specification } from "../study/specification.js";
import { checkVariables, createDetermined, type Determined, foldWarnings, liesWithin } from "./checks.js";
import { type Feature, featuresOf } from "./features.js";
import { type FoldPlan, planFolds } from "./folds.js";
import { hashNumbers } from "./keys.js";
import { type Context, planNuisance } from "./nuisances.js";
import { createSampler, type Sample, type SampleRequest, type Values } from "./sample.js";
import { shareFloats } from "./shared.js";
import type { Effect, Predictions, Repetition, Task, Variable } from "./task.js";
import { weightsOf } from "./weights.js";

/** What one specification needs: its sample, its variables, and per repetition where its predictions come from. */
export interface PlannedSpecification {
  readonly specification: Specification;
  readonly sample: Sample;
  /** Demeaned under `within`, as observed otherwise. */
  readonly outcome: Variable;
  readonly treatment: Variable;
  /** Observation weights with mean one; null: all 1. */
  readonly weights: Float64Array | null;
  /** The controls and their squares, as observed. */
  readonly controls: readonly Feature[];
  readonly effects: readonly Effect[];
  readonly units: Int32Array | null;
  readonly repetitions: readonly Repetition[];
  readonly warnings: readonly string[];
}

/** A specification that cannot be estimated, found before any fit. */
export interface RefusedSpecification {
  readonly specification: Specification;
  readonly refused: EstimationError;
}

/** A study's specifications and the distinct nuisances that they need. */
export interface Plan {
  readonly specifications: readonly (PlannedSpecification | RefusedSpecification)[];
  /** Each distinct nuisance once; a task stands after those it needs. */
  readonly tasks: ReadonlyMap<string, Task>;
}

/**
 * Finds the distinct nuisances of all specifications, whose columns `checkColumns` has seen. What only one row cannot
 * do is a refusal of that row.
 */
export function planStudy(specifications: readonly Specification[], panel: Panel, kernels: Kernels): Plan {
  const tasks = new Map<string, Task>();
  const sampler = createSampler(panel);
  const determined = createDetermined(kernels);
  const planned = specifications.map((specification) => {
    try {
      return planSpecification(specification, { sampler, determined, kernels, tasks });
    } catch (error) {
      if (error instanceof EstimationError) return { specification, refused: error };
      throw error;
    }
  });
  return { specifications: planned, tasks };
}

/** What the specifications of a study share while they are planned. */
interface Planning {
  readonly sampler: ReturnType<typeof createSampler>;
  readonly determined: Determined;
  readonly kernels: Kernels;
  readonly tasks: Map<string, Task>;
}

function planSpecification(specification: Specification, { sampler, determined, kernels, tasks }: Planning): PlannedSpecification {
  const sample = sampler(sampleRequest(specification));
  const effects = specification.fixedEffects.map((name): Effect => ({ name, ...sample.levels(name) }));
  const weights = weightsOf(specification, sample);
  const observed = {
    outcome: { name: specification.outcome, ...sample.numbers(specification.outcome) },
    treatment: { name: specification.treatment, ...sample.numbers(specification.treatment) },
  };
  const controls = featuresOf(sample, allControls(specification), specification.degree);
  const checked = checkVariables({ specification, sample, ...observed, controls, effects }, determined);
  const demeaned = specification.encode === "within" ? demeanAll(kernels, effects, [observed.outcome, observed.treatment, ...controls], weights) : null;
  const outcome = demeaned?.[0] ?? observed.outcome;
  const treatment = demeaned?.[1] ?? observed.treatment;
  const units = specification.unit === null ? null : sample.levels(specification.unit).codes;
  const context: Context = {
    specification, sample, effects, units, weights, tasks, outcome, treatment,
    raw: controls,
    demeaned: demeaned?.slice(2) ?? [],
    designs: new Map(),
  };
  const repetitions = Array.from({ length: specification.repetitions }, (_, i) => planRepetition(context, i));
  const folds = repetitions.slice(0, 1).flatMap((repetition) => foldWarnings(specification, sample, repetition.folds));
  const warnings = [...checked, ...folds];
  return { specification, sample, outcome, treatment, weights: weights?.values ?? null, controls, effects, units, repetitions, warnings };
}

function sampleRequest(specification: Specification): SampleRequest {
  const { outcome, treatment, weights, unit, time, fixedEffects, encode, folds, errors, missing, nuisances } = specification;
  const given = Object.values(nuisances).flatMap((source) => (source.kind === "column" ? [source.column] : []));
  const ids = [unit, time, errors.cluster, folds.column].filter((name) => name !== null);
  const controls = missing === "keep" ? [] : allControls(specification);
  return {
    where: specification.where,
    numeric: [...new Set([outcome, treatment, ...controls, ...(weights === null ? [] : [weights]), ...given])],
    categorical: [...new Set([...ids, ...fixedEffects])],
    absorbed: absorbs(encode) ? fixedEffects : [],
  };
}

function planRepetition(context: Context, repetition: number): Repetition {
  const { specification, sample } = context;
  const folds = planFolds(sample, specification.folds, specification.seed, repetition);
  const absorbed = absorbs(specification.encode) ? absorbedBy(context, folds) : [];
  const predictions: Record<string, Predictions> = {};
  const model = models[specification.model];
  for (const nuisance of model?.nuisances(specification.score) ?? []) {
    const source = specification.nuisances[nuisance.role];
    if (source === undefined) throw new Error(`No source for nuisance ${nuisance.role}.`);
    predictions[nuisance.role] = planNuisance(context, source, nuisance, { folds, absorbed, predictions, repetition, inner: [] });
  }
  return { folds, absorbed, predictions };
}

/**
 * The effects by which all residuals together are demeaned. Each fold's g has a level of its own; it falls out only
 * if some effect lies within the folds, else the fold joins as an effect. A control that is constant within the
 * levels of an effect lets g move by any function of that effect, so there fold x effect joins.
 */
function absorbedBy(context: Context, folds: FoldPlan): readonly Effect[] {
  const { effects, raw } = context;
  const joins = effects.filter((effect) => raw.some((feature) => isConstantWithin(feature.values, effect)) && !liesWithin(effect.codes, folds.folds));
  const extra = joins.map((effect) => foldTimes(folds, effect));
  const covered = joins.length > 0 || effects.some((effect) => liesWithin(effect.codes, folds.folds));
  return covered ? [...effects, ...extra] : [...effects, foldTimes(folds, null)];
}

function isConstantWithin(values: Float64Array, effect: Effect): boolean {
  const first = new Float64Array(effect.levels).fill(NaN);
  return effect.codes.every((code, row) => {
    const value = values[row] ?? NaN;
    if (Number.isNaN(first[code])) first[code] = value;
    return first[code] === value || Number.isNaN(value);
  });
}

function foldTimes(folds: FoldPlan, effect: Effect | null): Effect {
  const numbers = new Map<number, number>();
  const codes = Int32Array.from(folds.folds, (fold, row) => {
    const pair = fold + folds.k * (effect?.codes[row] ?? 0);
    let number = numbers.get(pair);
    if (number === undefined) numbers.set(pair, (number = numbers.size));
    return number;
  });
  const name = effect === null ? "fold" : `fold*${effect.name}`;
  return { name, codes, levels: numbers.size, labels: [], key: hashNumbers(codes) };
}

/** Demeaned columns are features of their own: none is the square of another. */
function demeanAll(kernels: Kernels, effects: readonly Effect[], variables: readonly (Variable & { readonly control?: string })[], weights: Values | null): readonly Feature[] {
  return kernels.heap.scope(() => {
    const demeaner = createDemeaner(kernels, effects, { weights: weights?.values });
    return variables.map(({ name, control, values }) => {
      const demeaned = shareFloats(demeaner.demean(values));
      return { name, control: control ?? name, isSquare: false, values: demeaned, key: hashNumbers(demeaned) };
    });
  });
}
