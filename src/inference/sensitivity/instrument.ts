import { inner, type Matrix, quadratic } from "../../fit/matrix.js";
import type { Strength } from "./benchmark.js";
import type { BiasEstimate } from "./bounds.js";
import { covarianceOf, type ErrorOf } from "./covariance.js";
import type { Regression } from "./elements.js";
import type { Riesz } from "./riesz.js";
import { estimatedMean } from "./estimatedMean.js";

/**
 * The reduced form (outcome on instrument) and the first stage (treatment on instrument) of one repetition, from which
 * the regression of any outcome b_Y Y + b_D D on the instrument follows with its bias: all that needs the rows.
 */
export interface InstrumentEstimate {
  /** Of the reduced form and the first stage. */
  readonly coefficients: readonly [number, number];
  /** E[e_Y^2], E[e_Y e_D], E[e_D^2] of their residuals. */
  readonly sigma: readonly [number, number, number];
  readonly nu2: number;
  /** Of coefficients, sigma and nu2, in this order: 6 x 6. */
  readonly covariance: Matrix;
}

/**
 * PLIV: both are regressions on the instrument's residual, riesz is `linearRiesz` of it.
 * IIVM: both are mean effects of the instrument, riesz is `effectRiesz` with the instrument for the treatment, residuals
 * are `armResiduals`. weights: of the observations, by row; null: all 1. Cost: 21 calls of `errorOf`.
 * Source: Cinelli and Hazlett (2025), An omitted variable bias framework for sensitivity analysis of instrumental
 * variables, Biometrika, with the bias of Chernozhukov et al. (2022) in place of least squares'.
 */
export function instrumentEstimate(reducedForm: Regression, firstStage: Regression, riesz: Riesz, weights: Float64Array | null, errorOf: ErrorOf): InstrumentEstimate {
  const product = (a: Regression, b: Regression): Float64Array => a.residuals.map((value, i) => value * (b.residuals[i] ?? NaN));
  const yy = estimatedMean(product(reducedForm, reducedForm), weights);
  const yd = estimatedMean(product(reducedForm, firstStage), weights);
  const dd = estimatedMean(product(firstStage, firstStage), weights);
  const influences = [reducedForm.influence, firstStage.influence, yy.influence, yd.influence, dd.influence, riesz.psiNu2];
  return {
    coefficients: [reducedForm.coef, firstStage.coef],
    sigma: [yy.mean, yd.mean, dd.mean],
    nu2: riesz.nu2,
    covariance: covarianceOf(influences, errorOf),
  };
}

/** An outcome b_Y Y + b_D D; Y - theta D is (1, -theta). */
export type Outcome = readonly [number, number];

/** An outcome's regression on the instrument, as a benchmark needs it. */
export function strengthOn({ coefficients, sigma, nu2 }: InstrumentEstimate, [y, d]: Outcome): Strength {
  return { coef: inner([y, d], coefficients), sigma2: inner([y * y, 2 * y * d, d * d], sigma), nu2 };
}

/** The regression of an outcome on the instrument, with its largest bias, as `biasEstimate` gives it from the rows. */
export function onInstrument(estimate: InstrumentEstimate, outcome: Outcome): BiasEstimate {
  const { nu2, covariance } = estimate;
  const [y, d] = outcome;
  const squares = [y * y, 2 * y * d, d * d];
  const { coef: ofInstrument, sigma2 } = strengthOn(estimate, outcome);
  const maxBias = Math.sqrt(sigma2 * nu2);
  const coef = [y, d, 0, 0, 0, 0];
  const bias = [0, 0, ...squares.map((value) => (nu2 * value) / (2 * maxBias)), sigma2 / (2 * maxBias)];
  return {
    coef: ofInstrument, maxBias,
    variance: quadratic(coef, covariance, coef), covariance: quadratic(coef, covariance, bias), biasVariance: quadratic(bias, covariance, bias),
  };
}
