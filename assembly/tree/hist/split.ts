import { sweepFast } from "./sweep";
import { Grower, Node, nodeValue } from "./state";

/**
 * The best split of a node from its histogram: the one that reduces the second-order approximation of the loss most,
 * gain = GL^2 / (HL + l2) + GR^2 / (HR + l2) - G^2 / (H + l2) (Chen and Guestrin 2016, "XGBoost", equation 7), by the
 * rules and in the order of operations of scikit-learn's HistGradientBoosting (splitting.pyx): columns in their order,
 * bins in theirs, the first of equal splits. Missing values are tried on either side where training rows have any.
 * A group's levels are tried each against all others, as if each were a 0/1 column after the features.
 *
 * Cost: about 2 ns a cell.
 */

/** Least sum of hessians in a leaf. */
const MIN_HESSIAN: f64 = 1e-3;

/** Whether a root may be split. */
export function isWorthSplitting(grower: Grower, root: Node): bool {
  return root.count >= 2 * grower.minLeaf && root.hessian >= MIN_HESSIAN;
}

/** Writes the node's best split; its gain is 0 where there is none. */
export function findSplit(grower: Grower, node: Node): void {
  const binned = grower.binned;
  node.gain = 0;
  for (let c = 0; c < binned.features; c++) {
    const bins = binned.binCount[c];
    const cell = binned.firstCell[c];
    if (binned.missing[c] != 0) {
      sweep(grower, node, c, cell, bins, false);
      sweep(grower, node, c, cell, bins, true);
    } else if (grower.counted) {
      sweep(grower, node, c, cell, bins, false);
    } else {
      sweepFast(grower, node, c, cell, bins);
    }
  }
  for (let c = binned.features; c < binned.features + binned.groups; c++) {
    sweepLevels(grower, node, c, binned.firstCell[c], binned.binCount[c]);
  }
}

/**
 * Tries the cuts of one feature. From the left, missing values go right, and one cut more divides them from all others;
 * from the right they go left.
 */
function sweep(grower: Grower, node: Node, column: i32, cell: i32, bins: i32, fromRight: bool): void {
  const steps = bins - 1 + (fromRight ? 0 : <i32>grower.binned.missing[column]);
  const n = node.count;
  let gradient: f64 = 0;
  let hessian: f64 = 0;
  let count = 0;
  for (let i = 0; i < steps; i++) {
    const bin = fromRight ? bins - 1 - i : i;
    const at = node.histogram + (<usize>(cell + bin) << 4);
    gradient += load<f64>(at);
    hessian += load<f64>(at, 8);
    count += rowsIn(grower, node, cell + bin);
    if (count < grower.minLeaf) continue;
    if (n - count < grower.minLeaf) break;
    if (hessian < MIN_HESSIAN) continue;
    if (node.hessian - hessian < MIN_HESSIAN) break;
    if (fromRight) offer(grower, node, node.gradient - gradient, node.hessian - hessian, n - count, column, bin - 1, true);
    else offer(grower, node, gradient, hessian, count, column, bin, false);
  }
}

/** Tries each level of a group against all others, which go left as the zeros of a 0/1 column do. */
function sweepLevels(grower: Grower, node: Node, column: i32, cell: i32, levels: i32): void {
  const n = node.count;
  for (let level = 0; level < levels; level++) {
    const count = rowsIn(grower, node, cell + level);
    if (count < grower.minLeaf || n - count < grower.minLeaf) continue;
    const at = node.histogram + (<usize>(cell + level) << 4);
    const gradient = node.gradient - load<f64>(at);
    const hessian = node.hessian - load<f64>(at, 8);
    if (hessian < MIN_HESSIAN || node.hessian - hessian < MIN_HESSIAN) continue;
    offer(grower, node, gradient, hessian, n - count, column, level, false);
  }
}

/** Rows in a cell. */
@inline
function rowsIn(grower: Grower, node: Node, cell: i32): i32 {
  return grower.counted
    ? load<i32>(node.histogram + (<usize>grower.cells << 4) + (<usize>cell << 2))
    : <i32>load<f64>(node.histogram + (<usize>cell << 4), 8);
}

/** Takes a split that is better than the best so far. */
@inline
function offer(
  grower: Grower, node: Node, leftGradient: f64, leftHessian: f64, leftCount: i32, column: i32, bin: i32, missingLeft: bool,
): void {
  const gradient = node.gradient - leftGradient;
  const hessian = node.hessian - leftHessian;
  let gain = node.gradient * node.value;
  gain -= leftGradient * nodeValue(leftGradient, leftHessian, grower.l2);
  gain -= gradient * nodeValue(gradient, hessian, grower.l2);
  if (!(gain > node.gain)) return;
  node.gain = gain;
  node.column = column;
  node.bin = bin;
  node.missingLeft = missingLeft;
  node.leftGradient = leftGradient;
  node.leftHessian = leftHessian;
  node.leftCount = leftCount;
}
