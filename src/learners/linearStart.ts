import type { Kernels } from "../kernels/instance.js";
import { leastSquares, linearPredict } from "../kernels/ols.js";
import type { WithinJob } from "./learner.js";
import { trainWeights, weightedMean } from "./weights.js";

/** A demeaned column shorter than this share of the column itself is rounding: the effects determine it. */
const DETERMINED = 1e-9;

/**
 * Where boosting starts under the within loss: least squares of M y on M of the controls, their squares and their
 * pairwise products. Trees are poor at slopes and products, which this takes off them.
 * The dictionary shrinks to controls and squares, then to controls, where it would take more than a tenth of the
 * training rows less their effects; controls with missing values are left to the trees.
 * By row of the design, centred on the training rows.
 */
export function linearStart(kernels: Kernels, job: WithinJob): Float64Array {
  const { design, target, train } = job;
  const columns = dictionary(job);
  const onTrain = (values: Float64Array): Float64Array => Float64Array.from(train, (row) => values[row] ?? NaN);
  const weights = trainWeights(job);
  const raw = columns.map(onTrain);
  const [y, ...demeaned] = job.demean([onTrain(target), ...raw]) as [Float64Array, ...Float64Array[]];
  const floors = Float64Array.from(raw, (column) => DETERMINED * lengthOf(column, weights));
  const { fits } = leastSquares(kernels, { columns: demeaned, targets: [y], intercept: false, floors, weights: weights ?? undefined });
  const [fit] = fits;
  if (fit === undefined) throw new Error("One target gives one fit.");
  const all = linearPredict(kernels, columns, design.rows, { ...fit, intercept: 0 });
  const level = weightedMean(onTrain(all), weights);
  return all.map((value) => value - level);
}

function dictionary({ design, train, effects }: WithinJob): readonly Float64Array[] {
  const controls = design.features.filter((values, f) => design.squares?.[f] !== true && values.every(Number.isFinite));
  const most = (train.length - effects.reduce((sum, effect) => sum + effect.levels, 0)) / 10;
  const squares = controls.filter(hasMoreThanTwo).map((control) => control.map((value) => value * value));
  const products = controls.flatMap((a, i) => controls.slice(i + 1).map((b) => a.map((value, row) => value * (b[row] ?? NaN))));
  const sizes = [[...controls, ...squares, ...products], [...controls, ...squares], controls];
  return sizes.find((columns) => columns.length < most) ?? [];
}

function lengthOf(values: Float64Array, weights: Float64Array | null): number {
  return Math.sqrt(values.reduce((sum, value, i) => sum + (weights?.[i] ?? 1) * value * value, 0));
}

function hasMoreThanTwo(values: Float64Array): boolean {
  const seen = new Set<number>();
  for (const value of values) if (seen.add(value).size > 2) return true;
  return false;
}
