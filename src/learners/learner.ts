import type { JsonSchema } from "../json.js";
import type { Design, Group } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";

/** The value of a learner's option. */
export type OptionValue = number | string | boolean | null | readonly number[];
/** A learner's options by name. */
export type Options = Readonly<Record<string, OptionValue>>;

/** A JSON Schema fragment with a default and a sentence of documentation. */
export type OptionSchema = JsonSchema & { readonly default: OptionValue; readonly description: string };

/** A part of a fit that can run on its own, such as trees from .. to-1. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** One fold: fit on some rows of a design, predict others. */
export interface FitJob {
  readonly design: Design;
  /** By row of the design; finite on `train`. */
  readonly target: Float64Array;
  readonly train: Uint32Array;
  /** Held-out rows; predictions come in their order. */
  readonly predict: Uint32Array;
  readonly options: Options;
  /** Observation weights by row of the design, positive; null: all rows weigh the same. */
  readonly weights: Float64Array | null;
  /** Rows of equal number stay together in inner folds, by row of the design; null: inner folds are contiguous blocks of `train`. */
  readonly together: Int32Array | null;
  /** 64 random bits that belong to this fold alone. */
  readonly key: readonly [number, number];
  /** Equal for equal training rows, effects, weights, and what stays together, in one process and its threads. Absent: nothing is remembered of the fold. */
  readonly fold?: string;
}

/** What a fit returns besides numbers: plain facts for the result's record and its warnings. */
export type Notes = Readonly<Record<string, number | string | readonly string[] | readonly number[]>>;

/** The outcome of one piece of a fit. */
export interface Fitted {
  /** Of `job.predict`, in its order. */
  readonly predictions: Float64Array;
  readonly notes: Notes;
}

/** The within loss of `encode: effects`: what a fold needs beyond its job (field: two-way demeaning, panels). */
export interface WithinJob extends FitJob {
  /** Unit of each row of the design: units stay together in bootstrap draws and inner folds. */
  readonly units: Int32Array;
  /** The effects, by row of the design. */
  readonly effects: readonly Group[];
  /**
   * Two-way (or other) demeaning of the training rows: gives `work` the operator, for columns by position in `train`. It is
   * prepared anew each time, and gone when `work` returns.
   */
  readonly demeaned: <T>(work: (demean: (column: Float64Array) => Float64Array) => T) => T;
}

/** Predictions along a path: after each stage, or just once. */
export interface WithinFit {
  /** What each step counts, such as stages: ascending, the last is the full fit. */
  readonly checkpoints: readonly number[];
  /** Of `job.predict`, one array a checkpoint, on the scale of the target up to the effects. */
  readonly predictions: readonly Float64Array[];
  readonly notes: Notes;
}

/**
 * A learner: its parameters, and the kernel it calls. One file declares it, one line in `registry.ts` adds it.
 */
export interface Learner {
  readonly name: string;
  /** One sentence: what it is and where it comes from. */
  readonly about: string;
  /** Raised whenever its bits change, so that stored results are not mistaken for new ones. */
  readonly numerics: number;
  /** Whether it draws random numbers: then the seed belongs to a result's key. */
  readonly random: boolean;
  /** Whether its prediction is linear in the features: then `within` gives it demeaned features alone. */
  readonly linear: boolean;
  readonly options: Readonly<Record<string, OptionSchema>>;
  /** Options under another system's name, where its defaults differ; `learner` where it is another one of ours. */
  readonly presets?: Readonly<Record<string, { readonly learner?: string; readonly options: Options }>>;
  /** Whether it takes missing values (NaN) in features. Others see the training mean, and a column that says where. */
  readonly takesMissing?: boolean;
  /** Whether it fits Riesz representers, and nothing else. */
  readonly represents?: true;
  /** Whether, with these options, targets are 0 or 1 and predictions the probability of 1. */
  classifies(options: Options): boolean;
  /** Defaults that differ under `encode: effects`. */
  readonly effectsDefaults: Options;
  /** Options that mean something under `encode: effects` only. */
  readonly effectsOptions: readonly string[];
  /** How one fold is cut into pieces that may run anywhere. Never looks at the number of threads. */
  cut(options: Options): readonly Range[];
  /** Fits one piece. What it returns is added up by `combine` where there are several. */
  fit(kernels: Kernels, job: FitJob, range: Range): Fitted;
  /** Puts the pieces of one fold together, in the order of `cut`. */
  combine(parts: readonly Float64Array[], options: Options): Float64Array;
  /** Minimises the within loss (field/panel: || M (y - g(X)) ||^2). */
  fitWithin(kernels: Kernels, job: WithinJob): WithinFit;
  /** Rough nanoseconds on one core for one fold, for progress and `plan`. */
  cost(options: Options, rows: number, design: DesignShape): number;
}

/** A design's size, as costs need it. */
export interface DesignShape {
  readonly features: number;
  readonly groups: number;
  readonly columns: number;
}

/** Rounds after which the estimate is shown under `encode: effects`: a quarter, half and all of them. */
export function checkpointsOf(rounds: number): readonly number[] {
  return [...new Set([0.25, 0.5, 1].map((share) => Math.ceil(share * rounds)))];
}

/** What a learner's options are where nobody says otherwise; under `encode: effects` its `effectsDefaults` go before. */
export function defaultsOf({ options }: Pick<Learner, "options">): Options {
  return Object.fromEntries(Object.entries(options).map(([name, schema]) => [name, schema.default]));
}

/** `classifies` of learners of numbers alone. */
export function never(): boolean {
  return false;
}

/** The part that learners which are not cut have. */
export const WHOLE: readonly Range[] = Object.freeze([Object.freeze({ from: 0, to: 1 })]);

/** `combine` of learners which are not cut. */
export function onlyPart(parts: readonly Float64Array[]): Float64Array {
  const [part] = parts;
  if (part === undefined || parts.length !== 1) throw new Error("A fit that is not cut has one part.");
  return part;
}

/** A numeric option; throws where the declaration and the caller disagree. */
export function numberOption(options: Options, name: string): number {
  const value = options[name];
  if (typeof value !== "number") throw new Error(`Option ${name} is not a number.`);
  return value;
}
