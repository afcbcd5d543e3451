import type { DeriveChoice } from "../derive/derive.js";
import type { Options, OptionValue } from "../learners/learner.js";
import type { OtherTreatments } from "../models/model.js";
import type { CurveTable } from "./curve/table.js";
import type { StudyText } from "./lines.js";
import type { OutputChoice } from "./output.js";
import type { ReadOptions } from "../panel/read.js";
import type { PostEstimation } from "./postEstimation.js";

/**
 * How fixed effects enter: as columns of the learner, removed from the data first, by the within loss, as means of the
 * controls by unit (correlated random effects; `cre-normal` adds the treatment's mean), or by differences of periods.
 */
export type Encoding = "none" | "dummies" | "within" | "wg-approx" | "effects" | "cre" | "cre-normal" | "fd";

/** DoubleML's names of the encodings that it has, too. */
export const DOUBLEML_ENCODINGS: Readonly<Record<string, Encoding>> = Object.freeze({ cre_general: "cre", cre_normal: "cre-normal", fd_exact: "fd", wg_approx: "wg-approx" });

/** Kinds of standard errors without clusters; see inference/variance.ts. */
export type RowErrors = "homoskedastic" | "hc0" | "hc1" | "hc2" | "hc3";

/** Standard errors as a study asks for them. */
export type ErrorChoice =
  | { readonly kind: RowErrors }
  | ClusterChoice
  | { readonly kind: "conley"; readonly latitude: string; readonly longitude: string; readonly cutoff: number; readonly kernel: "uniform" | "bartlett"; readonly lags: number }
  | { readonly kind: "driscoll-kraay"; readonly lags: number | null };

/** Clusters in one or more ways. */
export interface ClusterChoice {
  readonly kind: "cluster";
  readonly cluster: readonly string[];
  /** Of several ways: each term its own small-sample factor (Cameron, Gelbach and Miller), or the smallest for all. */
  readonly rule: "cgm" | "min";
  /**
   * Whether there is such a factor; or, in one way, what takes its place (inference/errors/cr2.ts, cr3.ts). by-number:
   * nobody chose, and the plan decides once it knows the sample (plan/fewUnits.ts).
   */
  readonly correction: boolean | "cr2" | "cr3" | "by-number";
}

/** How the estimates of several repetitions become one. See inference/repetitions.ts. */
export type Aggregation = "stata-median" | "stata-mean" | "doubleml" | "r";

/** Whether residuals are demeaned by the effects, so that these are removed and not left to the learner. */
export function absorbs(encode: Encoding): boolean {
  return encode === "effects" || demeans(encode);
}

/** Whether learners are fitted to demeaned data. */
export function demeans(encode: Encoding): boolean {
  return encode === "within" || encode === "wg-approx";
}

/** Whether unit means of the controls stand beside them. */
export function isCre({ encode }: Specification): boolean {
  return encode === "cre" || encode === "cre-normal";
}

/** A nuisance's source: a learner, several that are combined or chosen from, or a column that holds the predictions. */
export type NuisanceSource = LearnerSource | StackSource | TunedSource | { readonly kind: "column"; readonly column: string };

/** A learner with every parameter resolved. */
export interface LearnerSource {
  readonly kind: "learner";
  readonly name: string;
  readonly options: Options;
}

/** Several learners and how their predictions become one; see fit/stack.ts. */
export interface StackSource {
  readonly kind: "stack";
  readonly learners: readonly (LearnerSource | TunedSource)[];
  readonly type: StackType;
  readonly final: FinalEstimator;
  /** Inner folds, where there are any. */
  readonly folds: number;
}

/** short: weights from the out-of-fold predictions; pooled, regular: from inner folds, all together or fold by fold. */
export type StackType = "short" | "pooled" | "regular";

/** nnls1: least squares with weights that are not negative and sum to one. */
export type FinalEstimator = "nnls1" | "singlebest" | "average";

/** A learner whose options are chosen among those of a grid, in each fold, by inner folds. */
export interface TunedSource {
  readonly kind: "tuned";
  readonly learner: LearnerSource;
  /** By option: the values to try. */
  readonly grid: Readonly<Record<string, readonly OptionValue[]>>;
  /** So many cells of the grid, drawn at random; null: all. */
  readonly draws: number | null;
  readonly folds: number;
}

