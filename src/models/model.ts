/** What a model declares: the nuisances it needs, and the moment equations that follow from them. */

/** What of a specification a model's nuisances and score depend on. */
export interface ModelSetting {
  readonly score: string;
  readonly treatments: readonly string[];
  readonly instruments: readonly string[];
  /** What the treatment works through, in part. */
  readonly mediators: readonly string[];
  /** What a treatment's equation makes of the other treatments. */
  readonly otherTreatments: OtherTreatments;
  /** Treatment levels, ascending; the first is the reference. Empty for models without. */
  readonly levels: readonly number[];
  /** Propensities are held within [clip, 1 - clip]. */
  readonly clip: number;
  /** Whether inverse propensity weights are scaled to mean one. */
  readonly normalizeIpw: boolean;
  /** Over which rows ATTE and ATU take the share of the treated. */
  readonly treatedShare: "sample" | "fold";
  /** Whether some take the treatment whatever the instrument says. */
  readonly alwaysTakers: boolean;
  /** Whether some never take it. */
  readonly neverTakers: boolean;
  /** Half the width of the difference that stands for a derivative by the treatment, in its units. */
  readonly step: number;
  /** By how much a shift moves the treatment, in its units. */
  readonly shift: number;
}

/** joint: one system for all; controls: they join a treatment's controls; none: they are left out. */
export type OtherTreatments = "joint" | "controls" | "none";

/** An observed variable of the specification. */
export interface VariableRef {
  readonly of: "outcome" | "treatment" | "instrument" | "mediator";
  /** 0-based, among several. */
  readonly index: number;
}

/** A regression to be cross-fitted. */
export interface Nuisance {
  /** Its own name: the role, and behind a colon what sets it apart from others of that role, as in `m:robots`. */
  readonly name: string;
  /** The field's name, under which a learner is chosen: l, m, g, r ... */
  readonly role: string;
  /** Whose expectation given the controls it is. */
  readonly target: Target;
  /** It is fitted on the rows where this variable has this value, and predicts all. */
  readonly where?: ArmOf;
  /** Variables that join the controls. */
  readonly beside?: readonly VariableRef[];
  /** It predicts each row again with a variable moved. */
  readonly copies?: Copies;
  /** The fit of each fold predicts all rows: they stand once for each fold, so that what is fitted to them can keep folds apart. */
  readonly everyFold?: true;
}

/** The rows where a variable has a value. */
export interface ArmOf {
  readonly variable: VariableRef;
  readonly equals: number;
}

/** The rows of the sample, once more for each step with the variable, one of those beside the controls, moved by it. */
export interface Copies {
  readonly variable: VariableRef;
  readonly by: readonly number[];
}

/** `level`: 1 where the variable has that value, else 0. */
export type Target =
  | { readonly kind: "variable"; readonly variable: VariableRef }
  | { readonly kind: "level"; readonly variable: VariableRef; readonly level: number }
  | EffectFree
  | CopyTarget
  | Nested;

/** What another nuisance predicts, which does so by `everyFold`: in each fold that fold's own fit. */
export interface Nested {
  readonly kind: "nested";
  readonly nuisance: string;
}

/**
 * What rows and copies together are fitted to. moved: 1 for a copy, 0 for a row as observed. functional: the Riesz
 * representer of m(f) = sum over copies c >= 1 of weights[c] E[f(c)], f(c) a function at copy c; weights[0] = 0 marks the
 * rows as observed.
 */
export type CopyTarget = { readonly kind: "moved" } | { readonly kind: "functional"; readonly weights: readonly number[] };

/**
 * Outcome less theta_0 treatments, theta_0 the partialling-out estimate: sum of e_z (e_y - e_d' theta_0) = 0, where e
 * are the residuals of nuisances of these names, and e_z = e_d without instruments.
 */
export interface EffectFree {
  readonly kind: "residual";
  /** What is explained, such as the outcome. */
  readonly outcome: Partialled;
  readonly treatments: readonly Partialled[];
  /** Null: the treatments. */
  readonly instruments: readonly Partialled[] | null;
}

