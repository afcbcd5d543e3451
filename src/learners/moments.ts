import type { Design, Group } from "../kernels/design.js";

/** Mean and standard deviation of a column over some rows; sd 0: the column is constant there, but for rounding. */
export interface Moments {
  readonly mean: number;
  readonly sd: number;
}

/** Of a design's columns, one 0/1 column a level among them. */
export interface DesignMoments {
  readonly features: readonly Moments[];
  /** By group, by level. */
  readonly levels: readonly (readonly Moments[])[];
}

const ROUNDING = 1e-12;

/** Weighted moments over the training rows, the variance divided by the sum of the weights (scikit-learn's StandardScaler). */
export function moments(design: Pick<Design, "features" | "groups">, train: Uint32Array, weights: Float64Array | null): DesignMoments {
  return {
    features: design.features.map((feature) => columnMoments(feature, train, weights)),
    levels: design.groups.map((group) => levelMoments(group, train, weights)),
  };
}

/** Mean and standard deviation of one column, in two passes. */
export function columnMoments(column: Float64Array, train: Uint32Array, weights: Float64Array | null): Moments {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < train.length; i++) {
    const row = train[i] ?? 0;
    const weight = weights?.[row] ?? 1;
    total += weight;
    sum += weight * (column[row] ?? NaN);
  }
  const mean = sum / total;
  let squares = 0;
  for (let i = 0; i < train.length; i++) {
    const row = train[i] ?? 0;
    const rest = (column[row] ?? NaN) - mean;
    squares += (weights?.[row] ?? 1) * rest * rest;
  }
  const sd = Math.sqrt(squares / total);
  return { mean, sd: sd > train.length * Number.EPSILON * Math.abs(mean) ? sd : 0 };
}

/** A level's share s of the rows is its dummy's mean, and s (1 - s) its variance. */
function levelMoments({ codes, levels }: Group, train: Uint32Array, weights: Float64Array | null): readonly Moments[] {
  const sums = new Float64Array(levels);
  let total = 0;
  for (const row of train) {
    const weight = weights?.[row] ?? 1;
    total += weight;
    sums[codes[row] ?? 0] = (sums[codes[row] ?? 0] ?? 0) + weight;
  }
  return Array.from(sums, (sum) => {
    const rest = (total - sum) / total; // of a level that all rows have, what rounding of the weights leaves
    return { mean: sum / total, sd: rest > ROUNDING ? Math.sqrt((sum / total) * rest) : 0 };
  });
}

/** A column that does not vary is centred alone. */
export function unit({ mean, sd }: Moments): Moments {
  return { mean, sd: sd > 0 ? sd : 1 };
}
