import { EstimationError } from "../errors.js";
import type { Indicator } from "./indicator.js";

/**
 * How indicators are put on one scale, by direction: `min-max` (x - min) / (max - min), or (max - x) / (max - min);
 * `z-score` the standardised value, or its negative; `rank` (rank - 1) / (n - 1), ties in the middle; `max` x / max, or
 * min / x; `sum` x / sum, for one direction alone; `none` as it is, likewise.
 */
export type Normalisation = "min-max" | "z-score" | "rank" | "max" | "sum" | "none";

/** All of them, for schemas and help. */
export const NORMALISATIONS: readonly Normalisation[] = ["min-max", "z-score", "rank", "max", "sum", "none"];

/** An indicator's values of some rows on the common scale, one number a row. Throws an EstimationError where the rule cannot be used. */
export function normalised(indicator: Indicator, rows: Uint32Array, rule: Normalisation): Float64Array {
  const x = Float64Array.from(rows, (row) => indicator.values[row] ?? NaN);
  const { direction, name } = indicator;
  const [least, most] = [x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b))];
  if (least === most && rule !== "none") throw new EstimationError("constant-indicator", `\`${name}\` has the same value, ${most}, in every row that is compared: it tells none from another. Leave it out.`);
  switch (rule) {
    case "min-max":
      return x.map((value) => (direction > 0 ? value - least : most - value) / (most - least));
    case "z-score": {
      const { mean, sd } = momentsOf(x);
      return x.map((value) => (direction * (value - mean)) / sd);
    }
    case "rank":
      return ranks(direction > 0 ? x : x.map((value) => -value)).map((rank) => (rank - 1) / (x.length - 1));
    case "max":
      if (!(least > 0)) throw notPositive(name, least, rule);
      return x.map((value) => (direction > 0 ? value / most : least / value));
    case "sum": {
      if (!(least >= 0)) throw notPositive(name, least, rule);
      refuseNegativeDirection(indicator, rule);
      const sum = x.reduce((total, value) => total + value, 0);
      return x.map((value) => value / sum);
    }
    case "none":
      refuseNegativeDirection(indicator, rule);
      return x;
  }
}

/** Ranks from 1, the mean rank for ties. */
export function ranks(x: Float64Array): Float64Array {
  const order = Uint32Array.from(x, (_, i) => i).sort((a, b) => (x[a] ?? NaN) - (x[b] ?? NaN));
  const rank = new Float64Array(x.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && x[order[to] ?? -1] === x[order[from] ?? -1]) to++;
    for (let i = from; i < to; i++) rank[order[i] ?? -1] = (from + to + 1) / 2;
    from = to;
  }
  return rank;
}

/** Mean and standard deviation (of n - 1). */
export function momentsOf(x: Float64Array): { readonly mean: number; readonly sd: number } {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const squares = x.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, sd: Math.sqrt(squares / (x.length - 1)) };
}

function notPositive(name: string, least: number, rule: string): EstimationError {
  return new EstimationError("not-positive", `\`${name}\` goes down to ${least}, and \`normalise: ${rule}\` needs positive values. Use min-max.`);
}

function refuseNegativeDirection({ name, direction }: Indicator, rule: string): void {
  if (direction < 0) throw new EstimationError("no-direction", `\`${name}\` counts negatively, which \`normalise: ${rule}\` cannot say. Use min-max.`);
}
