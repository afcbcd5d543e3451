import { array, take, zeros } from "../core/arena";
import { below, bits } from "../core/random";
import { Design, rowMask } from "./design";

/** How a tree is to be grown, as the host passes it: see `Settings` in src/kernels/forest.ts. */
@unmanaged
export class Settings {
  /** Columns drawn at each node, of `Design.columns`. */
  maxFeatures: i32;
  minLeaf: i32;
  minSplit: i32;
  maxDepth: i32;
  /** Rows (or units) drawn for a tree; 0: every row once. */
  draws: i32;
  /** 1: training rows left out of the bag are predicted too. */
  outOfBag: i32;
  /** 1: a feature is cut at one random value between its extremes in the node, not at its best (extremely randomised trees). */
  randomCuts: i32;
  /** 1: with replacement (bootstrap); 0: a row is drawn once at most. */
  replace: i32;
}

/** The rows of one fold and the running sums of their predictions. */
@unmanaged
export class Sample {
  trainCount: i32;
  /** u32[trainCount]: training rows. */
  train: StaticArray<u32>;
  unitCount: i32;
  /** i32[trainCount]: unit of each training row, 0 .. unitCount-1; null: rows are drawn one by one. */
  units: StaticArray<i32> | null;
  /** f64[rows]: target, by row. */
  target: StaticArray<f64>;
  /** f64[rows]: observation weights, positive; null: all 1. */
  weights: StaticArray<f64> | null;
  /** f64[rows]: curvature of the loss, 0 outside the bag: a leaf is then Newton's step; null: a leaf is its mean. */
  curvature: StaticArray<f64> | null;
  predictCount: i32;
  /** u32[predictCount]: held-out rows. */
  predict: StaticArray<u32>;
  /** f64[rows]: leaf means are added here. */
  sums: StaticArray<f64>;
  /** i32[rows]: trees added to `sums`. */
  counts: StaticArray<i32>;
}

/** A sample on arrays at these addresses; 0 for no units, no weights. */
export function newSample(
  trainCount: i32, train: usize, unitCount: i32, units: usize, target: usize, weights: usize, predictCount: i32,
  predict: usize, sums: usize, counts: usize,
): Sample {
  const sample = changetype<Sample>(take(offsetof<Sample>()));
  sample.trainCount = trainCount;
  sample.train = changetype<StaticArray<u32>>(train);
  sample.unitCount = unitCount;
  sample.units = changetype<StaticArray<i32> | null>(units);
  sample.target = changetype<StaticArray<f64>>(target);
  sample.weights = changetype<StaticArray<f64> | null>(weights);
  sample.curvature = null;
  sample.predictCount = predictCount;
  sample.predict = changetype<StaticArray<u32>>(predict);
  sample.sums = changetype<StaticArray<f64>>(sums);
  sample.counts = changetype<StaticArray<i32>>(counts);
  return sample;
}

/** What one tree works on: the rows in its bag under local numbers, and the rows that only travel through it. */
@unmanaged
export class Bag {
  /** Distinct rows in the bag. */
  size: i32;
  /** i32[rows]: local number, -1 outside the bag. */
  local: StaticArray<i32>;
  /** u32[size]: row of a local number. Numbers ascend in the order of the first group, so that its runs are adjacent. */
  row: StaticArray<u32>;
  /** f64[2 * size]: (w y, w), w being the times a row was drawn times its observation weight. */
  pairs: StaticArray<f64>;
  /** f64[size]: y. */
  y: StaticArray<f64>;
  /** i32[rows]: how often a row was drawn (scratch). */
  times: StaticArray<i32>;
  /** i32[units] or i32[trainCount] (scratch). */
  drawn: StaticArray<i32>;
  /** u32[routedCount]: rows to be predicted. */
  routed: StaticArray<u32>;
  routedCount: i32;
}

