/**
 * What a learner sees: numeric features, and groups that stand for one 0/1 column per level without making them.
 * Rows are those of one sample, in file order; a fold is a list of row numbers, never a copy.
 */
export interface Design {
  /** Equal for equal contents: lets a worker keep what it has prepared for a design. */
  readonly key: string;
  readonly rows: number;
  /** Each of length `rows`, finite; NaN where a value is missing, for learners of trees. */
  readonly features: readonly Float64Array[];
  readonly groups: readonly Group[];
  /** By feature: true for the square of another one. Absent: there are none. */
  readonly squares?: readonly boolean[];
}

/** A categorical column: level codes 0 .. levels-1, one a row. */
export interface Group {
  readonly codes: Int32Array;
  readonly levels: number;
}

/** Columns as a one-hot design would have them: features plus levels. */
export function columnCount(design: Design): number {
  return design.groups.reduce((sum, group) => sum + group.levels, design.features.length);
}
