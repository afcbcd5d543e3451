import { mark, release } from "../core/arena";
import { subKey } from "../core/random";
import { Bag, drawBag, newBag, newSample, Sample, Settings } from "./bag";
import { Design } from "./design";
import { growPresort } from "./presort/grow";
import { newPresort } from "./presort/state";
import { growSubset } from "./subset/grow";
import { newSubset } from "./subset/state";

/**
 * Grows trees `from` .. `to - 1` of a regression forest and adds, row by row, their leaf means to `sums` and their
 * number to `counts`: over held-out rows every tree, over training rows (settings.outOfBag) the trees that left them
 * out. Tree t draws from sub-stream t of the key, so any cut of the range into calls gives the same trees.
 *
 * Breiman (2001), "Random forests"; parameters mean what they mean in scikit-learn's RandomForestRegressor.
 * With settings.randomCuts extremely randomised trees: Geurts, Ernst, Wehenkel (2006).
 * A row weighs the times it was drawn times its observation weight; minLeaf and minSplit count rows.
 * For targets 0 and 1 this is a classification forest, too: within a node of share p the sum of squares is n p (1 - p),
 * half of what Gini's impurity 2 p (1 - p) sums up to, so both rank splits alike, and a leaf's class share is its mean.
 * design: address from `treeDesign`. settings: i32[8] as in `Settings`. units: address of i32[trainCount] or 0.
 * weights: address of f64[rows] or 0.
 */
export function growForest(
  design: usize,
  settings: usize,
  trainCount: i32,
  train: usize,
  unitCount: i32,
  units: usize,
  target: usize,
  weights: usize,
  predictCount: i32,
  predict: usize,
  keyLow: u32,
  keyHigh: u32,
  from: i32,
  to: i32,
  sums: usize,
  counts: usize,
): void {
  const position = mark();
  const sample = newSample(trainCount, train, unitCount, units, target, weights, predictCount, predict, sums, counts);
  const key = (<u64>keyHigh << 32) | <u64>keyLow;
  const features = changetype<Design>(design);
  if (features.wide) grow<u64>(features, changetype<Settings>(settings), sample, key, from, to);
  else grow<u32>(features, changetype<Settings>(settings), sample, key, from, to);
  release(position);
}

function grow<T>(design: Design, settings: Settings, sample: Sample, key: u64, from: i32, to: i32): void {
  const bag = newBag(design, sample);
  if (settings.maxFeatures >= design.columns && settings.randomCuts == 0) {
    const grower = newPresort<T>(design, bag, sample, settings, false);
    for (let t = from; t < to; t++) growPresort<T>(grower, nextBag<T>(bag, design, sample, settings, key, t));
  } else {
    const grower = newSubset<T>(design, bag, sample, settings);
    for (let t = from; t < to; t++) growSubset<T>(grower, nextBag<T>(bag, design, sample, settings, key, t));
  }
}

/** Draws the bag of tree t and returns the key of its root. */
function nextBag<T>(bag: Bag, design: Design, sample: Sample, settings: Settings, key: u64, t: i32): u64 {
  const treeKey = subKey(key, t);
  drawBag<T>(bag, design, sample, settings, subKey(treeKey, 0));
  return subKey(treeKey, 1);
}
