import { dot, minus } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { aggregateEffects, type EffectEstimate, solutionOf } from "../effects.js";
import { type Critical, criticalValue } from "../errors/critical.js";
import { clusterSums } from "../errors/sums.js";
import { median } from "../repetitions.js";
import { firstEffect, type InferenceContext, type SolvedSystem, type Stage, stageOf } from "../stage.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { extrapolate, roundsRules } from "./rounds.js";

/** The first effect after a number of stages or rounds, with its interval. */
export interface PathPoint {
  /** Rounds or stages; null: beyond the last, by `extrapolate`. */
  readonly checkpoint: number | null;
  readonly coef: number;
  readonly se: number;
  readonly ci: readonly [number, number];
  /** Difference to the checkpoint before, and its standard error, medians over repetitions; null at the first. */
  readonly step: Difference | null;
  /** Whether the row reports this one. */
  readonly reported: boolean;
}

/** A difference of two estimates of one sample. */
export interface Difference {
  readonly difference: number;
  readonly se: number;
}

/**
 * Theta against stages, from one fit: each nuisance at the same checkpoint (a shorter path stays at its last);
 * theta_0, and so g, is of the last. Null where there is no path. Cost: that of the standard errors, once a checkpoint.
 */
export function stabilityPath(planned: PlannedSpecification, context: InferenceContext, setting: ErrorSetting): readonly PathPoint[] | null {
  const { specification, repetitions } = planned;
  if (specification.encode !== "effects") return null;
  const fits = repetitions.flatMap((repetition) => Object.values(repetition.predictions)).map(context.lookup);
  const checkpoints = fits.reduce<readonly number[]>((longest, fit) => (fit.checkpoints.length > longest.length ? fit.checkpoints : longest), []);
  if (checkpoints.length < 2) return null;
  const labels = [...checkpoints, null];
  const stages = labels.map((_, place) => repetitions.map((repetition) => stageOf(planned, repetition, atCheckpoint(context, place, checkpoints.length))));
  const clusters = setting.kind === "cluster" ? (setting.clusters[0] ?? null) : null;
  const critical = (freedom: number): Critical => criticalValue(context.special, specification.level, freedom);
  const effects = stages.map((own) => {
    const solutions = repetitions.map((repetition, r) => solutionOf(planned, repetition, own[r] as Stage, setting));
    return aggregateEffects(planned, solutions, critical)[0] as EffectEstimate;
  });
  const difference = (a: number, b: number): Difference => medianDifference(stages[a] ?? [], stages[b] ?? [], clusters);
  const reported = roundsRules[specification.rounds]({ coefs: effects.map(({ coef }) => coef), ses: effects.map(({ se }) => se), apart: (a, b) => difference(a, b).se });
  return effects.map(({ coef, se, ci }, i) => ({
    checkpoint: labels[i] ?? null, coef, se, ci, step: i === 0 ? null : difference(i, i - 1), reported: i === reported,
  }));
}

/** The same context, in which every path of predictions ends at one of so many checkpoints, by its place, or beyond the last; shorter ones stay as they are. */
export function atCheckpoint(context: InferenceContext, place: number, checkpoints: number): InferenceContext {
  return {
    ...context,
    lookup: (source) => {
      const fit = context.lookup(source);
      if (place >= checkpoints) return { ...fit, predictions: [extrapolate(fit)] };
      return { ...fit, checkpoints: fit.checkpoints.slice(0, place + 1), predictions: fit.predictions.slice(0, place + 1) };
    },
  };
}

/** The context of the estimate that a row reports. */
export function atReported(context: InferenceContext, path: readonly PathPoint[] | null): InferenceContext {
  return path === null ? context : atCheckpoint(context, path.findIndex(({ reported }) => reported), path.length - 1);
}

/** Last steps of this many standard errors of the estimate are large: half of the bias that is left, and after extrapolation a part of it. */
const LARGE = { fitted: 0.5, extrapolated: 1 };

/** Warns where the last step moved the estimate by more than two of its standard errors and much of the estimate's. */
export function stabilityWarning(path: readonly PathPoint[] | null): readonly string[] {
  const isExtrapolated = path?.at(-1)?.reported === true;
  const last = path?.at(isExtrapolated ? -1 : -2);
  if (last?.step === undefined || last.step === null) return [];
  const size = Math.abs(last.step.difference);
  if (!(size > 2 * last.step.se && size > last.se * (isExtrapolated ? LARGE.extrapolated : LARGE.fitted))) return [];
  return [`The estimate still moves with more stages or rounds (last step ${last.step.difference.toFixed(4)}): it is not settled. Look at its path under other \`stages\`, \`trees\` or \`maxIter\`.`];
}

function medianDifference(a: readonly Stage[], b: readonly Stage[], clusters: Group | null): Difference {
  const all = a.map((stage, r) => differenceOf(firstSystem(stage), firstSystem(b[r] as Stage), clusters));
  return { difference: median(all.map((one) => one.difference)), se: median(all.map((one) => one.se)) };
}

/** a - b, with the standard error of the difference from the two influence functions, summed by cluster. */
export function differenceOf(a: SolvedSystem, b: SolvedSystem, clusters: Group | null): Difference {
  const influence = minus(firstEffect(a).influence, firstEffect(b).influence);
  const sums = clusters === null ? influence : clusterSums(influence, clusters);
  return { difference: firstEffect(a).coef - firstEffect(b).coef, se: Math.sqrt(dot(sums, sums)) };
}

/** The system whose first effect a row reports. */
export function firstSystem({ systems: [first] }: Stage): SolvedSystem {
  if (first === undefined) throw new Error("A model has one system at least.");
  return first;
}
