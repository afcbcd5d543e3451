import { inverseOf } from "../../fit/inverse.js";
import { type Matrix, quadratic, times } from "../../fit/matrix.js";
import type { Special } from "../../kernels/special.js";
import { median } from "../repetitions.js";
import type { LinearFit } from "./setting.js";

/** A test that several combinations of coefficients are zero. */
export interface WaldTest {
  /** Chi-square; the median over repetitions of the folds. */
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

/**
 * Wald test of R beta = 0, R by row: (R beta)' (R V R')^-1 R beta, chi-square with as many degrees of freedom as R has rows.
 * Null where there is nothing to test or R V R' cannot be inverted, as with fewer clusters than restrictions.
 */
export function waldTest(fits: readonly LinearFit[], restrictions: Matrix, special: Special): WaldTest | null {
  const df = restrictions.length;
  const statistics = fits.map((fit) => statisticOf(fit, restrictions));
  if (df === 0 || statistics.some(Number.isNaN)) return null;
  const statistic = median(statistics);
  return { statistic, df, p: special.chiSquareTail(statistic, df) };
}

function statisticOf({ coefficients, covariance }: LinearFit, restrictions: Matrix): number {
  const distance = times(restrictions, coefficients);
  const spread = restrictions.map((a) => restrictions.map((b) => quadratic(a, covariance, b)));
  const errors = spread.map((row, j) => Math.sqrt(row[j] ?? NaN));
  const inverse = inverseOf(spread, errors, errors);
  return inverse === null ? NaN : quadratic(distance, inverse, distance);
}
