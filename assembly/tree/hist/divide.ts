import { Binned } from "./binned";
import { Grower, Node, nodeAt, nodeValue } from "./state";

/** Splits a node: its rows, training and held-out ones, in their order, to two new children. */
export function divide(grower: Grower, node: Node): void {
  const binned = grower.binned;
  const isFeature = node.column < binned.features;
  const codes = isFeature
    ? changetype<usize>(binned.bins) + <usize>(node.column * binned.rows)
    : changetype<usize>(binned.levels) + (<usize>((node.column - binned.features) * binned.rows) << 2);
  const middle = isFeature
    ? partitionFeature(grower.rows, node.begin, node.end, grower.spare, codes, node.bin, missingBin(binned, node))
    : partitionLevel(grower.rows, node.begin, node.end, grower.spare, codes, <u32>node.bin);
  if (isFeature && binned.missing[node.column] == 0) {
    // No training row lacks a value: held-out ones that do go where more rows are.
    node.missingLeft = middle - node.begin > node.end - middle;
  }
  const heldMiddle = isFeature
    ? partitionFeature(grower.held, node.heldBegin, node.heldEnd, grower.spare, codes, node.bin, missingBin(binned, node))
    : partitionLevel(grower.held, node.heldBegin, node.heldEnd, grower.spare, codes, <u32>node.bin);
  node.left = grower.nodeCount;
  const left = addChild(grower, node, node.begin, middle, node.leftGradient, node.leftHessian);
  const right = addChild(grower, node, middle, node.end, node.gradient - node.leftGradient, node.hessian - node.leftHessian);
  left.heldBegin = node.heldBegin;
  left.heldEnd = heldMiddle;
  right.heldBegin = heldMiddle;
  right.heldEnd = node.heldEnd;
}

function addChild(grower: Grower, parent: Node, begin: i32, end: i32, gradient: f64, hessian: f64): Node {
  const child = nodeAt(grower, grower.nodeCount++);
  child.begin = begin;
  child.end = end;
  child.depth = parent.depth + 1;
  child.left = 0;
  child.histogram = 0;
  child.gradient = gradient;
  child.hessian = hessian;
  child.value = nodeValue(gradient, hessian, grower.l2);
  return child;
}

/** Whether a row of bin `code` goes left. A split that keeps missing values right has a `missing` that no row has. */
@inline
function isLeft(code: i32, bin: i32, missing: i32): i32 {
  return <i32>(code <= bin) | <i32>(code == missing);
}

/** The bin that goes left beside those up to `node.bin`; -1 for none. */
@inline
function missingBin(binned: Binned, node: Node): i32 {
  return node.missingLeft ? binned.binCount[node.column] : -1;
}

/** Sends rows up to `bin` and those of bin `missing` to the front of a slice, each side in its old order; returns the border. */
function partitionFeature(
  rows: StaticArray<u32>, begin: i32, end: i32, spare: StaticArray<u32>, bins: usize, bin: i32, missing: i32,
): i32 {
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = rows[i];
    const goes = isLeft(<i32>load<u8>(bins + row), bin, missing);
    rows[left] = row;
    spare[right] = row;
    left += goes;
    right += 1 - goes;
  }
  return append(rows, left, spare, right);
}

/** The same with the rows of other levels in front. */
function partitionLevel(rows: StaticArray<u32>, begin: i32, end: i32, spare: StaticArray<u32>, levels: usize, level: u32): i32 {
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = rows[i];
    const goes = <i32>(load<u32>(levels + (<usize>row << 2)) != level);
    rows[left] = row;
    spare[right] = row;
    left += goes;
    right += 1 - goes;
  }
  return append(rows, left, spare, right);
}

/** Puts the rows set aside behind those that went left. */
function append(rows: StaticArray<u32>, left: i32, spare: StaticArray<u32>, right: i32): i32 {
  memory.copy(changetype<usize>(rows) + (<usize>left << 2), changetype<usize>(spare), <usize>right << 2);
  return left;
}