/** Room for the bag of any tree of `sample`. */
export function newBag(design: Design, sample: Sample): Bag {
  const bag = changetype<Bag>(take(offsetof<Bag>()));
  const most = sample.trainCount;
  bag.local = array<i32>(design.rows);
  bag.row = array<u32>(most);
  bag.pairs = array<f64>(2 * most);
  bag.y = array<f64>(most);
  bag.times = zeros<i32>(design.rows);
  bag.drawn = array<i32>(max(most, sample.unitCount));
  bag.routed = array<u32>(most + sample.predictCount);
  return bag;
}

/** Draws the bag of the tree with random key `key`. Cost O(rows). */
export function drawBag<T>(bag: Bag, design: Design, sample: Sample, settings: Settings, key: u64): void {
  drawTimes(bag, sample, settings, key);
  number<T>(bag, design, sample);
  let count = 0;
  for (let i = 0; i < sample.predictCount; i++) bag.routed[count++] = sample.predict[i];
  if (settings.outOfBag) {
    for (let i = 0; i < sample.trainCount; i++) {
      const row = sample.train[i];
      if (bag.times[row] == 0) bag.routed[count++] = row;
    }
  }
  bag.routedCount = count;
}

function drawTimes(bag: Bag, sample: Sample, settings: Settings, key: u64): void {
  const times = bag.times;
  if (settings.draws == 0) {
    for (let i = 0; i < sample.trainCount; i++) times[sample.train[i]] = 1;
    return;
  }
  const units = sample.units;
  const among = units ? sample.unitCount : sample.trainCount;
  const drawn = bag.drawn;
  if (settings.replace) drawWithReplacement(drawn, among, settings.draws, key);
  else drawOnce(drawn, among, settings.draws, key);
  for (let i = 0; i < sample.trainCount; i++) times[sample.train[i]] = drawn[units ? units[i] : i];
}

function drawWithReplacement(drawn: StaticArray<i32>, among: i32, draws: i32, key: u64): void {
  for (let u = 0; u < among; u++) drawn[u] = 0;
  for (let d = 0; d < draws; d += 2) {
    const random = bits(key, d);
    drawn[below(<u32>random, among)]++;
    if (d + 1 < draws) drawn[below(<u32>(random >> 32), among)]++;
  }
}

/** Selection sampling: Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S. */
function drawOnce(drawn: StaticArray<i32>, among: i32, draws: i32, key: u64): void {
  let wanted = draws;
  for (let u = 0; u < among; u++) {
    const isDrawn = <i32>(<i32>below(<u32>bits(key, u), among - u) < wanted);
    drawn[u] = isDrawn;
    wanted -= isDrawn;
  }
}

/** Gives local numbers to the rows in the bag, in the order of the first group where there is one. */
function number<T>(bag: Bag, design: Design, sample: Sample): void {
  const local = bag.local;
  for (let r = 0; r < design.rows; r++) local[r] = -1;
  let size = 0;
  if (design.groups > 0) {
    // Rows outside the training fold have weight 0, so one pass over the group's order finds the bag.
    const order = design.order + <usize>(design.classes * design.rows) * sizeof<T>();
    for (let i = 0; i < design.rows; i++) {
      const row = <u32>(load<T>(order + <usize>i * sizeof<T>()) & rowMask<T>());
      if (bag.times[row] > 0) size = enter(bag, sample, row, size);
    }
  } else {
    for (let i = 0; i < sample.trainCount; i++) {
      const row = sample.train[i];
      if (bag.times[row] > 0) size = enter(bag, sample, row, size);
    }
  }
  bag.size = size;
}

@inline
function enter(bag: Bag, sample: Sample, row: u32, size: i32): i32 {
  const weights = sample.weights;
  const times = <f64>bag.times[row];
  const weight = weights ? times * weights[row] : times;
  const y = sample.target[row];
  bag.local[row] = size;
  bag.row[size] = row;
  bag.y[size] = y;
  bag.pairs[2 * size] = weight * y;
  bag.pairs[2 * size + 1] = weight;
  return size + 1;
}
