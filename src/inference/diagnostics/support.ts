import { dot } from "../../fit/residuals.js";
import { largest } from "../quantile.js";

/** What in the treatment an estimate rests on once the nuisances are taken out. */
export interface TreatmentSupport {
  /** Share of the sum of squared residuals that the hundredth of rows with the largest holds; .08 for normal residuals. */
  readonly topShare: number;
  /** (sum v^2)^2 / sum v^4: rows of equal size that would carry as much; n for a fair coin, n / 3 for normal residuals. */
  readonly effectiveRows: number;
  /** Sum of squared residuals over that of the treatment: what controls and effects leave of its variance; above 1 where they predict worse than the mean. */
  readonly varianceLeft: number;
}

/**
 * Support of the effect in the treatment's residuals. residuals: v, by row; treatment: without its mean or without the
 * absorbed effects, by row; both times the root of the weight. Cost O(n).
 * Effective rows: Kish (1965), Survey sampling, with v^2 as the weights that rows have in the estimate.
 */
export function treatmentSupport(residuals: Float64Array, treatment: Float64Array): TreatmentSupport {
  const squares = residuals.map((value) => value * value);
  const total = dot(residuals, residuals);
  const top = largest(squares, Math.ceil(squares.length / 100));
  return {
    topShare: top.reduce((sum, value) => sum + value, 0) / total,
    effectiveRows: (total * total) / dot(squares, squares),
    varianceLeft: total / dot(treatment, treatment),
  };
}
