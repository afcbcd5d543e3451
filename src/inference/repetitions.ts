import type { Aggregation } from "../study/specification.js";
import type { Critical } from "./errors/critical.js";

/** One repetition's estimate and standard error. */
export interface Repeated {
  readonly coef: number;
  readonly se: number;
}

/** An effect with its test against zero and its interval. */
export interface Effect {
  readonly coef: number;
  readonly se: number;
  readonly t: number;
  readonly p: number;
  readonly ci: readonly [number, number];
}

/** An effect and what it is called. */
export interface NamedEffect extends Effect {
  readonly name: string;
}

/** One effect of several repetitions. `n`: rows, for one of the rules. */
export function effectOf(repeated: readonly Repeated[], rule: Aggregation, n: number, { quantile, pValue }: Critical): Effect {
  const { coef, se } = aggregateRepetitions(repeated, rule, n);
  const t = coef / se;
  return { coef, se, t, p: pValue(t), ci: [coef - quantile * se, coef + quantile * se] };
}

const DOUBLEML_QUANTILE = 1.96;

/**
 * Makes one estimate of several repetitions.
 * stata-median: Chernozhukov et al. (2018), definition 3.3: median; V = median(V_m + (t_m - t)^2), as Stata's ddml.
 * stata-mean: mean; V the harmonic mean of V_m + (t_m - t)^2.
 * r: DoubleML for R: se = sqrt(median(n se_m^2 + (t_m - t)^2) / n).
 * doubleml: DoubleML for Python from 0.10: se = (median(t_m + 1.96 se_m) - t) / 1.96, whatever the level of intervals.
 */
export function aggregateRepetitions(repeated: readonly Repeated[], rule: Aggregation, n: number): Repeated {
  const [only] = repeated;
  if (only !== undefined && repeated.length === 1) return only;
  const coef = rule === "stata-mean" ? mean(repeated.map((one) => one.coef)) : median(repeated.map((one) => one.coef));
  const spread = repeated.map((one) => (one.coef - coef) * (one.coef - coef));
  const variances = repeated.map((one) => one.se * one.se);
  switch (rule) {
    case "stata-median":
      return { coef, se: Math.sqrt(median(variances.map((v, m) => v + (spread[m] ?? NaN)))) };
    case "stata-mean":
      return { coef, se: Math.sqrt(repeated.length / sum(variances.map((v, m) => 1 / (v + (spread[m] ?? NaN))))) };
    case "r":
      return { coef, se: Math.sqrt(median(variances.map((v, m) => n * v + (spread[m] ?? NaN))) / n) };
    case "doubleml":
      return { coef, se: (median(repeated.map((one) => one.coef + DOUBLEML_QUANTILE * one.se)) - coef) / DOUBLEML_QUANTILE };
  }
}

/** Middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
