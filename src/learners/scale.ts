import { columnCount, type Design } from "../kernels/design.js";
import { moments, type Moments } from "./moments.js";

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

/**
 * Columns centred at their training means and, where `standardize`, divided by their population standard deviations;
 * those of constant columns are 1, as StandardScaler has them. Levels' means are shares of rows, so counting them is exact.
 */
export function columnScale(design: Design, train: Uint32Array, standardize: boolean): ColumnScale {
  const { features, levels } = moments(design, train, null);
  const scaleOf = ({ sd }: Moments): number => (standardize && sd > 0 ? sd : 1);
  const scaled = [...features, ...levels.flat()].map((own) => {
    const sd = own.sd / scaleOf(own);
    return { mean: standardize ? 0 : own.mean, variance: sd * sd };
  });
  return {
    centres: Float64Array.from(features, ({ mean }) => mean),
    scales: Float64Array.from(features, scaleOf),
    levels: levels.map((group) => Float64Array.from(group, (level) => (level.mean === 0 ? Infinity : scaleOf(level)))),
    variance: cellVariance(scaled, columnCount(design)),
  };
}

/** Within columns and between their means. */
function cellVariance(cells: readonly { readonly mean: number; readonly variance: number }[], columns: number): number {
  let total = 0;
  for (const { mean } of cells) total += mean;
  let squares = 0;
  for (const { mean, variance } of cells) squares += variance + (mean - total / columns) * (mean - total / columns);
  return squares / columns;
}
