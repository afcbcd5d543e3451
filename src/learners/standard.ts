import type { Group } from "../kernels/design.js";
import { groupRanges, type LinearColumns, linearSize } from "../kernels/moments.js";

/** A feature whose spread is below this share of its size is constant but for rounding. */
const CONSTANT = 1e-13;

/** A design centred and scaled on its training rows, and the scale by which each coefficient is penalised. */
export interface StandardDesign {
  readonly columns: LinearColumns;
  /** By column (see `linearSize`): times it, a coefficient is that of the standardised (or raw) column. */
  readonly penalties: Float64Array;
}

/**
 * Means and population standard deviations of the training rows, as scikit-learn's StandardScaler: a level's column has
 * the sd of its share. Features are always scaled, for the kernels' sake; `standardize: false` undoes it in `penalties`.
 * floors: by feature, the sd at which it counts as constant and is left out; 0 where only rounding is.
 */
export function standardDesign(
  { rows, features, groups }: Pick<LinearColumns, "rows" | "features" | "groups">, train: Uint32Array,
  weights: Float64Array | null, standardize: boolean, floors?: Float64Array,
): StandardDesign {
  const total = train.reduce((sum, row) => sum + (weights?.[row] ?? 1), 0);
  const centres = new Float64Array(features.length);
  const factors = new Float64Array(features.length);
  const { dense, wide } = linearSize({ features, groups });
  const penalties = new Float64Array(dense + wide);
  features.forEach((feature, f) => {
    const { mean, sd, size } = spread(feature, train, weights, total);
    centres[f] = mean;
    factors[f] = sd > Math.max(CONSTANT * size, floors?.[f] ?? 0) ? 1 / sd : 0;
    penalties[1 + f] = standardize ? 1 : (factors[f] ?? 0);
  });
  groupRanges({ features, groups }).forEach(([from], g) => {
    const shares = levelShares(groups[g] as Group, train, weights, total);
    shares.forEach((share, level) => (penalties[from + level] = standardize ? levelSpread(share) : 1));
  });
  return { columns: { rows, features, groups, centres, factors }, penalties };
}

function spread(values: Float64Array, rows: Uint32Array, weights: Float64Array | null, total: number): { mean: number; sd: number; size: number } {
  let sum = 0;
  let absolute = 0;
  for (const row of rows) {
    const value = (weights?.[row] ?? 1) * (values[row] ?? NaN);
    sum += value;
    absolute += Math.abs(value);
  }
  const mean = sum / total;
  let squares = 0;
  for (const row of rows) squares += (weights?.[row] ?? 1) * ((values[row] ?? NaN) - mean) * ((values[row] ?? NaN) - mean);
  return { mean, sd: Math.sqrt(squares / total), size: absolute / total };
}

/** The sd of a level's column; 0 where every row has it. */
function levelSpread(share: number): number {
  return 1 - share > CONSTANT ? Math.sqrt(share * (1 - share)) : 0;
}

function levelShares({ codes, levels }: Group, rows: Uint32Array, weights: Float64Array | null, total: number): Float64Array {
  const sums = new Float64Array(levels);
  for (const row of rows) sums[codes[row] ?? 0] = (sums[codes[row] ?? 0] ?? 0) + (weights?.[row] ?? 1);
  return sums.map((sum) => sum / total);
}

/** Predictions of rows from coefficients in the order of `linearSize`; a level unseen in training has coefficient 0. */
export function predictRows({ columns }: StandardDesign, coefficients: Float64Array, rows: Uint32Array): Float64Array {
  const { features, groups, centres, factors } = columns;
  const [constant = NaN] = coefficients;
  const predictions = new Float64Array(rows.length).fill(constant);
  features.forEach((feature, f) => {
    const slope = (coefficients[1 + f] ?? NaN) * (factors[f] ?? NaN);
    if (slope === 0) return;
    const centre = centres[f] ?? NaN;
    rows.forEach((row, i) => (predictions[i] = (predictions[i] ?? NaN) + slope * ((feature[row] ?? NaN) - centre)));
  });
  groupRanges(columns).forEach(([from], g) => {
    const { codes } = groups[g] as Group;
    rows.forEach((row, i) => (predictions[i] = (predictions[i] ?? NaN) + (coefficients[from + (codes[row] ?? 0)] ?? NaN)));
  });
  return predictions;
}
