import { extrapolate } from "../../fit/extrapolate.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { effectsOf, type InferenceContext, type SolvedEffect, type Stage } from "../stage.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { solve, type Solved, stagesOf } from "../solve.js";
import { type Difference, differenceOf, effectIn, ofTreatment } from "./differences.js";
import { roundsRules } from "./rounds.js";

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

/** Estimates along the path. Each is solved when it is first asked for: most rows need two of them. */
export interface Path {
  /** By place: rounds or stages; null, the last: beyond them. */
  readonly checkpoints: readonly (number | null)[];
  /** The place that the row reports. */
  readonly reported: number;
  readonly at: (place: number) => Solved;
  /** Of an effect, by its number: what it is at `a` less what it is at `b`. */
  readonly difference: (a: number, b: number, effect: number) => Difference;
}

/**
 * A specification's estimates against stages, from one fit: each nuisance at the same checkpoint (a shorter path stays at its
 * last); theta_0, and so g, is of the last. Null where there is no path. Cost: that of the standard errors, once a place that is asked for.
 */
export function stabilityPath(planned: PlannedSpecification, context: InferenceContext, setting: ErrorSetting): Path | null {
  const { specification, repetitions } = planned;
  if (specification.encode !== "effects") return null;
  const fits = repetitions.flatMap((repetition) => Object.values(repetition.predictions)).map(context.lookup);
  const fitted = fits.reduce<readonly number[]>((longest, fit) => (fit.checkpoints.length > longest.length ? fit.checkpoints : longest), []);
  if (fitted.length < 2) return null;
  const checkpoints = [...fitted, null];
  const clusters = setting.kind === "cluster" ? (setting.clusters[0] ?? null) : null;
  const stages = onceEach((place): readonly Stage[] => stagesOf(planned, atCheckpoint(context, place, fitted.length)));
  const at = onceEach((place): Solved => solve(planned, stages(place), setting, context));
  const effects = onceEach((place): readonly (readonly SolvedEffect[])[] => stages(place).map(effectsOf));
  const difference = (a: number, b: number, effect: number): Difference => differenceOf(effectIn(effects(a), effect), effectIn(effects(b), effect), clusters);
  const apart = (a: number, b: number, effect: number): number => difference(a, b, effect).se;
  const reported = roundsRules[specification.rounds]({ places: checkpoints.length, effects: (place) => at(place).effects, apart });
  return { checkpoints, reported, at, difference };
}

/** What is made for a place, made once. */
function onceEach<T>(make: (place: number) => T): (place: number) => T {
  const made = new Map<number, T>();
  return (place) => {
    if (!made.has(place)) made.set(place, make(place));
    return made.get(place) as T;
  };
}

/** The whole path of each effect. */
export function effectPaths({ checkpoints, reported, at, difference }: Path): readonly EffectPath[] {
  return at(reported).effects.map(({ name }, j) => ({
    name,
    points: checkpoints.map((checkpoint, place) => {
      const { coef, se, ci } = at(place).effects[j] as Solved["effects"][number];
      return { checkpoint, coef, se, ci, step: place === 0 ? null : difference(place, place - 1, j), reported: place === reported };
    }),
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
export function atReported(context: InferenceContext, path: Path | null): InferenceContext {
  return path === null ? context : atCheckpoint(context, path.reported, path.checkpoints.length - 1);
}

/** Last steps of this many standard errors of the estimate are large: half of the bias that is left, and after extrapolation a part of it. */
const LARGE = { fitted: 0.5, extrapolated: 1 };

/** Warns where the last step moved an estimate by more than two of its standard errors and much of the estimate's. */
export function stabilityWarnings(path: Path | null): readonly string[] {
  if (path === null) return [];
  const beyond = path.checkpoints.length - 1;
  const [last, large] = path.reported === beyond ? [beyond, LARGE.extrapolated] : [beyond - 1, LARGE.fitted];
  const { effects } = path.at(last);
  return effects.flatMap(({ name, se }, j) => {
    const step = path.difference(last, last - 1, j);
    const size = Math.abs(step.difference);
    if (!(size > 2 * step.se && size > se * large)) return [];
    return [ofTreatment(name, effects.length, `The estimate still moves with more stages or rounds (last step ${step.difference.toFixed(4)}): it is not settled. Look at its path under other \`stages\`, \`trees\` or \`maxIter\`.`)];
  });
}
