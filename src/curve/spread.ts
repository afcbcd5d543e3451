import type { BootstrapChoice } from "../inference/joint/draws.js";
import { dot } from "../fit/residuals.js";
import { multiplierBootstrap } from "../kernels/bootstrap.js";
import type { Kernels } from "../kernels/instance.js";
import { streamOf } from "../plan/keys.js";
import type { Influence } from "./draws.js";
import { optionAt } from "./families.js";
import { type CurveRows, OTHER } from "./rows.js";
import { type Block, MOST_BLOCKS, shapley, type Sums } from "./shapley.js";

/** How much of the curve's spread one dimension makes. */
export interface DimensionSpread {
  readonly name: string;
  /** Of the variance of the estimates, at 0 to 1. With `interactions` the shares add up to 1. */
  readonly share: number;
  /** Root of its part of the variance, on the scale of the estimates. */
  readonly sd: number;
  /** The same, as noise alone would make it on average were all true effects one. */
  readonly noise: number;
  /** That the mean over its options is the same in truth: share of draws whose option means lie as far apart. */
  readonly p: number;
}

/** Which choices drive the spread of a curve. */
export interface Spread {
  /** Standard deviation of the estimates, and what noise alone would make it. */
  readonly sd: number;
  readonly noise: number;
  /** In the curve's order: dimensions with two options or more among the estimates. Empty beyond `MOST_BLOCKS` of them. */
  readonly dimensions: readonly DimensionSpread[];
  /** What the sum of main effects leaves: choices that matter together. */
  readonly interactions: Omit<DimensionSpread, "name" | "p">;
  /** Specifications that are used: all that have an option in every dimension. */
  readonly used: number;
}

/**
 * The variance of the estimates by dimension: main effects of the options, in a balanced cross those of the analysis of
 * variance; where specifications are excluded or failed, the Shapley value of the explained sum of squares (Lindeman, Merenda and
 * Gold 1980): what a dimension adds to those before it, the mean over all orders. Beside it what noise gives, exactly: the
 * expected sum of squares is a sum over clusters of the same decomposition of their influence.
 *
 * numbers: of the specifications judged, by place in `influence`. Cost: O(K D G), then 2^D (D <= 12) steps of P options.
 */
export function spreadOf(kernels: Kernels, rows: CurveRows, numbers: Uint32Array, influence: Influence, choice: BootstrapChoice): Spread {
  const used = numbers.map((_, place) => place).filter((place) => rows.dimensions.every((_, d) => optionAt(rows, numbers[place] ?? 0, d) !== OTHER));
  const { blocks, columnOf, columns } = blocksOf(rows, numbers, used);
  const sums = sumsOf(rows, numbers, used, influence, columnOf, columns);
  const n = Math.max(1, used.length);
  const whole = centredSquares(sums, n);
  const { effects, left } = shapley(blocks.length > MOST_BLOCKS ? [] : blocks, sums);
  const root = (squares: number): number => Math.sqrt(Math.max(0, squares) / n);
  const part = ({ data, noise }: { readonly data: number; readonly noise: number }): Omit<DimensionSpread, "name" | "p"> => ({ share: whole.data > 0 ? Math.max(0, data) / whole.data : 0, sd: root(data), noise: root(noise) });
  const p = equalMeans(kernels, blocks, sums, influence, choice);
  return {
    sd: root(whole.data), noise: root(whole.noise), used: used.length, interactions: part(left),
    dimensions: effects.map((effect, j) => ({ name: blocks[j]?.name ?? "", ...part(effect), p: p[j] ?? NaN })),
  };
}

