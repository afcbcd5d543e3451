import { Binned } from "./binned";
import { divideFeature, divideLevel, enlist, LISTED, renumberFeature, renumberLevel, Rows } from "./rows";
import { Grower, Node, nodeAt, nodeValue, smallerChild } from "./state";

/**
 * Splits a node to two new children. The smaller one's rows are given a new number and the others keep theirs; a child of
 * few rows is put into the list, unless the tree ends here (`isLast`). Children of a listed node share its slice.
 */
export function divide(grower: Grower, node: Node, isLast: bool): void {
  node.left = grower.nodeCount;
  const left = addChild(grower, node, node.leftCount, node.leftGradient, node.leftHessian);
  const right = addChild(grower, node, node.count - node.leftCount, node.gradient - node.leftGradient, node.hessian - node.leftHessian);
  if (node.column < grower.binned.features && grower.binned.missing[node.column] == 0) {
    // No training row lacks a value: held-out ones that do go where more rows are.
    node.missingLeft = left.count > right.count;
  }
  if (node.number == LISTED) {
    divideList(grower, node, left, right);
    return;
  }
  const smaller = smallerChild(grower, node);
  const larger = smaller === left ? right : left;
  smaller.number = grower.numbers;
  larger.number = node.number;
  renumber(grower.binned.train, grower.binned, node, smaller.number, smaller === left);
  renumber(grower.binned.held, grower.binned, node, smaller.number, smaller === left);
  if (!isLast) listIfFew(grower, larger);
  if (isLast || !listIfFew(grower, smaller)) grower.numbers++;
}

function addChild(grower: Grower, parent: Node, count: i32, gradient: f64, hessian: f64): Node {
  const child = nodeAt(grower, grower.nodeCount++);
  child.count = count;
  child.depth = parent.depth + 1;
  child.left = 0;
  child.histogram = 0;
  child.gradient = gradient;
  child.hessian = hessian;
  child.value = nodeValue(gradient, hessian, grower.l2);
  return child;
}

/** The bin that goes left beside those up to `node.bin`; -1 for none. */
@inline
function missingBin(binned: Binned, node: Node): i32 {
  return node.missingLeft ? binned.binCount[node.column] : -1;
}

function renumber(rows: Rows, binned: Binned, node: Node, to: u8, isLeft: bool): void {
  const group = node.column - binned.features;
  if (group < 0) renumberFeature(rows, node.number, to, node.column, node.bin, missingBin(binned, node), isLeft);
  else renumberLevel(rows, node.number, to, group, <u32>node.bin, isLeft);
}

/** Puts a node into the lists where it has few rows; whether it does. */
function listIfFew(grower: Grower, node: Node): bool {
  if (node.count > grower.few) return false;
  const held = grower.binned.held;
  node.begin = enlist(grower.binned.train, node.number);
  node.heldBegin = enlist(held, node.number);
  node.heldEnd = held.listed;
  node.number = LISTED;
  return true;
}

function divideList(grower: Grower, node: Node, left: Node, right: Node): void {
  const binned = grower.binned;
  const middle = node.begin + left.count;
  sort(binned.train, binned, node, node.begin, node.begin + node.count);
  const heldMiddle = sort(binned.held, binned, node, node.heldBegin, node.heldEnd);
  place(left, node.begin, node.heldBegin, heldMiddle);
  place(right, middle, heldMiddle, node.heldEnd);
}

/** Sorts the rows of a slice by side; returns the border. */
function sort(rows: Rows, binned: Binned, node: Node, begin: i32, end: i32): i32 {
  const group = node.column - binned.features;
  return group < 0
    ? divideFeature(rows, begin, end, node.column, node.bin, missingBin(binned, node))
    : divideLevel(rows, begin, end, group, <u32>node.bin);
}

function place(node: Node, begin: i32, heldBegin: i32, heldEnd: i32): void {
  node.number = LISTED;
  node.begin = begin;
  node.heldBegin = heldBegin;
  node.heldEnd = heldEnd;
}
