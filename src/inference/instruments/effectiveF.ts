import { crossProducts, dot } from "../../fit/residuals.js";
import type { Special } from "../../kernels/special.js";
import type { FinalStage } from "../finalStage.js";
import { inner, type Matrix } from "../../fit/matrix.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { momentCovariance } from "./moments.js";
import { noncentralChiSquareQuantile } from "./quantiles.js";
import { cholesky, forward, largestEigenvalue, trace, whitened } from "../matrices/cholesky.js";

/** The effective F of one treatment and what it is to exceed. */
export interface EffectiveF {
  readonly f: number;
  /** Effective degrees of freedom, between 1 and the number of instruments, at a bias of 10 %. */
  readonly df: number;
  /** Critical values at 5 %: above, the worst bias is less than so much of the worst case's. */
  readonly critical: readonly { readonly bias: number; readonly value: number }[];
}

/** Worst-case biases (tau) for which critical values are given; the second is the one that Montiel Olea and Pflueger use. */
const BIASES = [0.05, 0.1];

/**
 * The first-stage F that holds with errors of any kind: w' P_Z w / tr((Z'Z)^-1/2 S (Z'Z)^-1/2), S the covariance of
 * sum z e of the setting's kind. Critical values are the simplified, conservative ones, which hold for any outcome
 * equation: upper 5 % points of chi-square(K, K / tau) / K, K the effective degrees of freedom (23.1 for one instrument and 10 %).
 * Source: Montiel Olea and Pflueger (2013), Journal of Business and Economic Statistics 31, section 4 and theorem 1.
 */
export function effectiveF(
  stage: FinalStage, treatment: Float64Array, z: readonly Float64Array[], setting: ErrorSetting, special: Special,
): EffectiveF {
  const l = cholesky(crossProducts(z, z));
  if (l === null) throw new Error("Instruments are independent here.");
  const half = forward(l, z.map((column) => dot(column, treatment)));
  const w = whitened(l, momentCovariance(z, [stage.residuals], setting));
  const critical = BIASES.map((bias) => {
    const df = effectiveDegrees(w, 1 / bias);
    return { bias, value: noncentralChiSquareQuantile(0.05, df, df / bias, special) / df };
  });
  return { f: inner(half, half) / trace(w), df: effectiveDegrees(w, 10), critical };
}

/** tr(W)^2 (1 + 2 x) / (tr(W'W) + 2 x tr(W) max eigenvalue of W), x = 1 / tau. */
function effectiveDegrees(w: Matrix, x: number): number {
  const all = trace(w);
  const squares = w.reduce((sum, row) => sum + inner(row, row), 0);
  return (all * all * (1 + 2 * x)) / (squares + 2 * x * all * largestEigenvalue(w));
}