/** Columns of the design: options that some specification has, of dimensions with two of them. */
function blocksOf(rows: CurveRows, numbers: Uint32Array, used: Uint32Array): { readonly blocks: readonly (Block & { readonly name: string })[]; readonly columnOf: readonly Int32Array[]; readonly columns: number } {
  let columns = 0;
  const blocks: (Block & { readonly name: string })[] = [];
  const columnOf = rows.dimensions.map(({ name, options }, d) => {
    const at = new Int32Array(options.length).fill(-1);
    for (const place of used) at[optionAt(rows, numbers[place] ?? 0, d)] = 0;
    const present = options.map((_, o) => o).filter((o) => at[o] === 0);
    if (present.length < 2) return new Int32Array(options.length).fill(-1);
    blocks.push({ name, columns: present.map((o) => (at[o] = columns++)) });
    return at;
  });
  return { blocks, columnOf, columns };
}

/** Counts, and sums of estimates and influence, by option; counts by pair of options. */
function sumsOf(rows: CurveRows, numbers: Uint32Array, used: Uint32Array, influence: Influence, columnOf: readonly Int32Array[], columns: number): Sums {
  const width = influence.clusters + 1;
  const byOption = Array.from({ length: columns }, () => new Float64Array(width));
  const pairs = Array.from({ length: columns }, () => new Float64Array(columns));
  const total = new Float64Array(width);
  const squares = { data: 0, noise: 0 };
  // About their mean, so that differences are not lost in their squares.
  const mean = used.reduce((sum, place) => sum + (rows.theta[numbers[place] ?? 0] ?? NaN), 0) / Math.max(1, used.length);
  const own = new Int32Array(rows.dimensions.length);
  for (const place of used) {
    const i = numbers[place] ?? 0;
    const theta = (rows.theta[i] ?? NaN) - mean;
    const values = influence.of(place);
    own.forEach((_, d) => (own[d] = columnOf[d]?.[optionAt(rows, i, d)] ?? -1));
    squares.data += theta * theta;
    squares.noise += dot(values, values);
    add(total, theta, values);
    for (const a of own) {
      if (a < 0) continue;
      add(byOption[a] ?? total, theta, values);
      for (const b of own) if (b >= 0) (pairs[a] as Float64Array)[b] = (pairs[a]?.[b] ?? NaN) + 1;
    }
  }
  return { specifications: used.length, byOption, pairs, total, squares };
}

/** The first number is the estimate's, the others are the clusters'. */
function add(to: Float64Array, theta: number, values: Float64Array): void {
  to[0] = (to[0] ?? NaN) + theta;
  for (let g = 0; g < values.length; g++) to[g + 1] = (to[g + 1] ?? NaN) + (values[g] ?? NaN);
}

function centredSquares({ total, squares }: Sums, n: number): { readonly data: number; readonly noise: number } {
  const means = total.subarray(1);
  return { data: Math.max(0, squares.data - (total[0] ?? NaN) * (total[0] ?? NaN) / n), noise: Math.max(0, squares.noise - dot(means, means) / n) };
}

/** By block: the share of draws in which the means over its options lie as far apart as those of the estimates, weighted by their specifications. */
function equalMeans(kernels: Kernels, blocks: readonly Block[], { specifications, byOption, pairs, total }: Sums, { labels }: Influence, { draws, multiplier, seed }: BootstrapChoice): readonly number[] {
  const apart = byOption.map((sums, a) => sums.map((sum, j) => sum / (pairs[a]?.[a] ?? NaN) - (total[j] ?? NaN) / specifications));
  if (apart.length === 0) return [];
  const drawn = multiplierBootstrap(kernels, { influence: apart.map((one) => one.slice(1)), labels, key: streamOf("multipliers", seed, 0), multiplier, draws });
  return blocks.map(({ columns }) => {
    const squares = (of: (column: number) => number): number => columns.reduce((sum, a) => sum + (pairs[a]?.[a] ?? NaN) * of(a) * of(a), 0);
    const own = squares((a) => apart[a]?.[0] ?? NaN);
    let reached = 0;
    for (let b = 0; b < draws; b++) if (squares((a) => drawn[a]?.[b] ?? NaN) >= own) reached++;
    return reached / draws;
  });
}
