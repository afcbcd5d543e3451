import { EstimationError } from "../errors.js";

/** What the weight of an indicator is made of. */
export interface EntropyRow {
  /** Of the shares, relative to the largest possible: 0 to 1. */
  readonly entropy: number;
  /** 1 - entropy. */
  readonly divergence: number;
  /** Divergence over the sum of all. */
  readonly weight: number;
}

/**
 * Entropy weights (Shannon 1948; for indices Zeleny 1982). columns: values not negative, one array an indicator, one
 * number an observation; log: the natural logarithm. Shares p = z / sum z over the observations, entropy
 * -sum(p ln p) / ln N with 0 ln 0 = 0, divergence 1 - entropy.
 *
 * N is the number of all observations that are summed over, cities times years in a panel. Code that divides by the
 * logarithm of the years alone makes entropies above 1 and turns the order of the weights round. Cost O(N) logarithms.
 */
export function entropyTable(columns: readonly Float64Array[], names: readonly string[], log: (x: number) => number): readonly EntropyRow[] {
  const divergences = columns.map((column, c) => 1 - entropyOf(column, names[c] ?? "", log));
  const total = divergences.reduce((sum, divergence) => sum + divergence, 0);
  if (!(total > 0)) throw new EstimationError("no-divergence", "No indicator tells one row from another: their entropies are all 1 and leave no weights. Use equal weights.");
  return divergences.map((divergence) => ({ entropy: 1 - divergence, divergence, weight: divergence / total }));
}

function entropyOf(column: Float64Array, name: string, log: (x: number) => number): number {
  const total = column.reduce((sum, value) => sum + value, 0);
  const wrong = column.find((value) => !(value >= 0));
  if (wrong !== undefined) throw new EstimationError("negative-share", `\`${name}\` is ${wrong} in a row once normalised, and shares cannot be negative: use \`normalise: min-max\` with entropy weights, or other weights.`);
  if (!(total > 0)) throw new EstimationError("no-share", `\`${name}\` is 0 in all rows that are compared: it has no shares. Leave it out, or take weights over all periods.`);
  const sum = column.reduce((acc, value) => (value > 0 ? acc + (value / total) * log(value / total) : acc), 0);
  return -sum / log(column.length);
}
