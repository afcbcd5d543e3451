import { EstimationError } from "../errors.js";
import { denseUnits, growForest, type TreeSettings } from "../kernels/forest.js";
import type { Kernels } from "../kernels/instance.js";
import { numberOption, type WithinFit, type WithinJob } from "./learner.js";
import { trainWeights, weightedMean } from "./weights.js";

/** Inner folds by unit, for all training rows of a stage in which some row was left out by no tree. */
const INNER_FOLDS = 5;

/**
 * The within loss by a forest: stages of whole forests, each fitted to r = M (y - g), g raised by its prediction at
 * full rate. On the training rows the prediction comes from the trees that left a row's unit out; were it in-sample,
 * r would be fitted away and the next stage would see nothing (the score would keep its bias).
 * After each stage g is centred on the training rows: its level belongs to the effects.
 */
export function forestStages(kernels: Kernels, job: WithinJob, settings: TreeSettings, stages: number): WithinFit {
  const { train, predict } = job;
  const weights = trainWeights(job);
  const fitted = new Float64Array(train.length);
  const held = new Float64Array(predict.length);
  const predictions: Float64Array[] = [];
  let inner = 0;
  for (let stage = 0; stage < stages; stage++) {
    const remainder = Float64Array.from(train, (row, i) => (job.target[row] ?? NaN) - (fitted[i] ?? NaN));
    const [left = remainder] = job.demean([remainder]);
    const step = stageStep(kernels, job, settings, left, stage);
    for (let i = 0; i < train.length; i++) fitted[i] = (fitted[i] ?? 0) + (step.train[i] ?? NaN);
    for (let i = 0; i < predict.length; i++) held[i] = (held[i] ?? 0) + (step.held[i] ?? NaN);
    if (step.inner) inner++;
    const level = weightedMean(fitted, weights);
    predictions.push(held.map((value) => value - level));
  }
  return {
    checkpoints: predictions.map((_, i) => i + 1),
    predictions,
    notes: inner > 0 ? { innerFoldStages: inner } : {},
  };
}

interface Step {
  /** Predictions of the training rows, none from a tree that saw the row's unit; and of the held-out rows. */
  readonly train: Float64Array;
  readonly held: Float64Array;
  /** Whether inner folds were needed. */
  readonly inner: boolean;
}

function stageStep(kernels: Kernels, job: WithinJob, settings: TreeSettings, left: Float64Array, stage: number): Step {
  const { design, train, predict, weights, units, key } = job;
  const trees = numberOption(job.options, "trees");
  const target = new Float64Array(design.rows);
  train.forEach((row, i) => (target[row] = left[i] ?? NaN));
  const first = stage * (INNER_FOLDS + 1) * trees;
  const forest = { settings, target, weights, units, key };
  const whole = growForest(kernels, design, {
    ...forest, train, predict, outOfBag: settings.draws > 0, from: first, to: first + trees,
  });
  const held = Float64Array.from(predict, (row) => (whole.sums[row] ?? NaN) / trees);
  if (settings.draws > 0 && train.every((row) => (whole.counts[row] ?? 0) > 0)) {
    const outOfBag = Float64Array.from(train, (row) => (whole.sums[row] ?? NaN) / (whole.counts[row] ?? NaN));
    return { train: outOfBag, held, inner: false };
  }
  return { train: innerPredictions(kernels, job, forest, first + trees), held, inner: true };
}

/** Predictions of the training rows by forests on the other inner folds; units are dealt to folds in turn. */
function innerPredictions(
  kernels: Kernels,
  job: WithinJob,
  forest: { settings: TreeSettings; target: Float64Array; weights: Float64Array | null; units: Int32Array; key: readonly [number, number] },
  first: number,
): Float64Array {
  const { design, train, units } = job;
  const trees = numberOption(job.options, "trees");
  if (denseUnits(units, train).count < 2) {
    throw new EstimationError("one-training-unit", "A training fold holds a single unit, so nothing can be predicted without having seen it. Use fewer folds, or more units.");
  }
  const foldOf = dealUnits(units, train, INNER_FOLDS);
  const predictions = new Float64Array(train.length);
  for (let fold = 0; fold < INNER_FOLDS; fold++) {
    const outside = train.filter((_, i) => foldOf[i] !== fold);
    const inside = train.filter((_, i) => foldOf[i] === fold);
    if (inside.length === 0) continue;
    const from = first + fold * trees;
    const { sums } = growForest(kernels, design, {
      ...forest, train: outside, predict: inside, outOfBag: false, from, to: from + trees,
      settings: { ...forest.settings, draws: Math.min(forest.settings.draws, new Set(outside.map((row) => units[row] ?? -1)).size) },
    });
    train.forEach((row, i) => {
      if (foldOf[i] === fold) predictions[i] = (sums[row] ?? NaN) / trees;
    });
  }
  return predictions;
}

function dealUnits(units: Int32Array, rows: Uint32Array, folds: number): Int32Array {
  const seen = new Map<number, number>();
  return Int32Array.from(rows, (row) => {
    const unit = units[row] ?? -1;
    let number = seen.get(unit);
    if (number === undefined) seen.set(unit, (number = seen.size));
    return number % folds;
  });
}