/** A variable and the name of the nuisance that predicts it. */
export interface Partialled {
  readonly variable: VariableRef;
  readonly nuisance: string;
}

/** Observed variables and out-of-fold predictions, all by row. */
export interface ScoreInputs {
  readonly outcome: Float64Array;
  readonly treatments: readonly Float64Array[];
  readonly instruments: readonly Float64Array[];
  readonly mediators: readonly Float64Array[];
  /** By nuisance's name; of one with copies, the rows as observed and then copy after copy. */
  readonly predictions: Readonly<Record<string, Float64Array>>;
  /** The held-out fold of each row. */
  readonly folds: Int32Array;
  /** Observation weights with mean one; null: all 1. */
  readonly weights: Float64Array | null;
}

/**
 * Linear moment equations sum_i z_i (y_i - x_i' theta) = 0. x = z is least squares of residual on residual; otherwise
 * z are the instruments of x, and with more of them than parameters two-stage least squares.
 */
export interface LinearSystem {
  /** What its parameters are called, one for each x. */
  readonly names: readonly string[];
  readonly y: Float64Array;
  readonly x: readonly Float64Array[];
  readonly z: readonly Float64Array[];
  /**
   * What the controls predict of each x, where y was fitted at an estimate theta_0 and so holds its error: the slope of
   * the equation is then that of sum z (x - predicted). The solution is the same with and without.
   */
  readonly predicted?: readonly Float64Array[];
}

/** A smooth function of the systems' effects, such as a product. */
export interface Combination {
  readonly name: string;
  readonly value: number;
  /** Derivatives by the effects, in the order of the systems and of their names. */
  readonly gradient: readonly number[];
}

/** Two arms that are compared by their propensity, and whose mean effect is taken: what overlap and sensitivity rest on. */
export interface Comparison {
  /** Of the variable that makes the arms. */
  readonly name: string;
  /** 0 or 1. */
  readonly treated: Float64Array;
  /** Out-of-fold propensity, as predicted. */
  readonly predicted: Float64Array;
  /** As the score uses it: clipped and, where asked for, normalised. */
  readonly propensity: Float64Array;
  /** Effect weights w and their expectation w-bar, by row. */
  readonly given: Float64Array;
  readonly expected: Float64Array;
  /** Predicted outcome of either arm; null where the effect is no difference of two arms. */
  readonly arms: { readonly g0: Float64Array; readonly g1: Float64Array } | null;
}

/** Rows on which an outcome model was fitted, and how the signal rests on it. */
export interface Arm {
  /** 1 in the arm, else 0. */
  readonly inside: Float64Array;
  /** Observed less predicted; it counts inside. */
  readonly residual: Float64Array;
  /** What one unit more of the prediction adds to the row's signal. */
  readonly slope: Float64Array;
}

/** A role under which a learner is chosen. */
export interface Role {
  readonly name: string;
  /** Whose learner it takes where it has none of its own: `g` stands for g0 and g1. */
  readonly otherwise?: string;
  /** Whether its target is 0 or 1 and its prediction a probability. */
  readonly propensity?: true;
  /** The learner it has unless told otherwise, where that for all does not fit. */
  readonly learner?: string;
}

