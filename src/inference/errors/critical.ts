import type { Special } from "../../kernels/special.js";
import { fewestClusters } from "./cluster.js";
import { countPeriods } from "./driscollKraay.js";
import { satterthwaite } from "./satterthwaite.js";
import type { ErrorSetting } from "./setting.js";
import type { FinalStage } from "../finalStage.js";

/** Below, clustered errors with normal quantiles are too small by more than a tenth (Cameron and Miller 2015, section VI). */
export const FEW_CLUSTERS = 20;

/** What turns standard errors into intervals and p values. */
export interface Critical {
  /** Degrees of freedom of Student's t; Infinity: the normal. */
  readonly freedom: number;
  /** Standard errors from the estimate to either limit of a confidence interval. */
  readonly quantile: number;
  /** Two-sided. */
  readonly pValue: (t: number) => number;
}

/**
 * The reference distribution of a t statistic: Student's with `freedom` degrees of freedom above 0, or, where that is
 * Infinity, the normal. `level` of the interval lies between 0 and 1.
 */
export function criticalValue(special: Special, level: number, freedom: number): Critical {
  return {
    freedom,
    quantile: special.studentQuantile((1 + level) / 2, freedom),
    pValue: (t) => 2 * special.studentTail(Math.abs(t), freedom),
  };
}

/** The t with `freedom` degrees of freedom that is exceeded as often as z > 0 of the normal: a joint critical value of normal draws, for one that is judged by t. */
export function studentOfNormal(special: Special, z: number, freedom: number): number {
  return freedom === Infinity ? z : -special.studentQuantile(special.normalTail(z), freedom);
}

/** |t| as the z of the normal that has the same p value. */
export function normalOfStudent(special: Special, t: number, freedom: number): number {
  return freedom === Infinity ? Math.abs(t) : -special.normalQuantile(special.studentTail(Math.abs(t), freedom));
}

/**
 * Degrees of freedom of t with n rows: clusters of the smallest way less one, as Stata and reghdfe; periods less one
 * with driscoll-kraay, as xtscc; else n - k.
 */
export function degreesOfFreedom(setting: ErrorSetting, rows: number): number {
  switch (setting.kind) {
    case "cluster":
      return fewestClusters(setting.clusters) - 1;
    case "driscoll-kraay":
      return countPeriods(setting.serial.periods) - 1;
    default:
      return rows - setting.parameters;
  }
}

/**
 * Degrees of freedom of one coefficient's t: with cr2 those of its own variance (`satterthwaite`), else as
 * `degreesOfFreedom`. Throws an EstimationError where cr2 is not defined.
 */
export function coefficientFreedom(stage: FinalStage, setting: ErrorSetting, coefficient: number): number {
  return ownFreedom(stage, setting)?.(coefficient) ?? degreesOfFreedom(setting, stage.residuals.length);
}

/** By coefficient: the degrees of freedom of its own variance, which cr2 has; null for other errors. */
export function ownFreedom(stage: FinalStage, setting: ErrorSetting): ((coefficient: number) => number) | null {
  if (setting.kind !== "cluster" || typeof setting.correction !== "object" || setting.correction.kind !== "cr2") return null;
  const [clusters] = setting.clusters;
  return clusters === undefined ? null : satterthwaite(stage, clusters, setting.correction.crossed);
}
