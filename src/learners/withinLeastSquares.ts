import { type Columns, valuesAt } from "../kernels/design.js";
import { DETERMINED } from "../kernels/demean.js";
import type { Kernels } from "../kernels/instance.js";
import { type LeastSquares, leastSquares, linearPredict } from "../kernels/ols.js";
import type { WithinJob } from "./learner.js";
import { remembered } from "./remembered.js";
import { meanOver } from "./weights.js";

/**
 * Least squares of M y on M x, for columns by row of the design: x'b of the raw columns less its training mean, by row.
 * `name`: which columns of the design they are. Few enough to be remembered are demeaned once a fold; else no two need be there at a time.
 */
export function withinLeastSquares(kernels: Kernels, job: WithinJob, columns: Columns, name: string): Float64Array {
  const { design, target, train, weights } = job;
  const onTrain = (values: Float64Array | undefined): Float64Array => valuesAt(values ?? new Float64Array(0), train);
  const fit = job.demeaned((demean) => leastSquares(kernels, {
    columns: remembered(job, `demeaned ${name}`, columns.length * train.length, () => ({ length: columns.length, at: (j) => demean(onTrain(columns.at(j))) })),
    targets: [demean(onTrain(target))], intercept: false, floors: floorsOf(columns, train), weights: weights === null ? undefined : onTrain(weights),
  }));
  const all = linearPredict(kernels, columns, design.rows, { ...onlyFit(fit), intercept: 0 });
  const level = meanOver(all, train, weights);
  for (let row = 0; row < all.length; row++) all[row] = (all[row] ?? NaN) - level;
  return all;
}

/** Lengths below which demeaned columns are rounding. */
export function floorsOf(columns: Columns, rows: Uint32Array): Float64Array {
  return Float64Array.from({ length: columns.length }, (_, c) => {
    const column = columns.at(c) ?? new Float64Array(0);
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
