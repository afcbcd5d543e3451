/**
 * What a specification curve leaves: one row a specification, in the curve's order, as column arrays, and each
 * specification's influence summed by cluster. 100,000 specifications of eight dimensions are some ten megabytes.
 */

import type { CurveDimension } from "../study/curve/table.js";

export { type ChoiceGroup, type CurveDimension, OTHER } from "../study/curve/table.js";

/** The rows of a curve. Arrays have one entry a specification. */
export interface CurveRows {
  readonly dimensions: readonly CurveDimension[];
  readonly size: number;
  /** 0-based number of the preferred specification; null: none was named. */
  readonly preferred: number | null;
  /** `size` x dimensions, row by row: the option's index, or `OTHER`. */
  readonly choices: Uint16Array;
  /** The first effect. NaN where it could not be estimated; the same holds for what follows. */
  readonly theta: Float64Array;
  readonly se: Float64Array;
  /** Ends of the interval at the specification's own level. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly p: Float64Array;
  /** Rows of its sample. */
  readonly n: Float64Array;
  /** Clusters of its errors; NaN where they have none. */
  readonly clusters: Float64Array;
  /** Code of the reason why there is no estimate; null: there is one. A row that was not run has the code `not-run`. */
  readonly error: readonly (string | null)[];
  /** Number of its warnings; 255 stands for 255 or more. */
  readonly warned: Uint8Array;
}

/** A specification's influence on its estimate, summed by cluster. */
export interface ClusterScores {
  /** Codes of the clusters, ascending; one list for all specifications of a curve. */
  readonly clusters: Int32Array;
  /** One value a cluster, their sum zero up to rounding; 0 where it has no row, and everywhere where it has no estimate. */
  readonly values: Float64Array;
}

/**
 * The scores of a curve over one list of clusters, that of the preferred specification's errors (else the unit, else
 * groups of rows). A specification's values are scaled so that their sum of squares is the square of its standard error,
 * small-sample factors included, whatever the kind of its errors.
 */
export interface CurveScores {
  /** What the clusters are: a column, or `row groups`. */
  readonly by: string;
  /** Label of each cluster, by code. */
  readonly labels: readonly string[];
  /** Of a specification, 0-based. */
  scores(i: number): ClusterScores;
}
