import { allRows } from "../heterogeneity/setting.js";

/** Rows with propensities of about the same size. */
export interface CalibrationBin {
  readonly n: number;
  /** Mean propensity. */
  readonly predicted: number;
  /** Share treated. */
  readonly observed: number;
}

/**
 * Mean propensity against the share treated, in tenths of the rows by propensity (ties in the order of the rows); fewer
 * bins where there are fewer than ten rows.
 */
export function calibration(propensity: Float64Array, treatment: Float64Array): readonly CalibrationBin[] {
  const order = allRows(propensity.length).sort((a, b) => (propensity[a] ?? 0) - (propensity[b] ?? 0) || a - b);
  const n = order.length;
  const bins = Math.min(10, n);
  return Array.from({ length: bins }, (_, bin) => {
    const rows = order.subarray(Math.floor((bin * n) / bins), Math.floor(((bin + 1) * n) / bins));
    const mean = (values: Float64Array): number => rows.reduce((sum, row) => sum + (values[row] ?? NaN), 0) / rows.length;
    return { n: rows.length, predicted: mean(propensity), observed: mean(treatment) };
  });
}
