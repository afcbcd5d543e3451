import { crossProducts, dot } from "../../fit/residuals.js";
import type { Special } from "../../kernels/special.js";
import { inner, type Matrix } from "../../fit/matrix.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { momentCovariance, uncorrected } from "./moments.js";
import { cholesky, choleskySolve, forward, wald } from "../matrices/cholesky.js";
import { type InstrumentalVariables, withoutConstant } from "./system.js";

/** Whether the instruments agree on the effects: chi-square with Q - J degrees of freedom. */
export interface Overidentification {
  /** Sargan's statistic with homoskedastic errors, Hansen's J with all others. */
  readonly test: "sargan" | "hansen";
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

/**
 * Sargan (1958): n e'P_Z e / e'e, e the two-stage residuals. Hansen (1982): the minimum of g'S^-1 g, g = sum z (u - w theta),
 * S the uncentred covariance of the setting's kind at the two-stage estimate, without small-sample factor: two-step GMM,
 * as Stata's ivreg2 and `estat overid` after gmm, and linearmodels' IVGMM.
 * `residuals` are those of `twoStageLeastSquares`. Null where there are as many instruments as treatments, or where S is
 * singular (fewer clusters than instruments). Cost O(n Q^2).
 */
export function overidentification(
  system: InstrumentalVariables, residuals: Float64Array, setting: ErrorSetting, special: Special,
): Overidentification | null {
  const { y, x, z } = withoutConstant(system);
  const df = z.length - x.length;
  if (df === 0) return null;
  const n = y.length;
  const homoskedastic = setting.kind === "homoskedastic";
  const statistic = homoskedastic
    ? (n * (wald(crossProducts(z, z), momentsOf(z, residuals)) ?? NaN)) / dot(residuals, residuals)
    : smallestDistance(y, x, z, momentCovariance(z, [residuals], uncorrected(setting)));
  if (Number.isNaN(statistic)) return null;
  return { test: homoskedastic ? "sargan" : "hansen", statistic, df, p: special.chiSquareTail(statistic, df) };
}

/** The minimum over b of (Z'y - Z'X b)' S^-1 (Z'y - Z'X b): least squares in coordinates in which S is the identity; NaN where S is singular. */
function smallestDistance(y: Float64Array, x: readonly Float64Array[], z: readonly Float64Array[], s: Matrix): number {
  const l = cholesky(s);
  if (l === null) return NaN;
  const target = forward(l, momentsOf(z, y));
  const columns = x.map((column) => forward(l, momentsOf(z, column)));
  const normal = cholesky(columns.map((a) => columns.map((b) => inner(a, b))));
  if (normal === null) return NaN;
  const b = choleskySolve(normal, columns.map((column) => inner(column, target)));
  const left = target.map((value, q) => value - columns.reduce((sum, column, j) => sum + (b[j] ?? NaN) * (column[q] ?? NaN), 0));
  return inner(left, left);
}

function momentsOf(z: readonly Float64Array[], e: Float64Array): readonly number[] {
  return z.map((column) => dot(column, e));
}
