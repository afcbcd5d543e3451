import { array, take, zeros } from "../../core/arena";
import { OK } from "../../core/status";
import { demeanApply, demeanColumn } from "../../panel/demean";
import { Plan } from "../../panel/plan";
import { Binned } from "./binned";
import { growTree } from "./grow";
import { logisticPairs, residualPairs } from "./pairs";
import { gatherAll, LISTED, Rows } from "./rows";
import { Grower, newGrower, nodeAt } from "./state";

/**
 * Histogram gradient boosting: in each round a leaf-wise tree is fitted to gradients and hessians of the loss, and its
 * Newton steps times `rate` are added. Friedman (2001), Chen and Guestrin (2016), Ke et al. (2017); numbers as in
 * scikit-learn 1.9's HistGradientBoosting, of which it keeps the f32 gradients and the order of operations.
 *
 * With a demeaning plan the residuals are M (y - g): the fixed effects are profiled out of the loss in every round, and
 * predictions are centred on the training rows, for their level belongs to the effects.
 *
 * Here what all rounds share is laid out, in the arena; returns its address. Rounds are calls of their own, `histRound`: in a
 * function that runs for the whole of a fit V8 would never use the code that it has optimised meanwhile.
 *
 * binned: address from `histBinned`, all its columns filled. settings: i32[4], most leaves, greatest depth, fewest rows
 * in a leaf, 1 for the log loss of a 0/1 target (0: squared loss). target: f64[rows]. weights: f64[rows], 0 for none.
 * plan: address from `demeanPlan` on the training rows, in their order (and their weights), 0 for none.
 * start: f64[rows], on the scale of log odds for the log loss.
 *
 * Memory: 37 bytes a training row (12 more where there are weights), 17 a held-out one, 16 (20 where hessians differ) a cell and leaf.
 */
export function histBoost(
  binned: Binned, settings: StaticArray<i32>, rate: f64, l2: f64, target: StaticArray<f64>, weights: usize, plan: usize, start: StaticArray<f64>,
): usize {
  const train = binned.train;
  const isLog = settings[3] == 1;
  const boosting = changetype<Boosting>(take(offsetof<Boosting>()));
  boosting.grower = newGrower(binned, settings, l2, isLog || weights != 0);
  boosting.isLog = isLog;
  boosting.rate = rate;
  boosting.target = valuesAt(train, target);
  boosting.weights = weights == 0 ? 0 : changetype<usize>(valuesAt(train, changetype<StaticArray<f64>>(weights)));
  boosting.plan = plan;
  boosting.left = plan == 0 ? array<f64>(train.count) : demeanColumn(changetype<Plan>(plan));
  boosting.fitted = valuesAt(train, start);
  boosting.held = valuesAt(binned.held, start);
  boosting.steps = zeros<f64>(256);
  gatherAll(train);
  leave(boosting);
  return changetype<usize>(boosting);
}

/** One round. NOT_CONVERGED where the effects could not be removed. */
export function histRound(boosting: Boosting): i32 {
  const status = prepare(boosting);
  if (status != OK) return status;
  growTree(boosting.grower);
  addStep(boosting);
  return OK;
}

/** Values of the design's rows, for these rows. */
function valuesAt(rows: Rows, values: StaticArray<f64>): StaticArray<f64> {
  const own = array<f64>(rows.count);
  for (let i = 0; i < rows.count; i++) own[i] = values[rows.ids[i]];
  return own;
}

/** Arrays are by training row where nothing else is said. */
@unmanaged
class Boosting {
  grower: Grower;
  isLog: bool;
  rate: f64;
  target: StaticArray<f64>;
  /** Address of f64[], or 0. */
  weights: usize;
  /** Address of a demeaning plan, or 0. */
  plan: usize;
  /** Target less fitted; demeaned when a tree is fitted to it. */
  left: StaticArray<f64>;
  fitted: StaticArray<f64>;
  /** f64[held-out rows]: their fit. */
  held: StaticArray<f64>;
  /** f64[256]: what is added to rows of each number. */
  steps: StaticArray<f64>;
}

/** Gradients and hessians of the loss at the present fit. */
function prepare(boosting: Boosting): i32 {
  const grower = boosting.grower;
  if (boosting.isLog) {
    logisticPairs(grower, boosting.target, boosting.fitted, boosting.weights);
    return OK;
  }
  const status = boosting.plan == 0 ? OK : demeanApply(changetype<Plan>(boosting.plan), boosting.left, boosting.left);
  residualPairs(grower, boosting.left, boosting.weights);
  return status;
}

/** Adds rate * leaf value. */
function addStep(boosting: Boosting): void {
  const grower = boosting.grower;
  const train = grower.binned.train;
  const held = grower.binned.held;
  const steps = boosting.steps;
  for (let number = 0; number < 256; number++) steps[number] = 0;
  for (let id = 0; id < grower.nodeCount; id++) {
    const node = nodeAt(grower, id);
    if (node.left != 0) continue;
    const step = boosting.rate * node.value;
    if (node.number != LISTED) {
      steps[node.number] = step;
      continue;
    }
    addListed(boosting.fitted, train, node.begin, node.begin + node.count, step);
    addListed(boosting.held, held, node.heldBegin, node.heldEnd, step);
  }
  leave(boosting);
  const numbers = held.numbers;
  for (let i = 0, n = held.count; i < n; i++) boosting.held[i] += steps[numbers[i]];
}

function addListed(fitted: StaticArray<f64>, rows: Rows, begin: i32, end: i32, step: f64): void {
  for (let i = begin; i < end; i++) fitted[rows.list[i]] += step;
}

/** Adds the steps of numbers to the training rows (to listed rows 0: they have theirs), and takes the fit from the target. */
function leave(boosting: Boosting): void {
  const train = boosting.grower.binned.train;
  const steps = boosting.steps;
  const fitted = boosting.fitted;
  const target = boosting.target;
  const left = boosting.left;
  for (let i = 0, n = train.count; i < n; i++) {
    const fit = fitted[i] + steps[train.numbers[i]];
    fitted[i] = fit;
    left[i] = target[i] - fit;
  }
}

/** Writes the fit of the held-out rows, f64[held-out rows]. */
export function histFit(boosting: Boosting, out: StaticArray<f64>): void {
  const fitted = boosting.fitted;
  const held = boosting.held;
  let level: f64 = 0;
  if (boosting.plan != 0) {
    const n = boosting.grower.binned.train.count;
    for (let i = 0; i < n; i++) level += fitted[i];
    level /= <f64>n;
  }
  for (let i = 0, n = boosting.grower.binned.held.count; i < n; i++) out[i] = held[i] - level;
}
