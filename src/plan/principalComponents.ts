import type { Group } from "../kernels/design.js";
import { symmetricEigen } from "../kernels/eigen.js";

/** By unit, by period. */
export type PeriodMatrix = readonly Float64Array[];

/** The first principal components of columns of a panel, over its periods. */
export interface Components {
  /** By component, by period: orthonormal, the number of largest size positive. */
  readonly factors: readonly Float64Array[];
  /** Of the periods' cross-products, largest first, none below zero. */
  readonly eigenvalues: readonly number[];
  /** The fit by the components: by column, unit, period. */
  readonly filled: readonly PeriodMatrix[];
}

/**
 * One EM step: cells without a row hold the fit before (zero at first), then r components of all columns' units together.
 * Columns by row, one row a unit and period at most counts (the last of several). Cost O(columns units periods^2 + periods^3).
 */
export function componentsOf(columns: readonly Float64Array[], units: Group, times: Group, r: number, before: readonly PeriodMatrix[] | null): Components {
  const cells = columns.map((values, v) => {
    const matrix = Array.from({ length: units.levels }, (_, i) => before?.[v]?.[i]?.slice() ?? new Float64Array(times.levels));
    values.forEach((value, row) => ((matrix[units.codes[row] ?? 0] as Float64Array)[times.codes[row] ?? 0] = value));
    return matrix;
  });
  const { values, vectors } = symmetricEigen(crossProducts(cells.flat(), times.levels));
  const order = [...values.keys()].sort((a, b) => (values[b] ?? NaN) - (values[a] ?? NaN) || a - b);
  const factors = order.slice(0, r).map((k) => signed(Float64Array.from(vectors, (row) => row[k] ?? NaN)));
  const filled = cells.map((matrix) => matrix.map((own) => projected(own, factors)));
  return { factors, eigenvalues: order.map((k) => Math.max(values[k] ?? NaN, 0)), filled };
}

/** The sum over rows of the outer product of each. */
function crossProducts(rows: readonly Float64Array[], size: number): number[][] {
  const sums = Array.from({ length: size }, () => new Float64Array(size));
  for (const row of rows) {
    for (let s = 0; s < size; s++) {
      const [own, value] = [sums[s] as Float64Array, row[s] ?? NaN];
      for (let t = 0; t <= s; t++) own[t] = (own[t] ?? NaN) + value * (row[t] ?? NaN);
    }
  }
  return sums.map((row, s) => Array.from(row, (value, t) => (t <= s ? value : (sums[t]?.[s] ?? NaN))));
}

/** An eigenvector has no sign: the number of largest size (the first of equals) is made positive. */
function signed(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function projected(row: Float64Array, factors: readonly Float64Array[]): Float64Array {
  const fit = new Float64Array(row.length);
  for (const factor of factors) {
    const loading = row.reduce((sum, value, t) => sum + value * (factor[t] ?? NaN), 0);
    factor.forEach((value, t) => (fit[t] = (fit[t] ?? NaN) + loading * value));
  }
  return fit;
}
