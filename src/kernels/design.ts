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
  /** By feature: true for a square or product of others. Absent: there are none. */
  readonly products?: readonly boolean[];
}

/** A categorical column: level codes 0 .. levels-1, one a row. */
export interface Group {
  readonly codes: Int32Array;
  readonly levels: number;
  /** Of an effect that is removed: each level has a coefficient on this column (finite, by row), and no constant. */
  readonly slope?: Float64Array;
}

/** Columns as a one-hot design would have them: features plus levels. */
export function columnCount(design: Design): number {
  return design.groups.reduce((sum, group) => sum + group.levels, design.features.length);
}

/** Values at some rows, in their order. */
export function valuesAt(values: Float64Array, rows: Uint32Array): Float64Array {
  const own = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) own[i] = values[rows[i] ?? 0] ?? NaN; // a plain loop: `from` takes 10 times as long
  return own;
}

/** A group's codes at some rows; levels without a row stay, empty. */
export function groupAt({ codes, levels, slope }: Group, rows: Uint32Array): Group {
  const taken = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = codes[rows[i] ?? 0] ?? 0;
  const own = { codes: taken, levels };
  return slope === undefined ? own : { ...own, slope: valuesAt(slope, rows) };
}

/** Columns that need not all be there at a time: an array, or what makes each when it is asked for. */
export interface Columns {
  readonly length: number;
  /** Column j, from 0. */
  at(j: number): Float64Array | undefined;
}

/** The numbers of all rows of a design or fold. */
export function everyRow(count: number): Uint32Array {
  const all = new Uint32Array(count);
  for (let row = 0; row < count; row++) all[row] = row; // a plain loop: `from` takes 10 times as long
  return all;
}

/** All of them at a time. */
export function allOf(columns: Columns): readonly Float64Array[] {
  return Array.from({ length: columns.length }, (_, j) => columns.at(j) ?? new Float64Array(0));
}

/** Columns one after another, as kernels read them. */
export function packColumns(columns: readonly Float64Array[], rows: number): Float64Array {
  const cells = new Float64Array(columns.length * rows);
  columns.forEach((column, j) => cells.set(column, j * rows));
  return cells;
}

/** The codes of groups one after another. */
export function packCodes(groups: readonly Group[], rows: number): Int32Array {
  const codes = new Int32Array(groups.length * rows);
  groups.forEach((group, g) => codes.set(group.codes, g * rows));
  return codes;
}

/** By level: the mean of its values, missing ones apart, weighted where there are weights; NaN for a level without. */
export function levelMeans(values: Float64Array, { codes, levels }: Group, weights: Float64Array | null): Float64Array {
  const sums = new Float64Array(levels);
  const totals = new Float64Array(levels);
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const level = codes[row] ?? 0;
    const weight = weights?.[row] ?? 1;
    sums[level] = (sums[level] ?? 0) + weight * value;
    totals[level] = (totals[level] ?? 0) + weight;
  });
  return sums.map((sum, level) => sum / (totals[level] ?? NaN));
}
