import { minus } from "../../fit/residuals.js";
import type { Kernels } from "../../kernels/instance.js";
import { leastSquares } from "../../kernels/ols.js";
import { type FinalStage, finalStage } from "../finalStage.js";
import { type InstrumentalVariables, lessConstant } from "./system.js";

/**
 * Two-stage least squares with independent instruments: coefficients are the constant's (where the system has one) and
 * the treatments', in their order.
 *
 * As many instruments as treatments: sum z_i (y_i - x_i' b) = 0. More: each treatment's projection on the instruments
 * takes their place; it has an intercept even where the second stage has none, as DoubleML's PLIV (pliv.py, r-tilde).
 * `inverse` times the error variance is the homoskedastic covariance s^2 (X' P_Z X)^-1. Cost O(n Q^2).
 * Throws an EstimationError where the instruments do not move the treatments at all.
 * Source: Theil (1953); Wooldridge (2010), section 5.1.
 */
export function twoStageLeastSquares(kernels: Kernels, system: InstrumentalVariables): FinalStage {
  const { y, x, z, ones, constant } = system;
  const constants = constant ? [ones] : [];
  const instruments = z.length > x.length ? projections(kernels, system) : z;
  return finalStage(y, [...constants, ...x], [...constants, ...instruments]);
}

/** Fitted values of the regression of each treatment on the instruments and a constant: as many instruments as treatments. */
export function projections(kernels: Kernels, { x, z, ones }: InstrumentalVariables): readonly Float64Array[] {
  const problem = { columns: lessConstant(z, ones), targets: lessConstant(x, ones), intercept: false };
  const { residuals } = leastSquares(kernels, problem);
  return x.map((column, j) => minus(column, residuals[j] ?? column));
}
