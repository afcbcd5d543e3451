import { EstimationError } from "../errors.js";
import type { Arm, ModelSetting } from "./model.js";

/** Mean over rows, weighted where there are weights (with mean one). */
export function meanOf(values: Float64Array, weights: Float64Array | null): number {
  return values.reduce((sum, value, i) => sum + value * (weights?.[i] ?? 1), 0) / values.length;
}

/**
 * Propensities within [clip, 1 - clip] and, if asked, such that the inverse weights of either arm have mean one
 * (Hajek). `arm`: 1 in the arm whose probability it is, else 0. Throws an EstimationError where one is 0 or 1.
 */
export function propensities(
  predicted: Float64Array, arm: Float64Array, weights: Float64Array | null, { clip, normalizeIpw }: Pick<ModelSetting, "clip" | "normalizeIpw">,
): Float64Array {
  const clipped = predicted.map((value) => Math.min(Math.max(value, clip), 1 - clip));
  const sure = clipped.find((p) => p === 0 || p === 1);
  if (sure !== undefined) throw new EstimationError("no-overlap", `A propensity is ${sure}, so its row has nothing to be compared with and an infinite weight. Set \`clip\` above 0, such as 0.01.`);
  if (!normalizeIpw) return clipped;
  const inside = meanOf(clipped.map((p, i) => (arm[i] ?? NaN) / p), weights);
  const outside = meanOf(clipped.map((p, i) => (1 - (arm[i] ?? NaN)) / (1 - p)), weights);
  return clipped.map((p, i) => (arm[i] === 1 ? p * inside : 1 - (1 - p) * outside));
}

/** The doubly robust signal of a mean: g + weight 1{arm} (y - g) / p, by row (Robins and Rotnitzky 1995). */
export function armSignal(y: Float64Array, g: Float64Array, arm: Float64Array, p: Float64Array): Float64Array {
  return y.map((value, i) => (g[i] ?? NaN) + ((arm[i] ?? NaN) * (value - (g[i] ?? NaN))) / (p[i] ?? NaN));
}

/** The arm behind `armSignal`: a unit of g adds 1 - 1{arm} / p; `sign` -1 where the signal is taken off. */
export function armOf(residual: Float64Array, inside: Float64Array, p: Float64Array, sign: 1 | -1): Arm {
  return { inside, residual, slope: p.map((chance, i) => sign * (1 - (inside[i] ?? NaN) / chance)) };
}
