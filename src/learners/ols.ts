import { createDemeaner } from "../kernels/demean.js";
import type { Kernels } from "../kernels/instance.js";
import { leastSquares, linearPredict } from "../kernels/ols.js";
import { type DesignShape, type FitJob, type Learner, never, onlyPart, type Options, WHOLE, type WithinJob } from "./learner.js";

/** A demeaned column shorter than this share of the column itself is rounding: the effects determine it. */
const DETERMINED = 1e-9;

/**
 * Least squares with a constant. Fixed effects as dummies are removed exactly (Frisch-Waugh-Lovell) and put back into
 * the prediction; of the many equal solutions it is scikit-learn's, of smallest norm, wherever no control is collinear
 * with the effects: a level unseen in training gets the mean of the seen ones.
 */
export const ols: Learner = Object.freeze({
  name: "ols",
  about: "Ordinary least squares with a constant, as scikit-learn's LinearRegression; fixed effects without dummies (Frisch-Waugh-Lovell).",
  numerics: 1,
  random: false,
  linear: true,
  options: {},
  classifies: never,
  effectsDefaults: {},
  effectsOptions: [],
  cut: () => WHOLE,
  combine: onlyPart,
  fit(kernels: Kernels, job: FitJob) {
    return { predictions: job.design.groups.length === 0 ? plain(kernels, job) : withEffects(kernels, job), notes: {} };
  },
  fitWithin(kernels: Kernels, job: WithinJob) {
    return { checkpoints: [0], predictions: [within(kernels, job)], notes: {} };
  },
  cost: (_options: Options, rows: number, shape: DesignShape) => rows * shape.features * (shape.features + 10),
});

function plain(kernels: Kernels, { design, target, train, predict }: FitJob): Float64Array {
  const columns = design.features;
  const { fits } = leastSquares(kernels, { columns, targets: [target], intercept: true, rows: train });
  const all = linearPredict(kernels, columns, design.rows, only(fits), predict);
  return Float64Array.from(predict, (row) => all[row] ?? NaN);
}

function withEffects(kernels: Kernels, { design, target, train, predict }: FitJob): Float64Array {
  const { features, groups, rows } = design;
  return kernels.heap.scope(() => {
    const demeaner = createDemeaner(kernels, groups, { rows: train });
    const columns = demeaner.demeanColumns(features);
    const { fits } = leastSquares(kernels, {
      columns, targets: [demeaner.demean(target)], intercept: false, rows: train, floors: lengths(features, train),
    });
    const slopes = { ...only(fits), intercept: 0 };
    const fromFeatures = linearPredict(kernels, features, rows, slopes);
    const effects = demeaner.effects(target.map((y, row) => y - (fromFeatures[row] ?? NaN)));
    return Float64Array.from(predict, (row) =>
      groups.reduce((sum, group, g) => sum + (effects.levels[g]?.[group.codes[row] ?? 0] ?? NaN), effects.constant) + (fromFeatures[row] ?? NaN),
    );
  });
}

/** Least squares of M y on M x; the prediction is x'b of the raw features less their training means. */
function within(kernels: Kernels, { design, target, train, predict, demean }: WithinJob): Float64Array {
  const onTrain = (values: Float64Array): Float64Array => Float64Array.from(train, (row) => values[row] ?? NaN);
  const [y, ...columns] = demean([target, ...design.features].map(onTrain)) as [Float64Array, ...Float64Array[]];
  const { fits } = leastSquares(kernels, { columns, targets: [y], intercept: false, floors: lengths(design.features, train) });
  const slopes = { ...only(fits), intercept: 0 };
  const all = linearPredict(kernels, design.features, design.rows, slopes);
  const level = onTrain(all).reduce((sum, value) => sum + value, 0) / train.length;
  return Float64Array.from(predict, (row) => (all[row] ?? NaN) - level);
}

function lengths(features: readonly Float64Array[], rows: Uint32Array): Float64Array {
  return Float64Array.from(features, (feature) => {
    let squares = 0;
    for (const row of rows) squares += (feature[row] ?? NaN) * (feature[row] ?? NaN);
    return DETERMINED * Math.sqrt(squares);
  });
}

function only<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error("One target gives one fit.");
  return item;
}
