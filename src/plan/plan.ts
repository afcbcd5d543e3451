import { EstimationError } from "../errors.js";
import type { Design } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import { createDemeaner } from "../kernels/demean.js";
import { learners } from "../learners/registry.js";
import type { Learner } from "../learners/learner.js";
import { models } from "../models/registry.js";
import type { Target } from "../models/model.js";
import type { Panel } from "../panel/panel.js";
import type { NuisanceSource, Specification } from "../study/specification.js";
import { checkVariables, createDetermined, type Determined, foldWarnings, liesWithin } from "./checks.js";
import { designOf, type Feature, featuresOf } from "./features.js";
import { type FoldPlan, planFolds } from "./folds.js";
import { hashJson, hashNumbers, NUMERICS, streamOf } from "./keys.js";
import { createSampler, type Sample, type SampleRequest } from "./sample.js";
import { shareFloats } from "./shared.js";
import type { Effect, Predictions, Repetition, Task, TaskTarget, Variable } from "./task.js";

/** What one specification needs: its sample, its variables, and per repetition where its predictions come from. */
export interface PlannedSpecification {
  readonly specification: Specification;
  readonly sample: Sample;
  /** Demeaned under `within`, as observed otherwise. */
  readonly outcome: Variable;
  readonly treatment: Variable;
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
  const observed = {
    outcome: { name: specification.outcome, ...sample.numbers(specification.outcome) },
    treatment: { name: specification.treatment, ...sample.numbers(specification.treatment) },
  };
  const controls = featuresOf(sample, specification.controls, specification.degree);
  const checked = checkVariables({ specification, sample, ...observed, controls, effects }, determined);
  const demeaned = specification.encode === "within" ? demeanAll(kernels, effects, [observed.outcome, observed.treatment, ...controls]) : null;
  const outcome = demeaned?.[0] ?? observed.outcome;
  const treatment = demeaned?.[1] ?? observed.treatment;
  const units = specification.unit === null ? null : sample.levels(specification.unit).codes;
  const context: Context = {
    specification, sample, effects, units, tasks, outcome, treatment,
    raw: controls,
    demeaned: demeaned?.slice(2) ?? [],
    designs: new Map(),
  };
  const repetitions = Array.from({ length: specification.repetitions }, (_, i) => planRepetition(context, i));
  const folds = repetitions.slice(0, 1).flatMap((repetition) => foldWarnings(specification, sample, repetition.folds));
  const warnings = [...checked, ...folds];
  return { specification, sample, outcome, treatment, controls, effects, units, repetitions, warnings };
}

function sampleRequest(specification: Specification): SampleRequest {
  const { outcome, treatment, controls, unit, time, fixedEffects, folds, errors, nuisances } = specification;
  const given = Object.values(nuisances).flatMap((source) => (source.kind === "column" ? [source.column] : []));
  const ids = [unit, time, errors.cluster, folds.column].filter((name) => name !== null);
  const absorbs = specification.encode === "effects" || specification.encode === "within";
  return {
    where: specification.where,
    numeric: [...new Set([outcome, treatment, ...controls, ...given])],
    categorical: [...new Set([...ids, ...fixedEffects])],
    absorbed: absorbs ? fixedEffects : [],
  };
}

interface Context {
  readonly specification: Specification;
  readonly sample: Sample;
  readonly effects: readonly Effect[];
  readonly units: Int32Array | null;
  readonly tasks: Map<string, Task>;
  readonly outcome: Variable;
  readonly treatment: Variable;
  readonly raw: readonly Feature[];
  readonly demeaned: readonly Feature[];
  /** Designs made so far: linear learners may see another one than the rest. */
  readonly designs: Map<boolean, Design>;
}

