import { pop, push } from "./heap";
import { buildHistogram, freeHistogram, subtractHistogram, takeOffRows } from "./histogram";
import { divide } from "./divide";
import { gatherAll } from "./rows";
import { findSplit, isWorthSplitting } from "./split";
import { Grower, Node, nodeAt, smallerChild } from "./state";

/**
 * One tree, leaf by leaf: of all leaves the one is split next whose split reduces the loss most, until there are enough
 * (Shi 2007, "Best-first decision tree learning"). Rules as in scikit-learn's HistGradientBoosting (grower.py).
 * Gradients, hessians and their sums stand in the grower.
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
    const isLast = ++leaves == grower.leaves;
    divide(grower, nodeAt(grower, id), isLast);
    if (isLast) {
      freeHistogram(grower, nodeAt(grower, id));
      freeHeap(grower);
    } else {
      searchChildren(grower, nodeAt(grower, id));
    }
  }
}

function plantRoot(grower: Grower): Node {
  grower.nodeCount = 1;
  grower.numbers = 1;
  gatherAll(grower.binned.train);
  gatherAll(grower.binned.held);
  const root = nodeAt(grower, 0);
  root.count = grower.binned.train.count;
  root.number = 0;
  root.depth = 0;
  root.left = 0;
  root.histogram = 0;
  root.value = 0;
  root.gradient = grower.gradient;
  root.hessian = grower.hessian;
  return root;
}

/** Histograms of the children that may be split, and their best splits, the left one's first. */
function searchChildren(grower: Grower, node: Node): void {
  const left = nodeAt(grower, node.left);
  const right = nodeAt(grower, node.left + 1);
  const smaller = smallerChild(grower, node);
  const larger = smaller === left ? right : left;
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
  return node.depth < grower.maxDepth && node.count >= 2 * grower.minLeaf;
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
