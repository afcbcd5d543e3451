import { growForest, type TreeSettings } from "../kernels/forest.js";
import type { Kernels } from "../kernels/instance.js";
import { numberOption, type WithinFit, type WithinJob } from "./learner.js";
import { startOf } from "./linearStart.js";
import { fitStages, outOfFold, type Step } from "./stages.js";

/** Forests with keys of their own in each stage: that on all units, and those of the inner folds. */
const FORESTS_PER_STAGE = 6;

/**
 * The within loss by stages of whole forests, the first of them on what the start leaves. The training rows are predicted
 * out of bag, by the trees that left a row's unit out; all by inner folds in a stage in which some row was left out by no tree.
 */
export function forestStages(kernels: Kernels, job: WithinJob, settings: TreeSettings, stages: number): WithinFit {
  let inner = 0;
  const start = startOf(kernels, job);
  const fit = fitStages(job, stages, (remainder, stage) => {
    const step = stageStep(kernels, job, settings, remainder, stage);
    if (step.inner) inner++;
    return step;
  }, start.values);
  return { ...fit, notes: { ...start.notes, ...(inner > 0 ? { innerFoldStages: inner } : {}) } };
}

/** `inner`: whether inner folds were needed. */
function stageStep(kernels: Kernels, job: WithinJob, settings: TreeSettings, remainder: Float64Array, stage: number): Step & { inner: boolean } {
  const { design, train, predict, weights, units, key } = job;
  const trees = numberOption(job.options, "trees");
  const target = new Float64Array(design.rows);
  train.forEach((row, i) => (target[row] = remainder[i] ?? NaN));
  const first = stage * FORESTS_PER_STAGE * trees;
  const forest = { settings, target, weights, units, key };
  const whole = growForest(kernels, design, {
    ...forest, train, predict, outOfBag: settings.draws > 0, from: first, to: first + trees,
  });
  const held = Float64Array.from(predict, (row) => (whole.sums[row] ?? NaN) / trees);
  if (settings.draws > 0 && train.every((row) => (whole.counts[row] ?? 0) > 0)) {
    const outOfBag = Float64Array.from(train, (row) => (whole.sums[row] ?? NaN) / (whole.counts[row] ?? NaN));
    return { train: outOfBag, held, inner: false };
  }
  return { train: innerForests(kernels, job, forest, first + trees), held, inner: true };
}

/** Predictions of the training rows by forests on the other inner folds. */
function innerForests(
  kernels: Kernels,
  job: WithinJob,
  forest: { settings: TreeSettings; target: Float64Array; weights: Float64Array | null; units: Int32Array; key: readonly [number, number] },
  first: number,
): Float64Array {
  const { design, train, units } = job;
  const trees = numberOption(job.options, "trees");
  return outOfFold(job, (isInside, fold) => {
    const outside = train.filter((_, i) => !isInside(i));
    const from = first + fold * trees;
    const { sums } = growForest(kernels, design, {
      ...forest, train: outside, predict: train.filter((_, i) => isInside(i)), outOfBag: false, from, to: from + trees,
      settings: { ...forest.settings, draws: Math.min(forest.settings.draws, new Set(outside.map((row) => units[row] ?? -1)).size) },
    });
    return Float64Array.from(train, (row) => (sums[row] ?? NaN) / trees);
  });
}
