/**
 * Y - D g1 - (1 - D) g0, by row, times the root of the weight: what the outcome regression leaves (IRM, and the two
 * regressions of IIVM with the instrument for D).
 */
export function armResiduals(outcome: Float64Array, treated: Float64Array, arms: Arms, weights: Float64Array | null): Float64Array {
  return outcome.map((y, i) => {
    const left = y - ((treated[i] === 1 ? arms.g1[i] : arms.g0[i]) ?? NaN);
    return weights === null ? left : left * Math.sqrt(weights[i] ?? NaN);
  });
}

/** Predictions of the outcome without and with treatment, by row. */
export interface Arms {
  readonly g0: Float64Array;
  readonly g1: Float64Array;
}