/** One estimate to be made, with every choice spelled out. Frozen plain data; part of each result. */
export interface Specification {
  /** `table.column`, unique in a study. */
  readonly id: string;
  readonly table: string;
  /** 1-based position in its table. */
  readonly column: number;
  readonly label: string;
  readonly model: string;
  readonly score: string;
  readonly outcome: string;
  readonly treatments: readonly string[];
  readonly otherTreatments: OtherTreatments;
  readonly instruments: readonly string[];
  readonly mediators: readonly string[];
  /** Of a treatment with several; null: those of the sample. The first is the reference. */
  readonly levels: readonly number[] | null;
  /** Propensities are held within [clip, 1 - clip]. */
  readonly clip: number;
  readonly normalizeIpw: boolean;
  readonly treatedShare: "sample" | "fold";
  readonly alwaysTakers: boolean;
  readonly neverTakers: boolean;
  /** Of ape, in the treatment's units; null: a fifth of its standard deviation in the sample. */
  readonly step: number | null;
  readonly shift: number | null;
  /** Of every nuisance. */
  readonly controls: readonly string[];
  /** By role: of that nuisance alone. */
  readonly extraControls: Readonly<Record<string, readonly string[]>>;
  /** 2 adds the squares of controls with more than two values. */
  readonly degree: 1 | 2;
  /** Adds the products of each two controls. */
  readonly interactions: boolean;
  readonly unit: string | null;
  readonly time: string | null;
  /** Columns, products of columns such as `zone*year`, and slopes such as `city#year`. */
  readonly fixedEffects: readonly string[];
  readonly encode: Encoding;
  /** Interactive effects: how many factors have a loading for each unit, or auto; null: none. */
  readonly factors: number | "auto" | null;
  /** By role: l, m, g. */
  readonly nuisances: Readonly<Record<string, NuisanceSource>>;
  /** Under `encode: effects`: after which rounds or stages the estimate is reported. Elsewhere `last`: there is no path. */
  readonly rounds: "extrapolated" | "last" | "stable";
  readonly folds: FoldChoice;
  readonly repetitions: number;
  readonly aggregate: Aggregation;
  readonly constant: boolean;
  /** Whether what the nuisances leave is smoothed once more, to see whether the estimate moves. See plan/twicing.ts. */
  readonly twicing: boolean;
  readonly errors: ErrorChoice;
  /** doubleml: its rule for clusters, which weighs folds and so moves the coefficient. */
  readonly convention: "doubleml" | null;
  readonly distribution: "normal" | "t";
  /** Of confidence intervals. */
  readonly level: number;
  /** Canonical text of the row filter. */
  readonly where: string | null;
  /** Columns that are changed or made on the chosen rows, in this order. */
  readonly prepare: readonly DeriveChoice[];
  /** Column of whose values each has a specification of its own. */
  readonly by: string | null;
  /** Column of observation weights. */
  readonly weights: string | null;
  /** keep: missing controls are left to the learners. */
  readonly missing: "drop" | "keep";
  readonly seed: number;
  readonly postEstimation: PostEstimation;
  /** Options that were given but have no meaning here. */
  readonly unused: readonly string[];
}

/** How tables call a nuisance's source. */
export function sourceName(source: NuisanceSource): string {
  switch (source.kind) {
    case "learner":
      return source.name;
    case "column":
      return source.column;
    case "stack":
      return "stack";
    case "tuned":
      return `${source.learner.name}, tuned`;
  }
}

/** Every control that some nuisance has. */
export function allControls({ controls, extraControls }: Specification): readonly string[] {
  return [...new Set([...controls, ...Object.values(extraControls).flat()])];
}

/** What is made of the controls and stands beside them, in words. */
export function productsOf({ degree, interactions }: Specification): readonly string[] {
  return [...(degree === 2 ? ["squares"] : []), ...(interactions ? ["interactions"] : [])];
}

/** The controls of one nuisance. */
export function controlsOf({ controls, extraControls }: Specification, role: string): readonly string[] {
  return [...new Set([...controls, ...(extraControls[role] ?? [])])];
}

/** Folds to be drawn, by row or by the values of one column, or of two as blocks; or given by a column. */
export type FoldChoice =
  | {
      readonly kind: "random";
      readonly k: number;
      /** Rows with the same value stay together; none: single rows are dealt. */
      readonly by: readonly string[];
      /** Whether each fold has its share of every level of the treatment (or instrument). */
      readonly stratify: boolean;
    }
  | { readonly kind: "column"; readonly column: string };

/** The columns that hold given predictions. */
export function givenColumns({ nuisances }: Specification): readonly string[] {
  return Object.values(nuisances).flatMap((source) => (source.kind === "column" ? [source.column] : []));
}

/** The columns that standard errors are clustered by. */
export function clustersOf({ errors }: Specification): readonly string[] {
  return errors.kind === "cluster" ? errors.cluster : [];
}

/** Descriptive statistics of some variables. */
export interface DescribeTable {
  readonly kind: "describe";
  readonly id: string;
  readonly title: string;
  /** A line of its own below the table; empty: none. */
  readonly note: string;
  readonly variables: readonly string[];
  readonly stats: readonly Statistic[];
  readonly where: string | null;
}

/** Statistics of a descriptive table. */
export type Statistic = "n" | "mean" | "p25" | "p50" | "p75" | "sd" | "min" | "max";

/** A table of estimates, one specification a column. */
export interface EstimateTable {
  readonly kind: "estimates";
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly specifications: readonly Specification[];
  /** Specifications that are one, by the values of a column. */
  readonly families: readonly { readonly by: string; readonly members: readonly string[] }[];
}

/** A multiplier bootstrap of several estimates, and the level of their joint intervals. */
export interface BootstrapSetting {
  readonly draws: number;
  readonly multiplier: "normal" | "wild" | "bayes";
  readonly level: number;
  readonly seed: number;
}

/** Estimates of other tables, judged together. */
export interface JointTable extends BootstrapSetting {
  readonly kind: "joint";
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Ids of specifications, in the order of the study. */
  readonly members: readonly string[];
  /** Whether it is tested that all are equal. */
  readonly equal: boolean;
  /** Pairs of specifications whose first effects are compared. */
  readonly differences: readonly (readonly [string, string])[];
}

/** A table of a study. */
export type Table = DescribeTable | EstimateTable | JointTable | CurveTable;

/** A study file, read and resolved. */
export interface Study {
  readonly title: string;
  /** A line that stands under every table, such as "Simulated data". */
  readonly note: string;
  readonly output: OutputChoice;
  readonly data: DataChoice;
  readonly labels: Readonly<Record<string, string>>;
  /** Columns made of others, in their order. */
  readonly derive: readonly DeriveChoice[];
  readonly tables: readonly Table[];
  /** Where its values stand in the file, for messages. */
  readonly source: StudyText;
}

/** The data file, its ids, and how it is written. */
export interface DataChoice extends ReadOptions {
  /** As written: relative to the study file. */
  readonly file: string;
  readonly unit: string | null;
  readonly time: string | null;
}
