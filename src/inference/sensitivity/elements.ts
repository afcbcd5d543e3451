import type { FinalStage } from "../finalStage.js";
import type { Riesz } from "./riesz.js";
import { estimatedMean } from "./estimatedMean.js";

/** An estimate and what it leaves of the outcome. */
export interface Regression {
  readonly coef: number;
  /** By row: estimate minus truth is about the sum over rows. */
  readonly influence: Float64Array;
  /** Outcome minus its prediction, in which the treatment has its part, by row, times the root of the weight. */
  readonly residuals: Float64Array;
}

/**
 * What the bias from omitted variables rests on: it is at most |rho| C_Y C_D sqrt(sigma2 nu2).
 * The two psi are influences by row, on the scale of `influence`: each sums to zero, and the sum of squares is the HC0
 * variance of its element.
 * Source: Chernozhukov, Cinelli, Newey, Sharma, Syrgkanis (2022), Long story short: omitted variable
 * bias in causal machine learning, NBER working paper 30302.
 */
export interface SensitivityElements {
  readonly coef: number;
  readonly influence: Float64Array;
  /** E[(Y - g(D, X))^2], in squared units of the outcome. */
  readonly sigma2: number;
  readonly psiSigma2: Float64Array;
  /** E[alpha^2], alpha the Riesz representer, in squared units of one over the treatment. */
  readonly nu2: number;
  readonly psiNu2: Float64Array;
}

/** The last coefficient of a final stage: the effect. */
export function regressionOf(stage: FinalStage): Regression {
  const influence = stage.influence.at(-1);
  if (influence === undefined) throw new Error("A final stage has one coefficient at least.");
  return { coef: stage.coefficients.at(-1) ?? NaN, influence, residuals: stage.residuals };
}

/**
 * The elements of one repetition. That sigma2 rests on theta too moves it by -2 E[e D] a unit of theta, which is 0: by
 * construction for partialling-out, at the truth for iv-type. weights: of the observations, by row; null: all 1. Cost O(n).
 */
export function elementsOf({ coef, influence, residuals }: Regression, { nu2, psiNu2 }: Riesz, weights: Float64Array | null): SensitivityElements {
  const squares = estimatedMean(residuals.map((value) => value * value), weights);
  return { coef, influence, sigma2: squares.mean, psiSigma2: squares.influence, nu2, psiNu2 };
}
