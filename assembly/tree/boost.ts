import { array, mark, release, take, zeros } from "../core/arena";
import { subKey } from "../core/random";
import { OK } from "../core/status";
import { Plan } from "../panel/plan";
import { demeanApply } from "../panel/demean";
import { Bag, drawBag, newBag, Sample, Settings } from "./bag";
import { Design } from "./design";
import { growPrepared } from "./presort/grow";
import { prepareRoot } from "./presort/root";
import { bufferBytes, newPresort, Presort } from "./presort/state";
import { growSubset } from "./subset/grow";
import { newSubset, Subset } from "./subset/state";

/**
 * Gradient boosting for squared loss: in each round a regression tree is fitted to what is left, and its leaf means
 * times `rate` are added. Friedman (2001), "Greedy function approximation: a gradient boosting machine", algorithm 3;
 * trees as in assembly/tree/presort/, which sorts once for all rounds.
 *
 * With a demeaning plan what is left is r = M (y - g): the fixed effects are profiled out of the loss in every round
 * (src/learners/gradboost.ts), and predictions are centred on the training rows, for their level belongs to the effects.
 *
 * settings: as for a forest; draws 0. plan: address from `demeanPlan` on the training rows, 0 for none.
 * fitted: f64[rows], the start at entry, training and held-out rows; the end at return.
 * checkpoints: i32[checkpointCount], rounds in ascending order, the last is the number of rounds.
 * out: f64[checkpointCount * predictCount], predictions of the held-out rows after each checkpoint.
 * Cost: a tree of depth d visits every row and column d times, about 3 ns each.
 */
export function growBoosting(
  design: usize,
  settings: usize,
  rate: f64,
  trainCount: i32,
  train: usize,
  target: usize,
  predictCount: i32,
  predict: usize,
  plan: usize,
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
  const sample = changetype<Sample>(take(offsetof<Sample>()));
  sample.trainCount = trainCount;
  sample.train = changetype<StaticArray<u32>>(train);
  sample.unitCount = 0;
  sample.units = null;
  sample.target = changetype<StaticArray<f64>>(target);
  sample.predictCount = predictCount;
  sample.predict = changetype<StaticArray<u32>>(predict);
  sample.sums = zeros<f64>(features.rows);
  sample.counts = zeros<i32>(features.rows);
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
  /** f64[rows]: target less fitted, demeaned. */
  left: StaticArray<f64>;
  fitted: StaticArray<f64>;
}

function boost<T>(
  boosting: Boosting, key: u64, checkpointCount: i32, checkpoints: StaticArray<i32>, out: StaticArray<f64>,
): i32 {
  const design = boosting.design;
  const bag = newBag(design, boosting.sample);
  drawBag<T>(bag, design, boosting.sample, boosting.settings, key);
  routeAll(bag, boosting.sample);
  const isWhole = boosting.settings.maxFeatures >= design.columns;
  const whole = isWhole ? newPresort<T>(design, bag, boosting.sample, boosting.settings) : changetype<Presort>(0);
  const part = isWhole ? changetype<Subset>(0) : newSubset<T>(design, bag, boosting.sample, boosting.settings);
  const root = isWhole ? savedRoot<T>(whole) : 0;
  let next = 0;
  for (let round = 0; next < checkpointCount; round++) {
    const status = leave(boosting, bag);
    if (status != OK) return status;
    if (isWhole) {
      memory.copy(whole.buffers[0], root, bufferBytes<T>(whole));
      growPrepared<T>(whole, subKey(key, round));
    } else {
      growSubset<T>(part, subKey(key, round));
    }
    addStep(boosting, bag);
    if (round + 1 == checkpoints[next]) record(boosting, out, next++);
  }
  return OK;
}

/** All rows travel through every tree: the training rows' fits are needed for the next round. */
function routeAll(bag: Bag, sample: Sample): void {
  for (let i = 0; i < sample.trainCount; i++) bag.routed[bag.routedCount++] = sample.train[i];
}

/** The sorted root, to be copied back for each tree. */
function savedRoot<T>(grower: Presort): usize {
  prepareRoot<T>(grower);
  const bytes = bufferBytes<T>(grower);
  const saved = take(bytes);
  memory.copy(saved, grower.buffers[0], bytes);
  return saved;
}

/** r = target - fitted on the training rows, demeaned where there is a plan, into the bag. */
function leave(boosting: Boosting, bag: Bag): i32 {
  const sample = boosting.sample;
  const left = boosting.left;
  for (let i = 0; i < sample.trainCount; i++) {
    const row = sample.train[i];
    left[row] = sample.target[row] - boosting.fitted[row];
  }
  if (boosting.plan != 0) {
    const status = demeanApply(changetype<Plan>(boosting.plan), left, left);
    if (status != OK) return status;
  }
  for (let id = 0; id < bag.size; id++) {
    const value = left[bag.row[id]];
    bag.y[id] = value;
    bag.pairs[2 * id] = value;
  }
  return OK;
}

/** fitted += rate * leaf mean, for training and held-out rows. */
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
  let level: f64 = 0;
  if (boosting.plan != 0) {
    for (let i = 0; i < sample.trainCount; i++) level += fitted[sample.train[i]];
    level /= <f64>sample.trainCount;
  }
  const offset = checkpoint * sample.predictCount;
  for (let i = 0; i < sample.predictCount; i++) out[offset + i] = fitted[sample.predict[i]] - level;
}
