import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { createSpecial } from "../kernels/special.js";
import type { Design, Group } from "../kernels/design.js";
import { columnMoments } from "../learners/moments.js";
import type { ModelSetting, Nuisance } from "../models/model.js";
import { modelOf } from "../models/registry.js";
import type { Panel } from "../panel/panel.js";
import { absorbs, allControls, clustersOf, givenColumns, type Specification } from "../study/specification.js";
import { postEstimationColumns } from "../study/postEstimation.js";
import { neededOf } from "../study/prepare.js";
import { absorbedBy } from "./absorbed.js";
import { cautions } from "./cautions.js";
import { armSizeWarnings } from "./arms.js";
import { checkLevels, checkModel, checkModerators, checkSlopes, checkVariables, createDetermined, type Determined, foldWarnings, pieceNotes, slopeNotes } from "./checks.js";
import { encode } from "./encode.js";
import { determinedNotes } from "./determinedControls.js";
import { decideErrors } from "./fewUnits.js";
import { planTwicing } from "./twicing.js";
import { exposureOf, type Feature, featuresOf } from "./features.js";
import { planFolds } from "./folds.js";
import { sampleWithEffects, shortWarnings } from "./interactive.js";
import { createMemo, type Memo } from "./memo.js";
import { type Context, planNuisance } from "./nuisances.js";
import { createSampler, type Sample, type SampleRequest, type Values } from "./sample.js";
import { type Effect, type Predictions, type Repetition, type Task, type Variable, variableAt, type Variables } from "./task.js";
import { unusedNotes } from "./unusedNotes.js";
import { weightsOf } from "./weights.js";

/** What one specification needs: its sample, its variables, and per repetition where its predictions come from. */
export interface PlannedSpecification {
  readonly specification: Specification;
  /** What the model's nuisances and score depend on, the sample's treatment levels included. */
  readonly setting: ModelSetting;
  readonly nuisances: readonly Nuisance[];
  readonly sample: Sample;
  /** As the nuisances see them: demeaned under `within`, differences under `fd`, else as observed. */
  readonly variables: Variables;
  /** Observation weights with mean one; null: all 1. */
  readonly weights: Float64Array | null;
  /** The controls and their squares, as observed. */
  readonly controls: readonly Feature[];
  readonly effects: readonly Effect[];
  readonly units: Int32Array | null;
  /** The units whose means the residuals of treatments and instruments lose under `cre`; null: none. */
  readonly means: Group | null;
  readonly repetitions: readonly Repetition[];
  /** The same without the controls of each benchmark, or why it cannot be planned. */
  readonly benchmarks: readonly PlannedBenchmark[];
  readonly warnings: readonly string[];
  /** What the reader should know though nothing is wrong. */
  readonly notes: readonly string[];
}

