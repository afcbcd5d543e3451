import { EstimationError } from "../../errors.js";
import type { Matrix } from "../../fit/matrix.js";
import { dot } from "../../fit/residuals.js";
import { clusterCovariance, requireTwo } from "./cluster.js";
import { cr2Covariance } from "./cr2.js";
import { cr3Covariance } from "./cr3.js";
import { conleyCovariance } from "./conley.js";
import { driscollKraayCovariance } from "./driscollKraay.js";
import { heteroskedastic } from "./heteroskedastic.js";
import { repairCovariance } from "./repair.js";
import type { ClusterErrors, ErrorSetting } from "./setting.js";
import type { FinalStage } from "../finalStage.js";

export type { ErrorSetting } from "./setting.js";

/**
 * Covariance of the final stage's k coefficients, k x k; each kind's file in errors/ says what it computes. Negative
 * eigenvalues, which several ways of clusters and conley can have, are set to zero.
 * Throws an EstimationError where the rows or clusters cannot carry it.
 */
export function covariance(stage: FinalStage, setting: ErrorSetting): Matrix {
  const n = stage.residuals.length;
  if (isCorrected(setting) && n <= setting.parameters) {
    throw new EstimationError("no-degrees-of-freedom", `${n} rows cannot carry ${setting.parameters} parameters and a standard error.`);
  }
  const matrix = covarianceOf(stage, setting);
  if (!mayBeIndefinite(setting)) return matrix;
  return repairCovariance(matrix, stage.influence.map((column) => dot(column, column)));
}

/** Standard errors of the k coefficients: the roots of the covariance's diagonal. */
export function standardErrors(stage: FinalStage, setting: ErrorSetting): readonly number[] {
  return covariance(stage, setting).map((row, j) => Math.sqrt(row[j] ?? NaN));
}

function covarianceOf(stage: FinalStage, setting: ErrorSetting): Matrix {
  switch (setting.kind) {
    case "cluster":
      return clustered(stage, setting);
    case "conley":
      return conleyCovariance(stage.influence, setting);
    case "driscoll-kraay":
      return driscollKraayCovariance(stage.influence, setting);
    default:
      return heteroskedastic(stage, setting);
  }
}

function clustered(stage: FinalStage, setting: ClusterErrors): Matrix {
  const { correction, clusters: [clusters, ...others] } = setting;
  if (typeof correction === "boolean") return clusterCovariance(stage.influence, setting);
  if (clusters === undefined || others.length > 0) {
    throw new EstimationError("not-defined", `${correction.kind} is for clusters in one way. Name one column, or leave \`correction\` out.`);
  }
  requireTwo([clusters]);
  return correction.kind === "cr2" ? cr2Covariance(stage, clusters, correction.crossed) : cr3Covariance(stage, clusters, correction.crossed);
}

/** Where there are sums over rows and no fit to correct for: cr2 and cr3 become the factors of cr1; all else stays. */
export function withFactors(setting: ErrorSetting): ErrorSetting {
  return setting.kind === "cluster" && typeof setting.correction === "object" ? { ...setting, correction: true } : setting;
}

/** Whether n - k is divided by, or, for hc2 and hc3, leverages must leave something. */
function isCorrected(setting: ErrorSetting): boolean {
  return "correction" in setting ? setting.correction === true : setting.kind !== "hc0";
}

/** One way of clusters and the Bartlett kernel in time give sums of squares. */
function mayBeIndefinite(setting: ErrorSetting): boolean {
  return setting.kind === "conley" || (setting.kind === "cluster" && setting.clusters.length > 1);
}
