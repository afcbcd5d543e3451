import type { Assignment, EffectWeights } from "./riesz.js";
import { estimatedMean } from "./estimatedMean.js";

/** Whose mean effect: everyone's, that of the treated, that of the untreated. */
export type EffectScore = "ATE" | "ATTE" | "ATU";

/**
 * Effect weights of IRM: w = 1; D / p and m / p; (1 - D) / (1 - p) and (1 - m) / (1 - p); p the share of treated.
 * weights: of the observations, by row; null: all 1.
 * Source: Chernozhukov et al. (2018), Econometrics Journal 21, equations 5.3 and 5.4.
 */
export function effectWeights(score: EffectScore, { treated, propensity }: Assignment, weights: Float64Array | null): EffectWeights {
  if (score === "ATE") {
    const ones = new Float64Array(treated.length).fill(1);
    return { given: ones, expected: ones };
  }
  const chosen = (share: number): number => (score === "ATTE" ? share : 1 - share);
  const given = treated.map(chosen);
  const { mean } = estimatedMean(given.map((value, i) => value * (weights === null ? 1 : (weights[i] ?? NaN))), weights);
  return { given: given.map((value) => value / mean), expected: propensity.map((m) => chosen(m) / mean) };
}

/**
 * Y - D g1 - (1 - D) g0, by row, times the root of the weight: what the outcome regression leaves (IRM, and the two
 * regressions of IIVM with the instrument for D). For APO, D says whether the level was given, g1 is its regression and
 * g0 that of all other levels, from level and controls.
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
