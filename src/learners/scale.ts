import { columnCount, type Design } from "../kernels/design.js";

/** A column's mean and population variance on the training rows. */
interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** What the columns of a design are centred at and divided by; a group's 0/1 columns are never made. */
export interface ColumnScale {
  /** By feature. */
  readonly centres: Float64Array;
  readonly scales: Float64Array;
  /** By group, by level: what its column is divided by; Infinity for a level without training rows, whose column is 0 everywhere. */
  readonly levels: readonly Float64Array[];
  /** Variance over all cells of the scaled training rows, one column per level included. */
  readonly variance: number;
}

const EPSILON = 2.220446049250313e-16;

/**
 * Columns centred at their training means and, where `standardize`, divided by their population standard deviations;
 * those of constant columns are 1, as StandardScaler has them. Levels' means are shares of rows, so counting them is exact.
 */
export function columnScale(design: Design, train: Uint32Array, standardize: boolean): ColumnScale {
  const n = train.length;
  const features = design.features.map((feature) => momentsOf(feature, train));
  const levels = design.groups.map((group) => {
    const counts = new Float64Array(group.levels);
    for (const row of train) counts[group.codes[row] ?? 0] = (counts[group.codes[row] ?? 0] ?? 0) + 1;
    return Array.from(counts, (count) => ({ mean: count / n, variance: (count * (n - count)) / (n * n) }));
  });
  const scaleOf = (moments: Moments): number => (standardize && !isConstant(moments, n) ? Math.sqrt(moments.variance) : 1);
  const scaled = [...features, ...levels.flat()].map((moments) => {
    const scale = scaleOf(moments);
    return { mean: standardize ? 0 : moments.mean, variance: moments.variance / (scale * scale) };
  });
  return {
    centres: Float64Array.from(features, ({ mean }) => mean),
    scales: Float64Array.from(features, scaleOf),
    levels: levels.map((moments) => Float64Array.from(moments, (level) => (level.mean === 0 ? Infinity : scaleOf(level)))),
    variance: cellVariance(scaled, columnCount(design)),
  };
}

/** Within columns and between their means. */
function cellVariance(moments: readonly Moments[], columns: number): number {
  let total = 0;
  for (const { mean } of moments) total += mean;
  let squares = 0;
  for (const { mean, variance } of moments) squares += variance + (mean - total / columns) * (mean - total / columns);
  return squares / columns;
}

function momentsOf(values: Float64Array, rows: Uint32Array): Moments {
  let sum = 0;
  for (const row of rows) sum += values[row] ?? NaN;
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += ((values[row] ?? NaN) - mean) * ((values[row] ?? NaN) - mean);
  return { mean, variance: squares / rows.length };
}

/** Whether the variance is what rounding makes of 0. */
function isConstant({ mean, variance }: Moments, n: number): boolean {
  const rounding = n * mean * EPSILON;
  return variance <= n * EPSILON * variance + rounding * rounding;
}
