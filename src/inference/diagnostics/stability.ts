import type { PlannedSpecification } from "../../plan/plan.js";
import { aggregateEffects, solutionOf } from "../effects.js";
import { type Critical, criticalValue } from "../errors/critical.js";
import { effectsOf, type InferenceContext, type SolvedEffect, type Stage, stageOf } from "../stage.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { type Difference, differenceOf, effectIn, ofTreatment } from "./differences.js";
import { extrapolate, roundsRules } from "./rounds.js";

/** One effect along the stages or rounds of the learners. */
export interface EffectPath {
  /** The treatment. */
  readonly name: string;
  /** In the order of the stages, the extrapolated one last; the row reports the same one of every effect. */
  readonly points: readonly PathPoint[];
}

/** An effect after a number of stages or rounds, with its interval. */
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

/**
 * Each effect against stages, from one fit: each nuisance at the same checkpoint (a shorter path stays at its last);
 * theta_0, and so g, is of the last. Null where there is no path. Cost: that of the standard errors, once a checkpoint.
 */
export function stabilityPath(planned: PlannedSpecification, context: InferenceContext, setting: ErrorSetting): readonly EffectPath[] | null {
  const { specification, repetitions } = planned;
  if (specification.encode !== "effects") return null;
  const fits = repetitions.flatMap((repetition) => Object.values(repetition.predictions)).map(context.lookup);
  const checkpoints = fits.reduce<readonly number[]>((longest, fit) => (fit.checkpoints.length > longest.length ? fit.checkpoints : longest), []);
  if (checkpoints.length < 2) return null;
  const labels = [...checkpoints, null];
  const stages = labels.map((_, place) => repetitions.map((repetition) => stageOf(planned, repetition, atCheckpoint(context, place, checkpoints.length))));
  const clusters = setting.kind === "cluster" ? (setting.clusters[0] ?? null) : null;
  const critical = (freedom: number): Critical => criticalValue(context.special, specification.level, freedom);
  const estimates = stages.map((own) => aggregateEffects(planned, repetitions.map((repetition, r) => solutionOf(planned, repetition, own[r] as Stage, setting)), critical));
  const solved = stages.map((own) => own.map(effectsOf));
  const paths = (estimates[0] ?? []).map(({ name }, j) => {
    const along = solved.map((own) => effectIn(own, j));
    const difference = (a: number, b: number): Difference => differenceOf(along[a] as readonly SolvedEffect[], along[b] as readonly SolvedEffect[], clusters);
    const effects = estimates.flatMap((own) => own[j] ?? []);
    return { name, effects, difference, coefs: effects.map(({ coef }) => coef), ses: effects.map(({ se }) => se), apart: (a: number, b: number) => difference(a, b).se };
  });
  const reported = roundsRules[specification.rounds](paths);
  return paths.map(({ name, effects, difference }) => ({
    name,
    points: effects.map(({ coef, se, ci }, i) => ({ checkpoint: labels[i] ?? null, coef, se, ci, step: i === 0 ? null : difference(i, i - 1), reported: i === reported })),
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
export function atReported(context: InferenceContext, paths: readonly EffectPath[] | null): InferenceContext {
  const [first] = paths ?? [];
  return first === undefined ? context : atCheckpoint(context, first.points.findIndex(({ reported }) => reported), first.points.length - 1);
}

/** Last steps of this many standard errors of the estimate are large: half of the bias that is left, and after extrapolation a part of it. */
const LARGE = { fitted: 0.5, extrapolated: 1 };

/** Warns where the last step moved an estimate by more than two of its standard errors and much of the estimate's. */
export function stabilityWarnings(paths: readonly EffectPath[] | null): readonly string[] {
  return (paths ?? []).flatMap(({ name, points }) => {
    const isExtrapolated = points.at(-1)?.reported === true;
    const last = points.at(isExtrapolated ? -1 : -2);
    if (last?.step === undefined || last.step === null) return [];
    const size = Math.abs(last.step.difference);
    if (!(size > 2 * last.step.se && size > last.se * (isExtrapolated ? LARGE.extrapolated : LARGE.fitted))) return [];
    return [ofTreatment(name, paths?.length ?? 0, `The estimate still moves with more stages or rounds (last step ${last.step.difference.toFixed(4)}): it is not settled. Look at its path under other \`stages\`, \`trees\` or \`maxIter\`.`)];
  });
}
