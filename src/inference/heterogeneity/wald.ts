import { inverseOf } from "../../fit/inverse.js";
import { type Matrix, quadratic, times } from "../../fit/matrix.js";
import { median } from "../repetitions.js";
import type { HeterogeneitySetting, LinearFit } from "./setting.js";

/** A test that several combinations of coefficients are zero. */
export interface WaldTest {
  /** Chi-square; the median over repetitions of the folds. */
  readonly statistic: number;
  readonly df: number;
  /** Degrees of freedom of the t that the row's intervals rest on: p is that of statistic / df, F(df, freedom); null: chi-square's. */
  readonly freedom: number | null;
  readonly p: number;
}

/**
 * Wald test of R beta = 0, R by row: (R beta)' (R V R')^-1 R beta, chi-square with as many degrees of freedom as R has rows,
 * or F where single coefficients are judged by t, so that p of one restriction is that of its t.
 * Null where there is nothing to test or R V R' cannot be inverted, as with fewer clusters than restrictions.
 */
export function waldTest(fits: readonly LinearFit[], restrictions: Matrix, { special, critical: { freedom } }: Pick<HeterogeneitySetting, "special" | "critical">): WaldTest | null {
  const df = restrictions.length;
  const statistics = fits.map((fit) => statisticOf(fit, restrictions));
  if (df === 0 || statistics.some(Number.isNaN)) return null;
  const statistic = median(statistics);
  if (freedom === Infinity) return { statistic, df, freedom: null, p: special.chiSquareTail(statistic, df) };
  return { statistic, df, freedom, p: special.fTail(statistic / df, df, freedom) };
}

function statisticOf({ coefficients, covariance }: LinearFit, restrictions: Matrix): number {
  const distance = times(restrictions, coefficients);
  const spread = restrictions.map((a) => restrictions.map((b) => quadratic(a, covariance, b)));
  const errors = spread.map((row, j) => Math.sqrt(row[j] ?? NaN));
  const inverse = inverseOf(spread, errors, errors);
  return inverse === null ? NaN : quadratic(distance, inverse, distance);
}
