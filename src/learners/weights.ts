import { valuesAt } from "../kernels/design.js";
import type { FitJob } from "./learner.js";

/** Observation weights by position in `train`; null: all rows weigh the same. */
export function trainWeights({ train, weights }: FitJob): Float64Array | null {
  return weights === null ? null : valuesAt(weights, train);
}

/** The mean of some values under their weights. */
export function weightedMean(values: Float64Array, weights: Float64Array | null): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, i) => {
    const weight = weights === null ? 1 : (weights[i] ?? NaN);
    sum += weight * value;
    total += weight;
  });
  return sum / total;
}

/** The mean over some rows. */
export function meanOver(values: Float64Array, rows: Uint32Array, weights: Float64Array | null): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const weight = weights?.[row] ?? 1;
    sum += weight * (values[row] ?? NaN);
    total += weight;
  }
  return sum / total;
}
