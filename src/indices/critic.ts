import { EstimationError } from "../errors.js";
import { correlations } from "./correlation.js";
import { momentsOf } from "./normalise.js";

/**
 * CRITIC weights (Diakoulaki, Mavrotas, Papayannakis 1995, Computers and Operations Research 22): standard deviation
 * times sum of (1 - correlation with the others), scaled to sum 1. columns: normalised by direction, or correlations
 * have the wrong sign.
 */
export function criticWeights(columns: readonly Float64Array[]): readonly number[] {
  const r = correlations(columns);
  const contents = columns.map((column, j) => momentsOf(column).sd * (r[j] ?? []).reduce((sum, value) => sum + 1 - value, 0));
  const total = contents.reduce((sum, content) => sum + content, 0);
  if (!(total > 1e-12)) throw new EstimationError("no-conflict", "The indicators are all the same once normalised: CRITIC has nothing to weigh. Use equal weights.");
  return contents.map((content) => content / total);
}