function planRepetition(context: Context, repetition: number): Repetition {
  const { specification, sample } = context;
  const folds = planFolds(sample, specification.folds, specification.seed, repetition);
  const absorbed = specification.encode === "effects" || specification.encode === "within" ? absorbedBy(context, folds) : [];
  const predictions: Record<string, Predictions> = {};
  const model = models[specification.model];
  for (const nuisance of model?.nuisances(specification.score) ?? []) {
    const source = specification.nuisances[nuisance.role];
    if (source === undefined) throw new Error(`No source for nuisance ${nuisance.role}.`);
    predictions[nuisance.role] = planNuisance(context, source, nuisance.target, { folds, absorbed, predictions, repetition });
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
    if (Number.isNaN(first[code])) first[code] = values[row] ?? NaN;
    return first[code] === values[row];
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

interface NuisancePlace {
  readonly folds: FoldPlan;
  readonly absorbed: readonly Effect[];
  /** Those planned before. */
  readonly predictions: Readonly<Record<string, Predictions>>;
  readonly repetition: number;
}

function planNuisance(context: Context, source: NuisanceSource, target: Target, at: NuisancePlace): Predictions {
  if (source.kind === "column") return { kind: "given", ...context.sample.numbers(source.column) };
  const learner = learners[source.name];
  if (learner === undefined) throw new Error(`No learner ${source.name}.`);
  const { specification, effects } = context;
  const design = designFor(context, learner);
  const { taskTarget, targetKey, needs } = targetOf(context, target, at);
  const isWithin = specification.encode === "effects";
  const units = context.units ?? rowNumbers(context.sample.rows.length);
  const together = keptTogether(context, at.folds);
  // Not of the target's values: a rescaled outcome draws the same trees.
  const stream = learner.random ? streamOf(specification.seed, at.repetition, target) : null;
  const key = hashJson({
    numerics: [NUMERICS, learner.numerics],
    learner: source.name,
    options: source.options,
    design: design.key,
    folds: at.folds.key,
    target: targetKey,
    together: together === null ? null : hashNumbers(together),
    within: isWithin ? { effects: sortedKeys(effects), units: hashNumbers(units) } : null,
    stream: stream === null ? null : [...stream],
  });
  if (!context.tasks.has(key)) {
    const streams = at.folds.held.map((_, fold) => (stream === null ? ([0, 0] as const) : streamOf(...stream, fold)));
    const within = isWithin ? { effects: effects.map(({ codes, levels }) => ({ codes, levels })), units } : null;
    context.tasks.set(key, {
      key, learner: source.name, options: source.options, design, folds: at.folds, target: taskTarget, weights: null, together, within, streams, needs,
    });
  }
  return { kind: "task", key };
}

/** What inner folds keep together: what the outer folds do. */
function keptTogether({ specification, sample, units }: Context, { folds }: FoldPlan): Int32Array | null {
  const { folds: choice } = specification;
  if (choice.kind === "random") return choice.column === null ? null : sample.levels(choice.column).codes;
  return units !== null && liesWithin(units, folds) ? units : null;
}

function targetOf(context: Context, target: Target, at: NuisancePlace): { taskTarget: TaskTarget; targetKey: string; needs: readonly string[] } {
  const { outcome, treatment } = context;
  if (target !== "residual") {
    const { values, key } = context[target];
    return { taskTarget: { kind: "column", values }, targetKey: key, needs: [] };
  }
  const { l, m } = at.predictions;
  if (l === undefined || m === undefined) throw new Error("A residual target needs the nuisances l and m.");
  const targetKey = hashJson({
    outcome: outcome.key, treatment: treatment.key, l: l.key, m: m.key, absorbed: sortedKeys(at.absorbed),
  });
  const taskTarget: TaskTarget = { kind: "residual", outcome: outcome.values, treatment: treatment.values, l, m, absorbed: at.absorbed };
  return { taskTarget, targetKey, needs: [l, m].flatMap((source) => (source.kind === "task" ? [source.key] : [])) };
}

function sortedKeys(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.key).sort();
}

function rowNumbers(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i);
}

/** `within`: a learner linear in its features sees the demeaned ones, any other both. */
function designFor(context: Context, learner: Learner): Design {
  const { specification, sample, effects, raw, demeaned } = context;
  let design = context.designs.get(learner.linear);
  if (design === undefined) {
    const features = specification.encode !== "within" ? raw : learner.linear ? demeaned : [...demeaned, ...raw];
    design = designOf(features, specification.encode === "dummies" ? effects : [], sample.rows.length);
    context.designs.set(learner.linear, design);
  }
  return design;
}

/** Demeaned columns are features of their own: none is the square of another. */
function demeanAll(kernels: Kernels, effects: readonly Effect[], variables: readonly Variable[]): readonly Feature[] {
  return kernels.heap.scope(() => {
    const demeaner = createDemeaner(kernels, effects);
    return variables.map(({ name, values }) => {
      const demeaned = shareFloats(demeaner.demean(values));
      return { name, isSquare: false, values: demeaned, key: hashNumbers(demeaned) };
    });
  });
}
