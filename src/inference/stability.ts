import { minus } from "../fit/residuals.js";
import type { NuisanceFit } from "../fit/store.js";
import type { Group } from "../kernels/design.js";
import type { PlannedSpecification } from "../plan/plan.js";
import type { Repetition } from "../plan/task.js";
import { type InferenceContext, residualsOf, solveStage, type Stage } from "./stage.js";
import type { FinalStage } from "./finalStage.js";
import { median } from "./repetitions.js";
import { clusterSums } from "./errors/sums.js";
import { type ErrorSetting, standardErrors } from "./variance.js";

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
): FinalStage {
  const predictions = Object.fromEntries(
    Object.entries(fits).map(([role, fit]) => [role, (fit.predictions[i] ?? fit.predictions.at(-1)) as Float64Array]),
  );
  return solveStage(planned, repetition.absorbed, residualsOf(planned, predictions), planned.specification.score, context.kernels);
}

function pointOf(checkpoint: number, stages: readonly FinalStage[], before: readonly FinalStage[] | undefined, setting: ErrorSetting): PathPoint {
  const coef = median(stages.map(effectOf));
  const se = median(stages.map((stage) => standardErrors(stage, setting).at(-1) ?? NaN));
  if (before === undefined) return { checkpoint, coef, se, step: null };
  const steps = stages.map((stage, r) => differenceOf(stage, before[r] as FinalStage, setting.kind === "cluster" ? (setting.clusters[0] ?? null) : null));
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
  if (planned.specification.score !== "iv-type" || repetition === undefined) return null;
  const other = solveStage(planned, repetition.absorbed, stage.residuals, "partialling-out", context.kernels);
  const clusters = planned.specification.errors.cluster === null ? null : planned.sample.levels(planned.specification.errors.cluster);
  const { difference, se } = differenceOf(stage.stage, other, clusters);
  return { score: "partialling-out", coef: effectOf(other), difference, se };
}

/** a - b, with the standard error of the difference from the two influence functions, summed by cluster. */
function differenceOf(a: FinalStage, b: FinalStage, clusters: Group | null): { readonly difference: number; readonly se: number } {
  const influence = minus(a.influence.at(-1) as Float64Array, b.influence.at(-1) as Float64Array);
  const sums = clusters === null ? influence : clusterSums(influence, clusters).sums;
  const variance = sums.reduce((sum, value) => sum + value * value, 0);
  return { difference: effectOf(a) - effectOf(b), se: Math.sqrt(variance) };
}

function effectOf(stage: FinalStage): number {
  return stage.coefficients.at(-1) ?? NaN;
}
