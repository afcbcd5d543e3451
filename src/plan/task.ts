import type { Design, Group } from "../kernels/design.js";
import type { Options } from "../learners/learner.js";
import type { VariableRef } from "../models/model.js";
import type { FinalEstimator, StackType } from "../study/specification.js";
import type { FoldPlan } from "./folds.js";
import type { Levels, Values } from "./sample.js";

/** One nuisance of one repetition: a learner's fits, or a combination of others' predictions. */
export type Task = FitTask | StackTask;

/** What all tasks have. The key is a hash of what determines the predictions and of nothing else, so whoever needs the same shares it. */
interface AnyTask {
  readonly key: string;
  /** Which rows are held out together. */
  readonly folds: FoldPlan;
  readonly target: TaskTarget;
  /** Observation weights by row; null: all 1. */
  readonly weights: Float64Array | null;
  /** Keys of the tasks whose predictions it needs. */
  readonly needs: readonly string[];
}

/** Fit on each fold's training rows, predict the held-out ones. */
export interface FitTask extends AnyTask {
  readonly kind: "fit";
  readonly learner: string;
  readonly options: Options;
  readonly design: Design;
  /** What inner folds keep together, by row; null: they are contiguous blocks. */
  readonly together: Int32Array | null;
  /** The within loss of `encode: effects`; null: plain prediction of the target. */
  readonly within: Within | null;
  /** Random key of each fold. */
  readonly streams: readonly (readonly [number, number])[];
}

/** Combine what several learners predict; nothing is fitted but weights. */
export interface StackTask extends AnyTask {
  readonly kind: "stack";
  /** How the learners are called in the result. */
  readonly labels: readonly string[];
  readonly type: StackType;
  readonly final: FinalEstimator;
  /** Each learner's out-of-fold predictions. */
  readonly base: readonly Predictions[];
  /** Rows on which weights are found: all (short), or each fold's training rows with their inner predictions. */
  readonly judged: readonly JudgedRows[];
  /** The stage before, to whose predictions these are added; null: none. */
  readonly onto: Predictions | null;
}

/** Predictions to be held against the target. */
export interface JudgedRows {
  readonly rows: Uint32Array;
  readonly predictions: readonly Predictions[];
  /** By row of the sample: what both sides are demeaned by. */
  readonly absorbed: readonly Group[];
}

/** What the within loss of `encode: effects` needs. */
export interface Within {
  /** Effects that each training fold is demeaned by. */
  readonly effects: readonly Group[];
  /** Unit of each row; rows of a unit stay together in draws and inner folds. */
  readonly units: Int32Array;
}

/** What a nuisance is fitted to. */
export type TaskTarget =
  | { readonly kind: "column"; readonly values: Float64Array }
  | ResidualTarget
  | LeftTarget
  | { readonly kind: "predicted"; readonly predictions: Predictions };

/** What predictions leave of a target. */
export interface LeftTarget {
  readonly kind: "left";
  readonly of: TaskTarget;
  readonly predictions: Predictions;
}

/**
 * outcome - treatments' theta_0, theta_0 the partialling-out estimate: the sum of e_z (e_l - e_d' theta_0) is zero, the
 * residuals e demeaned by `absorbed`, those of treatments and instruments by `means`, too.
 */
export interface ResidualTarget {
  readonly kind: "residual";
  readonly outcome: Partialled;
  readonly treatments: readonly Partialled[];
  /** Null: the treatments. */
  readonly instruments: readonly Partialled[] | null;
  readonly absorbed: readonly Group[];
  readonly means: Group | null;
  readonly weights: Float64Array | null;
}

/** A variable and its predictions. */
export interface Partialled {
  readonly values: Float64Array;
  readonly predictions: Predictions;
}

/** Where a nuisance's predictions come from. */
export type Predictions =
  | { readonly kind: "task"; readonly key: string }
  | { readonly kind: "given"; readonly values: Float64Array; readonly key: string };

/** A sample's part in the final stage, for one repetition. */
export interface Repetition {
  readonly folds: FoldPlan;
  /** By nuisance's name. */
  readonly predictions: Readonly<Record<string, Predictions>>;
  /** By nuisance's name, what twicing (plan/twicing.ts) finds in its residuals; null: it is not asked for. */
  readonly twicing: Readonly<Record<string, Predictions>> | null;
  /** Effects by which residuals are demeaned: those of the specification, and the fold where it is not nested in one. */
  readonly absorbed: readonly Group[];
}

/** Levels under the name they have in the study. */
export interface Effect extends Levels {
  readonly name: string;
}

/** A variable on the scale the nuisances are fitted on. */
export interface Variable extends Values {
  readonly name: string;
}

/** The observed variables of a specification. */
export interface Variables {
  readonly outcome: Variable;
  readonly treatments: readonly Variable[];
  readonly instruments: readonly Variable[];
  readonly mediators: readonly Variable[];
}

/** The variable that a model speaks of. */
export function variableAt({ outcome, treatments, instruments, mediators }: Variables, { of, index }: VariableRef): Variable {
  const variable = of === "outcome" ? outcome : { treatment: treatments, instrument: instruments, mediator: mediators }[of][index];
  if (variable === undefined) throw new Error(`No ${of} ${index}.`);
  return variable;
}
