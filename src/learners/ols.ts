import { valuesAt } from "../kernels/design.js";
import { createDemeaner } from "../kernels/demean.js";
import type { Kernels } from "../kernels/instance.js";
import { leastSquares, linearPredict } from "../kernels/ols.js";
import { type DesignShape, type FitJob, type Learner, never, onlyPart, type Options, WHOLE, type WithinJob } from "./learner.js";
import { floorsOf, onlyFit, withinLeastSquares } from "./withinLeastSquares.js";

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
    const all = withinLeastSquares(kernels, job, job.design.features);
    return { checkpoints: [0], predictions: [valuesAt(all, job.predict)], notes: {} };
  },
  cost: (_options: Options, rows: number, shape: DesignShape) => rows * shape.features * (shape.features + 10),
});

function plain(kernels: Kernels, { design, target, train, predict, weights }: FitJob): Float64Array {
  const columns = design.features;
  const fit = leastSquares(kernels, { columns, targets: [target], intercept: true, rows: train, weights: weights ?? undefined });
  const all = linearPredict(kernels, columns, design.rows, onlyFit(fit), predict);
  return valuesAt(all, predict);
}

function withEffects(kernels: Kernels, { design, target, train, predict, weights: given }: FitJob): Float64Array {
  const { features, groups, rows } = design;
  const weights = given ?? undefined;
  return kernels.heap.scope(() => {
    const demeaner = createDemeaner(kernels, groups, { rows: train, weights });
    const columns = demeaner.demeanColumns(features);
    const fit = leastSquares(kernels, {
      columns, targets: [demeaner.demean(target)], intercept: false, rows: train, weights, floors: floorsOf(features, train),
    });
    const slopes = { ...onlyFit(fit), intercept: 0 };
    const fromFeatures = linearPredict(kernels, features, rows, slopes);
    const { constant, levels } = demeaner.effects(target.map((y, row) => y - (fromFeatures[row] ?? NaN)));
    const predictions = new Float64Array(predict.length).fill(constant);
    levels.forEach((own, g) => {
      const codes = groups[g]?.codes ?? new Int32Array(0);
      for (let i = 0; i < predict.length; i++) predictions[i] = (predictions[i] ?? NaN) + (own[codes[predict[i] ?? 0] ?? 0] ?? NaN);
    });
    for (let i = 0; i < predict.length; i++) predictions[i] = (predictions[i] ?? NaN) + (fromFeatures[predict[i] ?? 0] ?? NaN);
    return predictions;
  });
}
