import { Plan } from "../panel/plan";
import { demeanApply } from "../panel/demean";
import { exp } from "../core/special";
import { OK } from "../core/status";
import { Bag, Sample } from "./bag";

/**
 * What a round of boosting is fitted to: the negative gradient of the loss at the present fit, and for the log-loss its
 * curvature. Friedman (2001), "Greedy function approximation: a gradient boosting machine", algorithms 3 and 5, with
 * F the log odds rather than half of them, as in scikit-learn. Cost: O(rows), and one exponential a row for the log-loss.
 */

/** left = M (target - fitted) on the training rows, M the demeaning of `plan`; without a plan (0) just the difference. */
export function leaveSquares(sample: Sample, fitted: StaticArray<f64>, plan: usize, left: StaticArray<f64>): i32 {
  for (let i = 0; i < sample.trainCount; i++) {
    const row = sample.train[i];
    left[row] = sample.target[row] - fitted[row];
  }
  return plan == 0 ? OK : demeanApply(changetype<Plan>(plan), left, left);
}

/** left = target - probability on the training rows. */
export function leaveLogistic(sample: Sample, fitted: StaticArray<f64>, left: StaticArray<f64>): void {
  for (let i = 0; i < sample.trainCount; i++) {
    const row = sample.train[i];
    left[row] = sample.target[row] - probability(fitted[row]);
  }
}

/** The probability at log odds f. */
export function probability(f: f64): f64 {
  return 1 / (1 + exp(-f));
}

/** Puts what is left into the bag as the target of a tree. */
export function fillBag(bag: Bag, left: StaticArray<f64>): void {
  for (let id = 0; id < bag.size; id++) {
    const value = left[bag.row[id]];
    bag.y[id] = value;
    bag.pairs[2 * id] = value * bag.pairs[2 * id + 1];
  }
}

/** w p (1 - p) on the bag's rows, 0 on all others, where p is the target less what is left. */
export function fillCurvature(bag: Bag, sample: Sample, left: StaticArray<f64>, curvature: StaticArray<f64>): void {
  for (let i = 0; i < sample.trainCount; i++) curvature[sample.train[i]] = 0;
  for (let id = 0; id < bag.size; id++) {
    const row = bag.row[id];
    const p = sample.target[row] - left[row];
    curvature[row] = bag.pairs[2 * id + 1] * p * (1 - p);
  }
}
