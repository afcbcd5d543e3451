import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Stage } from "../stage.js";

/** Whether a representer rests on many rows: overlap where the treatment is continuous. */
export interface RepresenterSupport {
  /** (sum a^2)^2 / sum a^4, a by row: rows of equal size that would carry as much; n / 3 for a normal treatment. */
  readonly effectiveRows: number;
  /** The largest a^2 as a share of their sum. */
  readonly largestShare: number;
  /** Share of the probabilities that were clipped; null where there are none. */
  readonly clipped: number | null;
  readonly warnings: readonly string[];
}

/** Of the first repetition; null for models without a representer. Cost O(n). */
export function representerOf({ specification, setting, weights }: PlannedSpecification, { inputs }: Stage): RepresenterSupport | null {
  const found = modelOf(specification.model).representer?.(setting, inputs);
  return found === undefined ? null : representerSupport(found.alpha, found.clipped, weights);
}

/** alpha by row; weights of observations, or null. Kish (1965) with a^2 as the weights that rows have in the variance. */
export function representerSupport(alpha: Float64Array, clipped: number | null, weights: Float64Array | null): RepresenterSupport {
  const squares = alpha.map((value, i) => value * value * (weights?.[i] ?? 1));
  const sum = squares.reduce((total, value) => total + value, 0);
  const effectiveRows = (sum * sum) / squares.reduce((total, value) => total + value * value, 0);
  const largestShare = squares.reduce((most, value) => Math.max(most, value), 0) / sum;
  return { effectiveRows, largestShare, clipped, warnings: warningsOf(alpha.length, effectiveRows, largestShare, clipped) };
}

function warningsOf(n: number, effectiveRows: number, largestShare: number, clipped: number | null): readonly string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const mend = "Move the treatment by less, or leave out rows whose treatment has no like among rows with such controls.";
  if (clipped !== null && clipped > 0.05) return [`Overlap is poor: ${percent(clipped)} of the probabilities were clipped. ${mend}`];
  if (largestShare > 0.1) return [`Overlap is poor: one row holds ${percent(largestShare)} of the correction's weight. ${mend}`];
  return effectiveRows < n / 20 ? [`Overlap is poor: the ${n} rows are worth ${effectiveRows.toFixed(0)} that weigh the same. ${mend}`] : [];
}