/** A specification without the controls whose strength is asked for. */
export interface PlannedBenchmark {
  readonly controls: readonly string[];
  readonly planned: PlannedSpecification | RefusedSpecification;
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

/** Plans some specifications, and then others. */
export type Planner = (specifications: readonly Specification[]) => Plan;

/**
 * A planner for a panel whose columns `checkColumns` has seen: it finds the distinct nuisances of specifications. What only
 * one of them cannot do is a refusal of that one. Samples are drawn once; each plan has its own tasks.
 */
export function createPlanner(panel: Panel, kernels: Kernels): Planner {
  const sampler = createSampler(panel, createSpecial(kernels));
  const determined = createDetermined(kernels);
  return (specifications) => {
    const tasks = new Map<string, Task>();
    const planning: Planning = { sampler, determined, kernels, tasks, fits: createMemo(), designs: createMemo() };
    return { specifications: specifications.map((specification) => planOrRefuse(specification, sampleRequest(specification), planning)), tasks };
  };
}

function planOrRefuse(specification: Specification, request: SampleRequest, planning: Planning): PlannedSpecification | RefusedSpecification {
  try {
    return planSpecification(specification, request, planning);
  } catch (error) {
    if (error instanceof EstimationError) return { specification, refused: error };
    throw error;
  }
}

/** Nuisances without some controls; all else, rows and folds too, as in the specification. */
function planBenchmarks(specification: Specification, request: SampleRequest, planning: Planning): readonly PlannedBenchmark[] {
  const { postEstimation, controls, extraControls } = specification;
  return (postEstimation.sensitivity?.benchmarks ?? []).map((left) => {
    const keep = (names: readonly string[]): readonly string[] => names.filter((name) => !left.includes(name));
    const without: Specification = {
      ...specification, controls: keep(controls), twicing: false, postEstimation: { ...postEstimation, sensitivity: null },
      extraControls: Object.fromEntries(Object.entries(extraControls).map(([role, names]) => [role, keep(names)])),
    };
    return { controls: left, planned: planOrRefuse(without, request, planning) };
  });
}

/** What the specifications of a study share while they are planned. */
interface Planning {
  readonly sampler: ReturnType<typeof createSampler>;
  readonly determined: Determined;
  readonly kernels: Kernels;
  readonly tasks: Map<string, Task>;
  readonly fits: Memo<Fits>;
  readonly designs: Memo<Design>;
}

function planSpecification(asked: Specification, request: SampleRequest, planning: Planning): PlannedSpecification {
  checkModel(asked);
  const { sample, effects, notes } = sampleWithEffects(asked, request, planning.sampler, planning.kernels);
  const specification = decideErrors(asked, sample);
  checkSlopes(specification, effects);
  const { fits, checked, determinedOnes } = planning.fits(sample, fitKey(specification), () => planFits(specification, sample, effects, planning));
  const pieces = pieceNotes(planning.kernels, specification, sample, effects);
  const folds = fits.repetitions.slice(0, 1).flatMap((repetition) => foldWarnings(specification, sample, repetition.folds));
  return {
    ...fits,
    specification: withMoves(specification, fits.setting),
    benchmarks: planBenchmarks(specification, request, planning),
    warnings: [...checked, ...armSizeWarnings(specification, sample, fits.setting.levels), ...folds, ...checkModerators(specification), ...cautions(specification), ...shortWarnings(sample), ...slopeNotes(specification, effects), ...pieces.warnings],
    notes: [...unusedNotes(specification), ...determinedOnes, ...notes, ...pieces.notes],
  };
}

/** What specifications share that differ in no more than errors and what is computed from scores. */
interface Fits {
  readonly fits: Omit<PlannedSpecification, "specification" | "benchmarks" | "warnings" | "notes">;
  /** Warnings about variables, and notes about controls that the effects determine. */
  readonly checked: readonly string[];
  readonly determinedOnes: readonly string[];
}

/** Choices that the fits do not depend on. */
const BESIDE_FITS: ReadonlySet<string> = new Set<keyof Specification>([
  "id", "table", "column", "label", "by", "errors", "distribution", "level", "aggregate", "unused", "postEstimation",
]);

/** What the fits depend on, beside the sample. */
function fitKey(specification: Specification): string {
  const own: Record<string, unknown> = { ...specification };
  for (const name of BESIDE_FITS) own[name] = null;
  return JSON.stringify(own);
}

function planFits(specification: Specification, sample: Sample, effects: readonly Effect[], { determined, kernels, tasks, designs }: Planning): Fits {
  const model = modelOf(specification.model);
  const weights = weightsOf(specification, sample);
  const observed = observedVariables(specification, sample);
  const controls = featuresOf(sample, allControls(specification), specification);
  const checked = checkVariables({ specification, sample, variables: observed, controls, effects }, determined);
  const { variables, raw, demeaned } = encode(specification, { sample, observed, controls, effects, weights, kernels, determined });
  const setting: ModelSetting = { ...specification, levels: levelsOf(specification, observed), ...movesOf(specification, observed, weights) };
  const { unit } = specification;
  const means = specification.encode === "cre" && model.finalStage === "residual" && unit !== null ? sample.levels(unit) : null;
  const exposure = specification.encode === "cre" && model.exposure !== undefined && unit !== null
    ? exposureOf(variableAt(variables, model.exposure), setting.levels, sample.levels(unit), weights?.values ?? null) : [];
  const units = unit === null ? null : sample.levels(unit);
  const context: Context = { specification, sample, effects, units, weights, tasks, variables, means, exposure, raw, demeaned, determined, designs: new Map(), shared: designs };
  const nuisances = model.nuisances(setting);
  const repetitions = Array.from({ length: specification.repetitions }, (_, i) => planRepetition(context, nuisances, i));
  return {
    fits: { setting, nuisances, sample, variables, weights: weights?.values ?? null, controls, effects, units: units?.codes ?? null, means, repetitions },
    checked,
    determinedOnes: determinedNotes(specification, controls, effects, determined),
  };
}

function observedVariables({ outcome, treatments, instruments, mediators }: Specification, sample: Sample): Variables {
  const named = (name: string): Variable => ({ name, ...sample.numbers(name) });
  return { outcome: named(outcome), treatments: treatments.map(named), instruments: instruments.map(named), mediators: mediators.map(named) };
}

/** The treatment's levels: those asked for, or all that the sample has. */
function levelsOf({ model, levels }: Specification, { treatments: [treatment] }: Variables): readonly number[] {
  if (!modelOf(model).options.includes("levels") || treatment === undefined) return [];
  const present = [...new Set(treatment.values)].sort((a, b) => a - b);
  checkLevels(treatment, present, levels);
  return levels ?? present;
}

const fifths = createMemo<number>();

/** How far the treatment is moved: as asked for, or a fifth of its standard deviation. */
function movesOf({ step, shift }: Specification, { treatments: [treatment] }: Variables, weights: Values | null): Pick<ModelSetting, "step" | "shift"> {
  const values = treatment?.values ?? new Float64Array(0);
  const fifth = fifths(values, weights?.key ?? "", () => columnMoments(values, Uint32Array.from(values.keys()), weights?.values ?? null).sd / 5);
  return { step: step ?? fifth, shift: shift ?? fifth };
}

/** The specification with the moves that the sample has chosen, so that a result names them. */
function withMoves(specification: Specification, { step, shift }: Pick<ModelSetting, "step" | "shift">): Specification {
  if (!modelOf(specification.model).options.includes("step")) return specification;
  return specification.score === "shift" ? { ...specification, shift } : { ...specification, step };
}

function sampleRequest(specification: Specification): SampleRequest {
  const { outcome, treatments, instruments, mediators, weights, unit, time, fixedEffects, encode, folds, errors, missing } = specification;
  const folded = folds.kind === "column" ? [folds.column] : folds.by;
  const ids = [...[unit, time].filter((name) => name !== null), ...clustersOf(specification), ...folded];
  const controls = missing === "keep" ? [] : allControls(specification);
  const post = postEstimationColumns(specification.postEstimation);
  const places = errors.kind === "conley" ? [errors.latitude, errors.longitude] : [];
  const columns = [outcome, ...treatments, ...instruments, ...mediators, ...controls, ...(weights === null ? [] : [weights]), ...givenColumns(specification), ...places, ...post.numeric];
  const kept = missing === "keep" ? allControls(specification) : [];
  const { steps } = neededOf(specification.prepare, [...columns, ...kept]);
  return {
    where: specification.where,
    numeric: [...new Set(neededOf(specification.prepare, columns).columns)],
    categorical: [...new Set([...ids, ...fixedEffects, ...post.categorical])],
    absorbed: absorbs(encode) ? fixedEffects : [],
    leastRows: null,
    differences: encode === "fd" && unit !== null && time !== null ? { unit, time } : null,
    prepare: steps.length === 0 ? null : { steps, unit, time },
  };
}

function planRepetition(context: Context, nuisances: readonly Nuisance[], repetition: number): Repetition {
  const { specification, sample, variables } = context;
  const folds = planFolds(sample, specification.folds, specification.seed, repetition, strataOf(specification, variables));
  const absorbed = absorbs(specification.encode) ? absorbedBy(context, folds) : [];
  const predictions: Record<string, Predictions> = {};
  for (const nuisance of nuisances) {
    const source = specification.nuisances[nuisance.role];
    if (source === undefined) throw new Error(`No source for nuisance ${nuisance.role}.`);
    predictions[nuisance.name] = planNuisance(context, source, nuisance, { folds, absorbed, predictions, repetition });
  }
  return { folds, absorbed, predictions, twicing: planTwicing(context, nuisances, { folds, absorbed, predictions, repetition }) };
}

/** What folds are stratified by: the treatment, or the instrument that stands in its place, each of its values a stratum. */
function strataOf({ folds, model }: Specification, { treatments, instruments }: Variables): Float64Array | null {
  if (folds.kind === "column" || !folds.stratify) return null;
  const [treatment] = modelOf(model).binary.includes("instrument") ? instruments : treatments;
  return treatment?.values ?? null;
}
