import type { Kernels } from "../kernels/instance.js";
import { groupRanges, type PenalisedPath, placeColumns } from "../kernels/moments.js";
import { createSpecial } from "../kernels/special.js";
import { checkBinary } from "./binary.js";
import { standardOf } from "./crossProducts.js";
import { outside, stratifiedFolds } from "./innerFolds.js";
import { type FitJob, type Fitted, numberOption } from "./learner.js";
import { convergence, largestPenalty, leastError } from "./penalised.js";
import { predictRows } from "./standard.js";
import { meanOver } from "./weights.js";

/**
 * The lasso's classifier: logistic regression with a penalty on absolute values, chosen by the mean of the inner folds'
 * mean log-losses. alphasOf: descending penalties, from the largest that is needed.
 */
export function fitLassoLogit(kernels: Kernels, job: FitJob, alphasOf: (largest: number) => readonly number[]): Fitted {
  const { target, train, weights, options, predict } = job;
  checkBinary("`lassocv` with `classify`", job);
  const share = meanOver(target, train, weights);
  if (share === 0 || share === 1) return { predictions: new Float64Array(predict.length).fill(share), notes: { warnings: ["A training fold holds only one value of the target, which is then predicted everywhere."] } };
  const standard = standardOf(job);
  return kernels.heap.scope(() => {
    const columns = placeColumns(kernels, standard.columns, weights);
    const alphas = alphasOf(largestPenalty(columns.moments(target, share, train), standard) / weightOf(train, weights));
    const fit = (rows: Uint32Array, held: Uint32Array, count: number): PenalisedPath =>
      columns.logit({
        target, train: rows, held, penalties: standard.penalties, ranges: groupRanges(standard.columns),
        lasso: Float64Array.from(alphas.slice(0, count), (alpha) => alpha * weightOf(rows, weights)),
        maxIter: numberOption(options, "maxIter"),
      });
    const judged = stratifiedFolds(train, job.together, numberOption(options, "folds"), target).map((fold) => {
      const held = fold.map((i) => train[i] ?? 0);
      return { ...fit(outside(train, fold), held, alphas.length), weight: weightOf(held, weights) };
    });
    const best = judged.length === 0 ? alphas.length - 1 : leastError(judged, alphas.length);
    const { coefficients, unsettled } = fit(train, new Uint32Array(0), best + 1);
    const { exp } = createSpecial(kernels);
    const predictors = predictRows(standard, coefficients[best] as Float64Array, predict);
    return {
      predictions: predictors.map((eta) => 1 / (1 + exp(-eta))),
      notes: convergence(judged.reduce((sum, one) => sum + one.unsettled, unsettled)),
    };
  });
}

function weightOf(rows: Uint32Array, weights: Float64Array | null): number {
  return rows.reduce((sum, row) => sum + (weights?.[row] ?? 1), 0);
}