/** A model: its nuisances, and how its score follows from their predictions. One file declares it, one line in `registry.ts` adds it. */
export interface Model {
  readonly name: string;
  readonly about: string;
  /** The first is the default without absorbed effects. */
  readonly scores: readonly string[];
  /** The default with `encode: effects`; null: absorbed effects make no sense here, as a demeaned treatment is not binary. */
  readonly effectsScore: string | null;
  /**
   * residual: the final stage is a regression of residuals, with a constant unless told otherwise. signal: it is the
   * mean of a signal by row, whose errors are the plain variance of the score.
   */
  readonly finalStage: "residual" | "signal";
  /** Which variables it takes. */
  readonly takes: { readonly treatments: "one" | "several"; readonly instruments: "none" | "one" | "several"; readonly mediators: "none" | "several" };
  /** Variables that may be 0 or 1 only. */
  readonly binary: readonly VariableRef["of"][];
  /** Members of the setting, beside the score and the variables, that mean something here. */
  readonly options: readonly (keyof ModelSetting)[];
  roles(score: string): readonly Role[];
  nuisances(setting: ModelSetting): readonly Nuisance[];
  /**
   * Of models of arms: the variable that is as good as random given the controls. Under `cre` each unit's shares of rows at its
   * values are controls, too (the generalized Mundlak estimator: Arkhangelsky and Imbens 2024, Review of Economic Studies 91).
   */
  readonly exposure?: VariableRef;
  /** The systems of the effects, the first one's first parameter is the estimate of the row. */
  systems(setting: ModelSetting, inputs: ScoreInputs): readonly LinearSystem[];
  /** Effects that follow from those of the systems; they stand behind these. */
  combinations?(setting: ModelSetting, effects: readonly number[]): readonly Combination[];
  /** Of models with propensities. */
  comparisons?(setting: ModelSetting, inputs: ScoreInputs): readonly Comparison[];
  /** By system, at its estimated effect: the arms of outcome models that its signal rests on. */
  arms?(setting: ModelSetting, inputs: ScoreInputs, effects: readonly number[]): readonly (readonly Arm[])[];
  /** Of models that correct their signal by a Riesz representer: its values by row, and the share of the probabilities that were clipped (null: none are made). */
  representer?(setting: ModelSetting, inputs: ScoreInputs): { readonly alpha: Float64Array; readonly clipped: number | null };
}

/** The outcome. */
export const OUTCOME: VariableRef = Object.freeze({ of: "outcome", index: 0 });

/** The treatment at a place, from 0. */
export function treatmentAt(index: number): VariableRef {
  return { of: "treatment", index };
}

/** The instrument at a place, from 0. */
export function instrumentAt(index: number): VariableRef {
  return { of: "instrument", index };
}

/** The mediator at a place, from 0. */
export function mediatorAt(index: number): VariableRef {
  return { of: "mediator", index };
}

/** The target that is a variable as observed. */
export function observed(variable: VariableRef): Target {
  return { kind: "variable", variable };
}

/** `m`, or `m:robots` where there are several of that role. */
export function numberedName(role: string, names: readonly string[], index: number): string {
  return names.length === 1 ? role : `${role}:${names[index] ?? ""}`;
}

/** Predictions by nuisance's name; throws where a model asks for a nuisance that it did not declare. */
export function predictionOf(inputs: ScoreInputs, name: string): Float64Array {
  const values = inputs.predictions[name];
  if (values === undefined) throw new Error(`No predictions of nuisance ${name}.`);
  return values;
}

/** Predictions at the rows as observed and at each copy, each by row. */
export function copiesOf(inputs: ScoreInputs, name: string): readonly Float64Array[] {
  const all = predictionOf(inputs, name);
  const rows = inputs.outcome.length;
  return Array.from({ length: all.length / rows }, (_, c) => all.subarray(c * rows, (c + 1) * rows));
}

/** Predictions of rows that stand once for each fold: those by the fit of the row's own fold. */
export function ownFold(all: Float64Array, folds: Int32Array): Float64Array {
  return Float64Array.from(folds, (fold, row) => all[fold * folds.length + row] ?? NaN);
}

/** Observed less predicted. */
export function residualOf(inputs: ScoreInputs, name: string, observedValues: Float64Array | undefined): Float64Array {
  const hat = predictionOf(inputs, name);
  if (observedValues === undefined) throw new Error(`No variable for nuisance ${name}.`);
  const left = new Float64Array(observedValues.length);
  for (let i = 0; i < left.length; i++) left[i] = (observedValues[i] ?? NaN) - (hat[i] ?? NaN);
  return left;
}
