import type { Kernels } from "../../kernels/instance.js";
import type { Special } from "../../kernels/special.js";
import type { Aggregation } from "../../study/specification.js";
import type { FinalStage } from "../finalStage.js";
import type { Matrix } from "../../fit/inverse.js";
import { aggregateRepetitions, type Repeated } from "../repetitions.js";

/** How effects by group and along covariates are weighted, tested and put together; the same for all of an estimate. */
export interface HeterogeneitySetting {
  readonly kernels: Kernels;
  readonly special: Special;
  /** By row; null: none. */
  readonly weights: Float64Array | null;
  /** k x k covariance of a stage's coefficients, of the specification's kind; `rows`: those of the sample that the stage has. */
  readonly covariance: (stage: FinalStage, rows: Uint32Array) => Matrix;
  /** Quantile of the upper end of an interval, and the two-sided p of a t value. */
  readonly critical: { readonly quantile: number; readonly pValue: (t: number) => number };
  /** How several repetitions of the folds become one estimate. */
  readonly aggregate: Aggregation;
}

/** An effect in one group or at one point, or a coefficient of it. */
export interface Effect {
  readonly coef: number;
  readonly se: number;
  readonly t: number;
  readonly p: number;
  readonly ci: readonly [number, number];
}

/** Coefficients of one repetition and their covariance. */
export interface LinearFit {
  readonly coefficients: readonly number[];
  readonly covariance: Matrix;
}

/** The coefficients of a stage with their covariance. */
export function fitOf(stage: FinalStage, rows: Uint32Array, setting: HeterogeneitySetting): LinearFit {
  return { coefficients: stage.coefficients, covariance: setting.covariance(stage, rows) };
}

/** One effect of several repetitions, with its test against zero and its interval. `n`: rows, for one of the rules. */
export function effectOf(repeated: readonly Repeated[], n: number, { critical, aggregate }: HeterogeneitySetting): Effect {
  const { coef, se } = aggregateRepetitions(repeated, aggregate, n);
  const t = coef / se;
  return { coef, se, t, p: critical.pValue(t), ci: [coef - critical.quantile * se, coef + critical.quantile * se] };
}

/** b'beta and its standard error, the root of b'V b. */
export function combination({ coefficients, covariance }: LinearFit, b: readonly number[]): Repeated {
  const coef = b.reduce((sum, value, j) => sum + value * (coefficients[j] ?? NaN), 0);
  const variance = covariance.reduce((sum, row, i) => sum + (b[i] ?? NaN) * row.reduce((part, value, j) => part + value * (b[j] ?? NaN), 0), 0);
  return { coef, se: Math.sqrt(variance) };
}

/** 0 .. n-1. */
export function allRows(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
