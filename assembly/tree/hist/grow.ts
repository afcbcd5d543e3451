import { pop, push } from "./heap";
import { buildHistogram, freeHistogram, subtractHistogram, takeOffRows } from "./histogram";
import { divide } from "./divide";
import { findSplit, isWorthSplitting } from "./split";
import { Grower, Node, nodeAt } from "./state";

/**
 * One tree, leaf by leaf: of all leaves the one is split next whose split reduces the loss most, until there are enough
 * (Shi 2007, "Best-first decision tree learning"). Rules as in scikit-learn's HistGradientBoosting (grower.py).
 * Gradients and hessians stand in `grower.pairs`.
 *
 * Cost: rows * columns * (1 + half the tree's depth) to build histograms, at most; leaves * cells to search them.
 */
export function growTree(grower: Grower): void {
  const root = plantRoot(grower);
  grower.heapSize = 0;
  if (isWorthSplitting(grower, root)) {
    buildHistogram(grower, root);
    searchOrFree(grower, 0);
  }
  let leaves = 1;
  while (grower.heapSize > 0) {
    const id = pop(grower);
    divide(grower, nodeAt(grower, id));
    leaves++;
    if (leaves == grower.leaves) {
      freeHistogram(grower, nodeAt(grower, id));
      freeHeap(grower);
    } else {
      searchChildren(grower, nodeAt(grower, id));
    }
  }
}

function plantRoot(grower: Grower): Node {
  grower.nodeCount = 1;
  const root = nodeAt(grower, 0);
  root.begin = 0;
  root.end = grower.binned.trainCount;
  root.heldBegin = 0;
  root.heldEnd = grower.predictCount;
  root.depth = 0;
  root.left = 0;
  root.histogram = 0;
  root.value = 0;
  // Each tree starts from rows in their order: those of a leaf then stand in it, too, and memory is read forwards.
  memory.copy(changetype<usize>(grower.rows), changetype<usize>(grower.binned.train), <usize>root.end << 2);
  memory.copy(changetype<usize>(grower.held), changetype<usize>(grower.predict), <usize>root.heldEnd << 2);
  let sums = f64x2.splat(0);
  for (let i = 0; i < root.end; i++) {
    const pair = changetype<usize>(grower.pairs) + (<usize>grower.rows[i] << 3);
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(v128.load64_zero(pair)));
  }
  root.gradient = f64x2.extract_lane(sums, 0);
  root.hessian = f64x2.extract_lane(sums, 1);
  return root;
}

/** Histograms of the children that may be split, and their best splits, the left one's first. */
function searchChildren(grower: Grower, node: Node): void {
  const left = nodeAt(grower, node.left);
  const right = nodeAt(grower, node.left + 1);
  const isLeftSmaller = left.end - left.begin < right.end - right.begin;
  const smaller = isLeftSmaller ? left : right;
  const larger = isLeftSmaller ? right : left;
  if (!mayBeSplit(grower, larger)) {
    freeHistogram(grower, node);
    return;
  }
  if (mayBeSplit(grower, smaller)) {
    buildHistogram(grower, smaller);
    subtractHistogram(grower, node.histogram, smaller.histogram);
  } else {
    takeOffRows(grower, smaller, node.histogram);
  }
  larger.histogram = node.histogram;
  node.histogram = 0;
  searchOrFree(grower, node.left);
  searchOrFree(grower, node.left + 1);
}

@inline
function mayBeSplit(grower: Grower, node: Node): bool {
  return node.depth < grower.maxDepth && node.end - node.begin >= 2 * grower.minLeaf;
}

/** Puts a node among those that may be split, if it can be. */
function searchOrFree(grower: Grower, id: i32): void {
  const node = nodeAt(grower, id);
  node.gain = 0;
  if (mayBeSplit(grower, node)) findSplit(grower, node);
  if (node.gain > 0) push(grower, id);
  else freeHistogram(grower, node);
}

/** Leaves all that might still be split as they are. */
function freeHeap(grower: Grower): void {
  while (grower.heapSize > 0) freeHistogram(grower, nodeAt(grower, grower.heap[--grower.heapSize]));
}
