import { EstimationError } from "../errors.js";
import { valuesAt } from "../kernels/design.js";
import { denseUnits } from "../kernels/trees.js";
import type { WithinFit, WithinJob } from "./learner.js";
import { trainWeights, weightedMean } from "./weights.js";

/** Inner folds by unit, for predictions of the training rows by what has not seen their unit. */
const INNER_FOLDS = 5;

/** What a learner makes of one stage's remainder. */
export interface Step {
  /** By position in `job.train`, each from a fit that has not seen the row's unit. */
  readonly train: Float64Array;
  /** By position in `job.predict`. */
  readonly held: Float64Array;
}

/**
 * The within loss by any learner of full strength: in each stage it is fitted to r = M (y - g), and g is raised by its
 * prediction at full rate. On the training rows the prediction comes from fits that left a row's unit out; were it
 * in-sample, r would be fitted away and the next stage would see nothing (the score would keep its bias).
 * After each stage g is centred on the training rows: its level belongs to the effects. `start`: what g is before the first,
 * by row of the design.
 */
export function fitStages(
  job: WithinJob, stages: number, stepOn: (remainder: Float64Array, stage: number) => Step, start: Float64Array = new Float64Array(job.design.rows),
): Pick<WithinFit, "checkpoints" | "predictions"> {
  const { train, predict } = job;
  const weights = trainWeights(job);
  const fitted = valuesAt(start, train);
  const held = valuesAt(start, predict);
  const predictions: Float64Array[] = [];
  for (let stage = 0; stage < stages; stage++) {
    const rest = Float64Array.from(train, (row, i) => (job.target[row] ?? NaN) - (fitted[i] ?? NaN));
    const remainder = job.demeaned((demean) => demean(rest));
    const step = stepOn(remainder, stage);
    for (let i = 0; i < train.length; i++) fitted[i] = (fitted[i] ?? 0) + (step.train[i] ?? NaN);
    for (let i = 0; i < predict.length; i++) held[i] = (held[i] ?? 0) + (step.held[i] ?? NaN);
    const level = weightedMean(fitted, weights);
    predictions.push(held.map((value) => value - level));
  }
  return { checkpoints: predictions.map((_, i) => i + 1), predictions };
}

/**
 * Predictions of the training rows, by position in `job.train`: units are dealt to inner folds in turn, and
 * `predictFold` gives those of the rows that it is told are inside, from the others.
 */
export function outOfFold(
  { train, units }: WithinJob, predictFold: (isInside: (position: number) => boolean, fold: number) => Float64Array,
): Float64Array {
  const { codes, count } = denseUnits(units, train);
  if (count < 2) {
    throw new EstimationError("one-training-unit", "A training fold holds a single unit, so nothing can be predicted without having seen it. Use fewer folds, or more units.");
  }
  const predictions = new Float64Array(train.length);
  for (let fold = 0; fold < Math.min(INNER_FOLDS, count); fold++) {
    const isInside = (position: number): boolean => (codes[position] ?? 0) % INNER_FOLDS === fold;
    const own = predictFold(isInside, fold);
    for (let i = 0; i < train.length; i++) if (isInside(i)) predictions[i] = own[i] ?? NaN;
  }
  return predictions;
}
