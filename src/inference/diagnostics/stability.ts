import { dot, minus } from "../../fit/residuals.js";
import type { NuisanceFit } from "../../fit/store.js";
import type { Group } from "../../kernels/design.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Repetition } from "../../plan/task.js";
import { clustersOf } from "../../study/specification.js";
import { withOwnParameters } from "../effects.js";
import { clusterSums } from "../errors/sums.js";
import { median } from "../repetitions.js";
import { firstEffect, type InferenceContext, type SolvedSystem, solveStage, solveSystem, type Stage } from "../stage.js";
import { type ErrorSetting, standardErrors } from "../errors/covariance.js";

/** The estimate after a number of stages or rounds: medians over repetitions. */
export interface PathPoint {
  readonly checkpoint: number;
  readonly coef: number;
  readonly se: number;
  /** Difference to the checkpoint before, and its standard error; null at the first. */
  readonly step: { readonly difference: number; readonly se: number } | null;
}

/** The estimate by the other score, the same predictions. */
export interface ScoreComparison {
  readonly score: "partialling-out";
  readonly coef: number;
  /** Reported estimate less this one, and its standard error. */
  readonly difference: number;
  readonly se: number;
}

/**
 * Theta against stages, from one fit: each nuisance at the same checkpoint (a shorter path stays at its last);
 * theta_0, and so g, is of the last. Null where there is no path.
 */
export function stabilityPath(planned: PlannedSpecification, context: InferenceContext, setting: ErrorSetting): readonly PathPoint[] | null {
  if (planned.specification.encode !== "effects") return null;
  const fits = planned.repetitions.map((repetition) =>
    Object.fromEntries(Object.entries(repetition.predictions).map(([role, source]) => [role, context.lookup(source)])),
  );
  const longest = Object.values(fits[0] ?? {}).reduce<readonly number[]>((a, b) => (b.checkpoints.length > a.length ? b.checkpoints : a), []);
  if (longest.length < 2) return null;
  const stages = longest.map((_, i) =>
    planned.repetitions.map((repetition, r) => stageAt(planned, repetition, fits[r] ?? {}, i, context)),
  );
  return longest.map((checkpoint, i) => pointOf(checkpoint, stages[i] ?? [], stages[i - 1], setting));
}

function stageAt(
  planned: PlannedSpecification, repetition: Repetition, fits: Readonly<Record<string, NuisanceFit>>, i: number, context: InferenceContext,
): SolvedSystem {
  const predictions = Object.fromEntries(
    Object.entries(fits).map(([name, fit]) => [name, (fit.predictions[i] ?? fit.predictions.at(-1)) as Float64Array]),
  );
  return firstSystem(solveStage(planned, repetition, predictions, planned.specification.score, context.kernels));
}

function pointOf(checkpoint: number, stages: readonly SolvedSystem[], before: readonly SolvedSystem[] | undefined, setting: ErrorSetting): PathPoint {
  const coef = median(stages.map((solved) => firstEffect(solved).coef));
  const se = median(stages.map(({ names, stage }) => standardErrors(stage, withOwnParameters(setting, stage.coefficients.length)).at(-names.length) ?? NaN));
  if (before === undefined) return { checkpoint, coef, se, step: null };
  const steps = stages.map((stage, r) => differenceOf(stage, before[r] as SolvedSystem, setting.kind === "cluster" ? (setting.clusters[0] ?? null) : null));
  return {
    checkpoint, coef, se,
    step: { difference: median(steps.map((step) => step.difference)), se: median(steps.map((step) => step.se)) },
  };
}

/** Warns where the last step moved the estimate by more than two of its standard errors and half of the estimate's. */
export function stabilityWarning(path: readonly PathPoint[] | null): readonly string[] {
  const last = path?.at(-1);
  if (last?.step === undefined || last.step === null) return [];
  const size = Math.abs(last.step.difference);
  if (!(size > 2 * last.step.se && size > 0.5 * last.se)) return [];
  return [`The estimate still moves with more stages or rounds (last step ${last.step.difference.toFixed(4)}): it is not settled. Look at its path under other \`stages\`, \`trees\` or \`maxIter\`.`];
}

/** Partialling-out beside iv-type: it attenuates by design where learners are undersmoothed, so it is shown and is no verdict. */
export function compareScores(planned: PlannedSpecification, stage: Stage, context: InferenceContext): ScoreComparison | null {
  const [repetition] = planned.repetitions;
  const { specification, setting } = planned;
  if (specification.score !== "iv-type" || repetition === undefined) return null;
  const [system] = modelOf(specification.model).systems({ ...setting, score: "partialling-out" }, stage.inputs);
  if (system === undefined) return null;
  const other = solveSystem(planned, system, repetition.absorbed, context.kernels);
  const [cluster] = clustersOf(specification);
  const { difference, se } = differenceOf(firstSystem(stage), other, cluster === undefined ? null : planned.sample.levels(cluster));
  return { score: "partialling-out", coef: firstEffect(other).coef, difference, se };
}

/** a - b, with the standard error of the difference from the two influence functions, summed by cluster. */
export function differenceOf(a: SolvedSystem, b: SolvedSystem, clusters: Group | null): { readonly difference: number; readonly se: number } {
  const influence = minus(firstEffect(a).influence, firstEffect(b).influence);
  const sums = clusters === null ? influence : clusterSums(influence, clusters);
  return { difference: firstEffect(a).coef - firstEffect(b).coef, se: Math.sqrt(dot(sums, sums)) };
}

function firstSystem({ systems: [first] }: Stage): SolvedSystem {
  if (first === undefined) throw new Error("A model has one system at least.");
  return first;
}
