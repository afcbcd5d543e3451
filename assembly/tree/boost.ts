import { array, mark, release, take, zeros } from "../core/arena";
import { subKey } from "../core/random";
import { OK } from "../core/status";
import { Bag, drawBag, newBag, newSample, Sample, Settings } from "./bag";
import { Design } from "./design";
import { fillBag, fillCurvature, leaveLogistic, leaveSquares, probability } from "./loss";
import { growPrepared } from "./presort/grow";
import { prepareRoot } from "./presort/root";
import { newPresort, Presort } from "./presort/state";
import { growSubset } from "./subset/grow";
import { newSubset, Subset } from "./subset/state";

/** The sub-stream of a round's key that draws its rows; 0 and 1 belong to the root's children. */
const ROWS: u32 = 2;

/**
 * Gradient boosting for squared loss: in each round a regression tree is fitted to what is left, and its leaf means
 * times `rate` are added. Friedman (2001), "Greedy function approximation: a gradient boosting machine", algorithm 3;
 * trees as in assembly/tree/presort/, which sorts once for all rounds. With settings.draws each tree sees that many
 * rows or units, drawn without replacement (Friedman 2002, "Stochastic gradient boosting").
 *
 * With a demeaning plan what is left is r = M (y - g): the fixed effects are profiled out of the loss in every round
 * (src/learners/gradboost.ts), and predictions are centred on the training rows, for their level belongs to the effects.
 * logistic: 1 for targets 0 and 1 under the log-loss (algorithm 5): `fitted` is on the scale of log odds, a leaf is
 * Newton's step, predictions are probabilities. There is no plan then.
 *
 * settings: as for a forest. weights: address of f64[rows] or 0. plan: address from `demeanPlan` on the training rows
 * with these weights, 0 for none. unitCount, units: what is drawn together, as for a forest.
 * fitted: f64[rows], the start at entry, training and held-out rows; the end at return.
 * checkpoints: i32[checkpointCount], rounds in ascending order, the last is the number of rounds.
 * out: f64[checkpointCount * predictCount], predictions of the held-out rows after each checkpoint.
 * Cost: a tree of depth d visits every row and column d times, about 3 ns each; where rows are drawn the columns'
 * orders are filtered anew for each tree, about 1 ns a row and column.
 */
export function growBoosting(
  design: usize,
  settings: usize,
  rate: f64,
  trainCount: i32,
  train: usize,
  unitCount: i32,
  units: usize,
  target: usize,
  weights: usize,
  predictCount: i32,
  predict: usize,
  plan: usize,
  logistic: i32,
  keyLow: u32,
  keyHigh: u32,
  fitted: usize,
  checkpointCount: i32,
  checkpoints: usize,
  out: usize,
): i32 {
  const position = mark();
  const boosting = changetype<Boosting>(take(offsetof<Boosting>()));
  const features = changetype<Design>(design);
  const sums = changetype<usize>(zeros<f64>(features.rows));
  const counts = changetype<usize>(zeros<i32>(features.rows));
  const sample = newSample(trainCount, train, unitCount, units, target, weights, predictCount, predict, sums, counts);
  if (logistic) sample.curvature = zeros<f64>(features.rows);
  boosting.design = features;
  boosting.settings = changetype<Settings>(settings);
  boosting.sample = sample;
  boosting.rate = rate;
  boosting.plan = plan;
  boosting.left = array<f64>(features.rows);
  boosting.fitted = changetype<StaticArray<f64>>(fitted);
  const key = (<u64>keyHigh << 32) | <u64>keyLow;
  const rounds = changetype<StaticArray<i32>>(checkpoints);
  const predictions = changetype<StaticArray<f64>>(out);
  const status = features.wide
    ? boost<u64>(boosting, key, checkpointCount, rounds, predictions)
    : boost<u32>(boosting, key, checkpointCount, rounds, predictions);
  release(position);
  return status;
}

@unmanaged
class Boosting {
  design: Design;
  settings: Settings;
  sample: Sample;
  rate: f64;
  /** Address of a demeaning plan, or 0. */
  plan: usize;
  /** f64[rows]: the negative gradient on the training rows. */
  left: StaticArray<f64>;
  fitted: StaticArray<f64>;
}

function boost<T>(
  boosting: Boosting, key: u64, checkpointCount: i32, checkpoints: StaticArray<i32>, out: StaticArray<f64>,
): i32 {
  const design = boosting.design;
  const settings = boosting.settings;
  const bag = newBag(design, boosting.sample);
  const isWhole = settings.maxFeatures >= design.columns;
  const whole = isWhole ? newPresort<T>(design, bag, boosting.sample, settings, settings.draws == 0) : changetype<Presort>(0);
  const part = isWhole ? changetype<Subset>(0) : newSubset<T>(design, bag, boosting.sample, settings);
  let next = 0;
  for (let round = 0; next < checkpointCount; round++) {
    const roundKey = subKey(key, round);
    if (round == 0 || settings.draws > 0) {
      drawRound<T>(boosting, bag, subKey(roundKey, ROWS));
      if (isWhole) prepareRoot<T>(whole);
    }
    const status = leave(boosting, bag);
    if (status != OK) return status;
    if (isWhole) growPrepared<T>(whole, roundKey);
    else growSubset<T>(part, roundKey);
    addStep(boosting, bag);
    if (round + 1 == checkpoints[next]) record(boosting, out, next++);
  }
  return OK;
}

/** Draws a round's bag. All rows travel through every tree: the training rows' fits are needed for the next round. */
function drawRound<T>(boosting: Boosting, bag: Bag, key: u64): void {
  const sample = boosting.sample;
  drawBag<T>(bag, boosting.design, sample, boosting.settings, key);
  for (let i = 0; i < sample.trainCount; i++) bag.routed[bag.routedCount++] = sample.train[i];
}

/** Fits what is left into the bag. */
function leave(boosting: Boosting, bag: Bag): i32 {
  const sample = boosting.sample;
  const left = boosting.left;
  const curvature = sample.curvature;
  if (curvature) {
    leaveLogistic(sample, boosting.fitted, left);
    fillCurvature(bag, sample, left, curvature);
  } else {
    const status = leaveSquares(sample, boosting.fitted, boosting.plan, left);
    if (status != OK) return status;
  }
  fillBag(bag, left);
  return OK;
}

/** fitted += rate * leaf value, for training and held-out rows. */
function addStep(boosting: Boosting, bag: Bag): void {
  const sums = boosting.sample.sums;
  const fitted = boosting.fitted;
  const rate = boosting.rate;
  for (let i = 0; i < bag.routedCount; i++) {
    const row = bag.routed[i];
    fitted[row] += rate * sums[row];
    sums[row] = 0;
  }
}

function record(boosting: Boosting, out: StaticArray<f64>, checkpoint: i32): void {
  const sample = boosting.sample;
  const fitted = boosting.fitted;
  const isLogistic = sample.curvature !== null;
  const level = boosting.plan == 0 ? 0 : weightedMean(sample, fitted);
  const offset = checkpoint * sample.predictCount;
  for (let i = 0; i < sample.predictCount; i++) {
    const value = fitted[sample.predict[i]];
    out[offset + i] = isLogistic ? probability(value) : value - level;
  }
}

/** Mean over the training rows. */
function weightedMean(sample: Sample, values: StaticArray<f64>): f64 {
  const weights = sample.weights;
  let sum: f64 = 0;
  let total: f64 = 0;
  for (let i = 0; i < sample.trainCount; i++) {
    const row = sample.train[i];
    const weight = weights ? weights[row] : 1;
    sum += weight * values[row];
    total += weight;
  }
  return sum / total;
}
