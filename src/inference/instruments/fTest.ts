import type { Special } from "../../kernels/special.js";
import { degreesOfFreedom } from "../errors/critical.js";
import type { FinalStage } from "../finalStage.js";
import { covariance, type ErrorSetting } from "../errors/covariance.js";
import { wald } from "../matrices/cholesky.js";

/** An F statistic with its degrees of freedom and p value. */
export interface FTest {
  readonly f: number;
  readonly df1: number;
  readonly df2: number;
  readonly p: number;
}

/**
 * Whether the last `count` coefficients are all zero: their Wald statistic over `df1`, by the covariance of the
 * setting's kind; df2 by `degreesOfFreedom`: n - k, or clusters less one. NaN where that covariance is singular (fewer clusters than coefficients).
 */
export function fTest(stage: FinalStage, count: number, df1: number, setting: ErrorSetting, special: Special): FTest {
  const own = covariance(stage, setting).slice(-count).map((row) => row.slice(-count));
  const statistic = wald(own, stage.coefficients.slice(-count)) ?? NaN;
  const df2 = degreesOfFreedom(setting, stage.residuals.length);
  return { f: statistic / df1, df1, df2, p: special.fTail(statistic / df1, df1, df2) };
}
