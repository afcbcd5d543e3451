import type { Group } from "../kernels/design.js";
import { groupRanges, type LinearColumns, linearSize } from "../kernels/moments.js";
import { moments } from "./moments.js";

/** A design centred and scaled on its training rows, and the scale by which each coefficient is penalised. */
export interface StandardDesign {
  readonly columns: LinearColumns;
  /** By column (see `linearSize`): times it, a coefficient is that of the standardised (or raw) column. */
  readonly penalties: Float64Array;
}

/**
 * Means and population standard deviations of the training rows, as scikit-learn's StandardScaler: a level's column has
 * the sd of its share. Features are always scaled, for the kernels' sake; `standardize: false` undoes it in `penalties`.
 * floors: by feature, the sd up to which it counts as constant and is left out.
 */
export function standardDesign(
  { rows, features, groups }: Pick<LinearColumns, "rows" | "features" | "groups">, train: Uint32Array,
  weights: Float64Array | null, standardize: boolean, floors?: Float64Array,
): StandardDesign {
  const own = moments({ features, groups }, train, weights);
  const centres = new Float64Array(features.length);
  const factors = new Float64Array(features.length);
  const { dense, wide } = linearSize({ features, groups });
  const penalties = new Float64Array(dense + wide);
  own.features.forEach(({ mean, sd }, f) => {
    centres[f] = mean;
    factors[f] = sd > (floors?.[f] ?? 0) ? 1 / sd : 0;
    penalties[1 + f] = standardize ? 1 : (factors[f] ?? 0);
  });
  groupRanges({ features, groups }).forEach(([from], g) => {
    own.levels[g]?.forEach(({ sd }, level) => (penalties[from + level] = standardize ? sd : 1));
  });
  return { columns: { rows, features, groups, centres, factors }, penalties };
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
    for (let i = 0; i < rows.length; i++) predictions[i] = (predictions[i] ?? NaN) + slope * ((feature[rows[i] ?? 0] ?? NaN) - centre);
  });
  groupRanges(columns).forEach(([from], g) => {
    const { codes } = groups[g] as Group;
    rows.forEach((row, i) => (predictions[i] = (predictions[i] ?? NaN) + (coefficients[from + (codes[row] ?? 0)] ?? NaN)));
  });
  return predictions;
}
