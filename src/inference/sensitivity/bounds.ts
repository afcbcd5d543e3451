import { EstimationError } from "../../errors.js";
import { aggregateRepetitions, median } from "../repetitions.js";
import { covarianceOf, type ErrorOf } from "./covariance.js";
import type { SensitivityElements } from "./elements.js";

/** An estimate, the largest bias per unit of confounding, S = sqrt(sigma2 nu2), and their covariance matrix: one repetition. */
export interface BiasEstimate {
  readonly coef: number;
  readonly maxBias: number;
  readonly variance: number;
  readonly covariance: number;
  readonly biasVariance: number;
}

/** A supposed omitted confounder. */
export interface Confounding {
  /** Share of the outcome's residual variance that it explains, 0 to 1. */
  readonly cfY: number;
  /** Share of the variance of the Riesz representer that it would add (PLR: of the treatment's residual that it explains), 0 to less than 1. */
  readonly cfD: number;
  /** Correlation of the two errors that its omission makes, -1 to 1; 1 is the worst case. */
  readonly rho: number;
}

/** A side of the bounds. */
export type Side = "lower" | "upper";

/** One bound: medians over repetitions. */
export interface Bound {
  readonly coef: number;
  readonly se: number;
  /** Its one-sided confidence limit. */
  readonly limit: number;
}

/** Both bounds under one supposed confounder, and the largest bias that it makes. */
export interface Bounds {
  readonly lower: Bound;
  readonly upper: Bound;
  readonly bias: number;
}

/**
 * S and the covariances that every bound rests on: all that needs the rows. Influence of S:
 * (sigma2 psi_nu2 + nu2 psi_sigma2) / (2 S). Cost: three calls of `errorOf`.
 */
export function biasEstimate(elements: SensitivityElements, errorOf: ErrorOf): BiasEstimate {
  const { coef, influence, sigma2, psiSigma2, nu2, psiNu2 } = elements;
  const maxBias = Math.sqrt(sigma2 * nu2);
  const psi = psiNu2.map((value, i) => (sigma2 * value + nu2 * (psiSigma2[i] ?? NaN)) / (2 * maxBias));
  const [[variance = NaN] = [], [covariance = NaN, biasVariance = NaN] = []] = covarianceOf([influence, psi], errorOf);
  return { coef, maxBias, variance, covariance, biasVariance };
}

/**
 * theta -+ |rho| C_Y C_D S, C_Y^2 = cfY, C_D^2 = cfD / (1 - cfD), with one-sided confidence limits: their `level` is
 * that of `quantile`, such as normalQuantile(level). Medians over the repetitions as DoubleML's from 0.10. Cost O(repetitions).
 * Errors are those of theta -+ C S with the covariance's own sign; DoubleML 0.11.4 has the two sides' swapped (`doublemlElements`).
 * EstimationError `confounding-out-of-range`. Source: Chernozhukov et al. (2022), NBER 30302.
 */
export function sensitivityBounds(repetitions: readonly BiasEstimate[], confounding: Confounding, quantile: number): Bounds {
  const strength = strengthOf(confounding);
  return {
    lower: boundOf(repetitions, "lower", strength, quantile),
    upper: boundOf(repetitions, "upper", strength, quantile),
    bias: strength * median(repetitions.map((one) => one.maxBias)),
  };
}

/** |rho| C_Y C_D, at least 0. */
export function strengthOf({ cfY, cfD, rho }: Confounding): number {
  if (!(cfY >= 0 && cfY <= 1 && cfD >= 0 && cfD < 1 && Math.abs(rho) <= 1)) {
    throw new EstimationError("confounding-out-of-range", `Sensitivity needs cf_y from 0 to 1, cf_d from 0 to below 1 and rho from -1 to 1, not ${cfY}, ${cfD} and ${rho}.`);
  }
  return Math.abs(rho) * Math.sqrt(cfY * (cfD / (1 - cfD)));
}

/** The bound on one side at a strength of confounding |rho| C_Y C_D. */
export function boundOf(repetitions: readonly BiasEstimate[], side: Side, strength: number, quantile: number): Bound {
  const sign = side === "lower" ? -1 : 1;
  const each = repetitions.map((one) => ({ coef: one.coef + sign * strength * one.maxBias, se: errorAt(one, sign * strength) }));
  const { coef, se } = aggregateRepetitions(each, "doubleml", 0);
  return { coef, se, limit: median(each.map((bound) => bound.coef + sign * quantile * bound.se)) };
}

/** Standard error of coef + strength S. */
function errorAt({ variance, covariance, biasVariance }: BiasEstimate, strength: number): number {
  return Math.sqrt(variance + 2 * strength * covariance + strength * strength * biasVariance);
}
