import type { Options } from "../learners/learner.js";
import type { StudyText } from "./lines.js";

/** How fixed effects enter: as columns of the learner, removed from the data first, or by the within loss. */
export type Encoding = "none" | "dummies" | "within" | "effects";

/** Kinds of standard errors; see inference/variance.ts. */
export type ErrorKind = "homoskedastic" | "hc0" | "hc1" | "hc2" | "hc3" | "cluster";

/** How the estimates of several repetitions become one. See inference/repetitions.ts. */
export type Aggregation = "stata-median" | "stata-mean" | "doubleml" | "r";

/** A nuisance's source: a learner with every parameter resolved, or a column that holds the predictions. */
export type NuisanceSource =
  | { readonly kind: "learner"; readonly name: string; readonly options: Options }
  | { readonly kind: "column"; readonly column: string };

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
  readonly treatment: string;
  readonly controls: readonly string[];
  /** 2 adds the squares of controls with more than two values. */
  readonly degree: 1 | 2;
  readonly unit: string | null;
  readonly time: string | null;
  /** Columns or products of columns, such as `zone*year`. */
  readonly fixedEffects: readonly string[];
  readonly encode: Encoding;
  /** By role: l, m, g. */
  readonly nuisances: Readonly<Record<string, NuisanceSource>>;
  readonly folds: FoldChoice;
  readonly repetitions: number;
  readonly aggregate: Aggregation;
  readonly constant: boolean;
  readonly errors: { readonly kind: ErrorKind; readonly cluster: string | null };
  readonly distribution: "normal" | "t";
  /** Of confidence intervals. */
  readonly level: number;
  /** Canonical text of the row filter. */
  readonly where: string | null;
  readonly missing: "drop";
  readonly seed: number;
  /** Options that were given but have no meaning here. */
  readonly unused: readonly string[];
}

/** Folds to be drawn, by row or by the values of a column, or given by a column. */
export type FoldChoice =
  | { readonly kind: "random"; readonly k: number; readonly by: "row" | "column"; readonly column: string | null }
  | { readonly kind: "column"; readonly column: string };

/** Descriptive statistics of some variables. */
export interface DescribeTable {
  readonly kind: "describe";
  readonly id: string;
  readonly title: string;
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
  readonly specifications: readonly Specification[];
}

/** A table of a study. */
export type Table = DescribeTable | EstimateTable;

/** A study file, read and resolved. */
export interface Study {
  readonly title: string;
  /** A line that stands under every table, such as "Simulated data". */
  readonly note: string;
  readonly data: DataChoice;
  readonly labels: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
  /** Where its values stand in the file, for messages. */
  readonly source: StudyText;
}

/** The data file, its ids, and how it is written. */
export interface DataChoice {
  /** As written: relative to the study file. */
  readonly file: string;
  readonly unit: string | null;
  readonly time: string | null;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly decimal?: string;
  readonly missing?: readonly string[];
}
