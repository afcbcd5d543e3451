import { array, mark, release, take } from "../../core/arena";
import { OK } from "../../core/status";
import { demeanApply } from "../../panel/demean";
import { Plan } from "../../panel/plan";
import { Binned } from "./binned";
import { growTree } from "./grow";
import { logisticPairs, residualPairs } from "./pairs";
import { Grower, newGrower, nodeAt } from "./state";

/**
 * Histogram gradient boosting: in each round a leaf-wise tree is fitted to gradients and hessians of the loss, and its
 * Newton steps times `rate` are added. Friedman (2001), Chen and Guestrin (2016), Ke et al. (2017); numbers as in
 * scikit-learn 1.9's HistGradientBoosting, of which it keeps the f32 gradients and the order of operations.
 *
 * With a demeaning plan the residuals are M (y - g): the fixed effects are profiled out of the loss in every round, and
 * predictions are centred on the training rows, for their level belongs to the effects.
 *
 * binned: address from `histBinned`, all its columns filled. settings: i32[4], most leaves, greatest depth, fewest rows
 * in a leaf, 1 for the log loss of a 0/1 target (0: squared loss). target: f64[rows]. weights: f64[rows], 0 for none.
 * predict: u32[predictCount], all different. plan: address from `demeanPlan` on the training rows (and weights), 0 for none.
 * fitted: f64[rows], the start, on the scale of log odds for the log loss; at return the end for training rows.
 * checkpoints: i32[checkpointCount], rounds in ascending order, the last is the number of rounds.
 * out: f64[checkpointCount * predictCount], the fit of the held-out rows after each checkpoint.
 *
 * Memory: 24 bytes a row of the design and 16 a training row, 16 (20 where hessians differ) a cell and leaf.
 */
export function histBoost(
  binned: Binned, settings: StaticArray<i32>, rate: f64, l2: f64,
  target: StaticArray<f64>, weights: usize, predictCount: i32, predict: StaticArray<u32>, plan: usize,
  fitted: StaticArray<f64>, checkpointCount: i32, checkpoints: StaticArray<i32>, out: StaticArray<f64>,
): i32 {
  const position = mark();
  const isLog = settings[3] == 1;
  const boosting = changetype<Boosting>(take(offsetof<Boosting>()));
  boosting.grower = newGrower(binned, settings, l2, isLog || weights != 0, predictCount, predict);
  boosting.isLog = isLog;
  boosting.rate = rate;
  boosting.target = target;
  boosting.weights = weights;
  boosting.plan = plan;
  boosting.left = array<f64>(binned.rows);
  boosting.fitted = fitted;
  boosting.held = array<f64>(binned.rows);
  for (let i = 0; i < predictCount; i++) boosting.held[predict[i]] = fitted[predict[i]];
  let status = OK;
  let next = 0;
  for (let round = 1; next < checkpointCount && status == OK; round++) {
    status = prepare(boosting);
    growTree(boosting.grower);
    addStep(boosting);
    if (round == checkpoints[next]) record(boosting, out, predictCount * next++);
  }
  release(position);
  return status;
}

@unmanaged
class Boosting {
  grower: Grower;
  isLog: bool;
  rate: f64;
  target: StaticArray<f64>;
  /** Address of f64[rows], or 0. */
  weights: usize;
  /** Address of a demeaning plan, or 0. */
  plan: usize;
  /** f64[rows]: target less fitted, demeaned. */
  left: StaticArray<f64>;
  fitted: StaticArray<f64>;
  /** f64[rows]: the fit of the held-out rows. */
  held: StaticArray<f64>;
}

/** Gradients and hessians of the loss at the present fit. */
function prepare(boosting: Boosting): i32 {
  const grower = boosting.grower;
  if (boosting.isLog) {
    logisticPairs(grower, boosting.target, boosting.fitted, boosting.weights);
    return OK;
  }
  const left = boosting.left;
  const binned = grower.binned;
  for (let i = 0; i < binned.trainCount; i++) {
    const row = binned.train[i];
    left[row] = boosting.target[row] - boosting.fitted[row];
  }
  const status = boosting.plan == 0 ? OK : demeanApply(changetype<Plan>(boosting.plan), left, left);
  residualPairs(grower, left, boosting.weights);
  return status;
}

/** Adds rate * leaf value, leaf by leaf. */
function addStep(boosting: Boosting): void {
  const grower = boosting.grower;
  const fitted = boosting.fitted;
  const train = grower.rows;
  const held = boosting.held;
  for (let id = 0; id < grower.nodeCount; id++) {
    const node = nodeAt(grower, id);
    if (node.left != 0) continue;
    const step = boosting.rate * node.value;
    for (let i = node.begin; i < node.end; i++) fitted[train[i]] += step;
    for (let i = node.heldBegin; i < node.heldEnd; i++) held[grower.held[i]] += step;
  }
}

function record(boosting: Boosting, out: StaticArray<f64>, offset: i32): void {
  const binned = boosting.grower.binned;
  const fitted = boosting.fitted;
  let level: f64 = 0;
  if (boosting.plan != 0) {
    for (let i = 0; i < binned.trainCount; i++) level += fitted[binned.train[i]];
    level /= <f64>binned.trainCount;
  }
  const grower = boosting.grower;
  for (let i = 0; i < grower.predictCount; i++) out[offset + i] = boosting.held[grower.predict[i]] - level;
}
