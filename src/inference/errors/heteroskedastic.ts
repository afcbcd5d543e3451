import { EstimationError } from "../../errors.js";
import { type Matrix, scaled } from "../../fit/matrix.js";
import { crossProducts, dot } from "../../fit/residuals.js";
import type { FinalStage } from "../finalStage.js";
import type { HeteroskedasticErrors } from "./setting.js";

/**
 * Covariance of the coefficients where rows are independent. homoskedastic: RSS / (n - k) times `inverse`;
 * hc0: White (1980); hc1: times n / (n - k); hc2, hc3: MacKinnon and White (1985), each residual over the root of
 * 1 - leverage, or over 1 - leverage. Throws an EstimationError where a leverage of 1 leaves nothing to divide by.
 * Cost O(n k^2).
 */
export function heteroskedastic(stage: FinalStage, { kind, parameters }: HeteroskedasticErrors): Matrix {
  const { influence, residuals, inverse, leverage } = stage;
  const n = residuals.length;
  switch (kind) {
    case "homoskedastic":
      return scaled(inverse, dot(residuals, residuals) / (n - parameters));
    case "hc0":
      return crossProducts(influence, influence);
    case "hc1":
      return scaled(crossProducts(influence, influence), n / (n - parameters));
    case "hc2":
      return weighted(influence, leverage().map((h) => 1 / Math.sqrt(remaining(h))));
    case "hc3":
      return weighted(influence, leverage().map((h) => 1 / remaining(h)));
  }
}

function weighted(influence: readonly Float64Array[], factors: Float64Array): Matrix {
  const columns = influence.map((column) => column.map((value, i) => value * (factors[i] ?? NaN)));
  return crossProducts(columns, columns);
}

/** What rounding leaves of 1 - 1. */
const NOTHING_LEFT = 1e-12;

/** 1 - leverage. */
function remaining(leverage: number): number {
  if (1 - leverage > NOTHING_LEFT) return 1 - leverage;
  throw new EstimationError("full-leverage", "One row alone decides a coefficient (its leverage is 1), so hc2 and hc3 are not defined. Use hc1 or clusters, or leave the row out.");
}
