import type { Kernels } from "../../kernels/instance.js";
import type { Special } from "../../kernels/special.js";
import type { Aggregation } from "../../study/specification.js";
import type { FinalStage } from "../finalStage.js";
import { inner, type Matrix, quadratic } from "../../fit/matrix.js";
import type { Critical } from "../errors/critical.js";
import type { Repeated } from "../repetitions.js";

/** How effects by group and along covariates are weighted, tested and put together; the same for all of an estimate. */
export interface HeterogeneitySetting {
  readonly kernels: Kernels;
  readonly special: Special;
  /** By row; null: none. */
  readonly weights: Float64Array | null;
  /** k x k covariance of a stage's coefficients, of the specification's kind; `rows`: those of the sample that the stage has. */
  readonly covariance: (stage: FinalStage, rows: Uint32Array) => Matrix;
  /** Of the whole sample. */
  readonly critical: Critical;
  /** Of one coefficient that rests on some rows alone. */
  readonly freedom: Freedom;
  readonly criticalOf: (freedom: number) => Critical;
  /** What the errors take to be independent, over some rows of the sample. */
  readonly independent: (rows: Uint32Array) => Independent;
  /** How several repetitions of the folds become one estimate. */
  readonly aggregate: Aggregation;
}

/** Degrees of freedom of t, by coefficient of a stage and the rows that it rests on; Infinity where quantiles are the normal's. */
export type Freedom = (stage: FinalStage, rows: Uint32Array) => (coefficient: number, own: Uint32Array) => number;

/** How many there are of what errors take to be independent. */
export interface Independent {
  readonly what: "rows" | "clusters" | "periods";
  readonly count: number;
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

/** b'beta and its standard error, the root of b'V b. */
export function combination({ coefficients, covariance }: LinearFit, b: readonly number[]): Repeated {
  return { coef: inner(b, coefficients), se: Math.sqrt(quadratic(b, covariance, b)) };
}

/** 0 .. n-1. */
export function allRows(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
