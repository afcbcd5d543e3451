import { finalStage } from "../finalStage.js";
import { estimatedMean } from "./estimatedMean.js";

/** The mean square of a Riesz representer: how far the estimate leans on single rows. */
export interface Riesz {
  /** E[alpha^2], more than 0. */
  readonly nu2: number;
  /** Its influence, by row; sums to zero. */
  readonly psiNu2: Float64Array;
  /** False where the orthogonal estimate 2 E[m(W, alpha)] - E[alpha^2] was not positive, and the plain mean square stands in. */
  readonly orthogonal: boolean;
}

/**
 * Of the last coefficient of a linear final stage: alpha = V / E[V^2], nu2 = 1 / E[V^2], V what the other columns leave
 * of the last. Serves PLR, and with an instrument's residual for V both regressions on the instrument.
 * columns: as the final stage has them as z, times the root of the weight; the treatment's last, a constant (if any)
 * first. weights: by row; null: all 1. Cost O(n k^2). EstimationError where nothing is left of the treatment.
 */
export function linearRiesz(columns: readonly Float64Array[], weights: Float64Array | null): Riesz {
  const { mean, influence } = estimatedMean(lastLeft(columns).map((value) => value * value), weights);
  return { nu2: 1 / mean, psiNu2: influence.map((value) => -value / (mean * mean)), orthogonal: true };
}

/**
 * The same under `effects`, where E[V D] estimates E[V^2]: an undersmoothed m leaves noise in v, which E[v^2] would count.
 * v: the treatment's residual, d: the treatment, or its residual by partialling-out, both less the effects and times the root of the weight.
 */
export function undersmoothedRiesz(v: Float64Array, d: Float64Array, weights: Float64Array | null): Riesz {
  const { mean, influence } = estimatedMean(v.map((value, i) => value * (d[i] ?? NaN)), weights);
  return mean > 0 ? { nu2: 1 / mean, psiNu2: influence.map((value) => -value / (mean * mean)), orthogonal: true } : linearRiesz([v], weights);
}

function lastLeft(columns: readonly Float64Array[]): Float64Array {
  const others = columns.slice(0, -1);
  const last = columns.at(-1) ?? new Float64Array();
  return others.length === 0 ? last : finalStage(last, others, others).residuals;
}

/** Of whom an effect is the mean: effect weights and their expectation given the controls, by row, both over the mean of the first. */
export interface EffectWeights {
  readonly given: Float64Array;
  readonly expected: Float64Array;
}

/** A binary treatment and its probability, by row. */
export interface Assignment {
  /** 0 or 1. */
  readonly treated: Float64Array;
  /** Strictly between 0 and 1: clipped and, where asked for, normalised. */
  readonly propensity: Float64Array;
}

/**
 * Of a mean of effects (IRM): alpha = w-bar (D / m - (1 - D) / (1 - m)), m(W, alpha) = w w-bar (1 / m + 1 / (1 - m)).
 * weights: of the observations, by row; null: all 1. Cost O(n).
 */
export function effectRiesz({ treated, propensity }: Assignment, effect: EffectWeights, weights: Float64Array | null): Riesz {
  const alpha = propensity.map((m, i) => (effect.expected[i] ?? NaN) * (treated[i] === 1 ? 1 / m : -1 / (1 - m)));
  const moment = propensity.map((m, i) => (effect.given[i] ?? NaN) * (effect.expected[i] ?? NaN) * (1 / m + 1 / (1 - m)));
  return orthogonalRiesz(alpha, moment, effect.given, weights);
}

/**
 * nu2 = mean(2 m(W, alpha) - alpha^2), or mean(alpha^2) where that is not positive. Both hold the square of the mean of
 * the effect weights below: as it is estimated too, -2 nu2 (w - 1) belongs to the influence.
 */
function orthogonalRiesz(alpha: Float64Array, moment: Float64Array, given: Float64Array, weights: Float64Array | null): Riesz {
  const weigh = (value: number, i: number): number => value * (weights === null ? 1 : (weights[i] ?? NaN));
  const debiased = estimatedMean(moment.map((value, i) => weigh(2 * value - (alpha[i] ?? NaN) * (alpha[i] ?? NaN), i)), weights);
  const orthogonal = debiased.mean > 0;
  const { mean, influence } = orthogonal ? debiased : estimatedMean(alpha.map((value, i) => weigh(value * value, i)), weights);
  const share = estimatedMean(given.map(weigh), weights).influence;
  return { nu2: mean, psiNu2: influence.map((value, i) => value - 2 * mean * (share[i] ?? NaN)), orthogonal };
}
