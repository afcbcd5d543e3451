import { valuesAt } from "../kernels/design.js";
import { DETERMINED } from "../kernels/demean.js";
import type { Kernels } from "../kernels/instance.js";
import { type LeastSquares, leastSquares, linearPredict } from "../kernels/ols.js";
import type { WithinJob } from "./learner.js";
import { meanOver } from "./weights.js";

/**
 * Least squares of M y on M x, for columns by row of the design: x'b of the raw columns less its training mean, by row.
 */
export function withinLeastSquares(kernels: Kernels, { design, target, train, weights, demean }: WithinJob, columns: readonly Float64Array[]): Float64Array {
  const onTrain = (values: Float64Array): Float64Array => valuesAt(values, train);
  const [y, ...demeaned] = demean([target, ...columns].map(onTrain)) as [Float64Array, ...Float64Array[]];
  const fit = leastSquares(kernels, {
    columns: demeaned, targets: [y], intercept: false, floors: floorsOf(columns, train), weights: weights === null ? undefined : onTrain(weights),
  });
  const all = linearPredict(kernels, columns, design.rows, { ...onlyFit(fit), intercept: 0 });
  const level = meanOver(all, train, weights);
  for (let row = 0; row < all.length; row++) all[row] = (all[row] ?? NaN) - level;
  return all;
}

/** Lengths below which demeaned columns are rounding. */
export function floorsOf(columns: readonly Float64Array[], rows: Uint32Array): Float64Array {
  return Float64Array.from(columns, (column) => {
    let squares = 0;
    for (let i = 0; i < rows.length; i++) { // a plain loop: a third of a fit's time otherwise
      const value = column[rows[i] ?? 0] ?? NaN;
      squares += value * value;
    }
    return DETERMINED * Math.sqrt(squares);
  });
}

/** The fit of one target. */
export function onlyFit({ fits }: LeastSquares): LeastSquares["fits"][number] {
  const [fit] = fits;
  if (fit === undefined || fits.length !== 1) throw new Error("One target gives one fit.");
  return fit;
}
