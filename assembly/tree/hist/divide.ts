import { Binned } from "./binned";
import { Grower, Node, nodeAt, nodeValue } from "./state";

/** Splits a node: its rows, in their order, to two new children. */
export function divide(grower: Grower, node: Node): void {
  const binned = grower.binned;
  const middle = node.column < binned.features
    ? partitionFeature(grower, node, changetype<usize>(binned.bins) + <usize>(node.column * binned.rows))
    : partitionLevel(grower, node, changetype<usize>(binned.levels) + (<usize>((node.column - binned.features) * binned.rows) << 2));
  if (node.column < binned.features && binned.missing[node.column] == 0) {
    // No training row lacks a value: held-out ones that do go where more rows are.
    node.missingLeft = middle - node.begin > node.end - middle;
  }
  node.left = grower.nodeCount;
  addChild(grower, node, node.begin, middle, node.leftGradient, node.leftHessian);
  addChild(grower, node, middle, node.end, node.gradient - node.leftGradient, node.hessian - node.leftHessian);
}

function addChild(grower: Grower, parent: Node, begin: i32, end: i32, gradient: f64, hessian: f64): void {
  const child = nodeAt(grower, grower.nodeCount++);
  child.begin = begin;
  child.end = end;
  child.depth = parent.depth + 1;
  child.left = 0;
  child.histogram = 0;
  child.gradient = gradient;
  child.hessian = hessian;
  child.value = nodeValue(gradient, hessian, grower.l2);
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

function partitionFeature(grower: Grower, node: Node, bins: usize): i32 {
  const rows = grower.rows;
  const spare = grower.spare;
  const bin = node.bin;
  const missing = missingBin(grower.binned, node);
  let left = node.begin;
  let right = 0;
  for (let i = node.begin; i < node.end; i++) {
    const row = rows[i];
    const goes = isLeft(<i32>load<u8>(bins + row), bin, missing);
    rows[left] = row;
    spare[right] = row;
    left += goes;
    right += 1 - goes;
  }
  return append(grower, left, right);
}

function partitionLevel(grower: Grower, node: Node, levels: usize): i32 {
  const rows = grower.rows;
  const spare = grower.spare;
  const level = <u32>node.bin;
  let left = node.begin;
  let right = 0;
  for (let i = node.begin; i < node.end; i++) {
    const row = rows[i];
    const goes = <i32>(load<u32>(levels + (<usize>row << 2)) != level);
    rows[left] = row;
    spare[right] = row;
    left += goes;
    right += 1 - goes;
  }
  return append(grower, left, right);
}

/** Puts the rows set aside behind those that went left. */
function append(grower: Grower, left: i32, right: i32): i32 {
  memory.copy(changetype<usize>(grower.rows) + (<usize>left << 2), changetype<usize>(grower.spare), <usize>right << 2);
  return left;
}

/** The leaf that a row of the design falls into. */
export function leafOf(grower: Grower, row: u32): Node {
  const binned = grower.binned;
  const bins = changetype<usize>(binned.bins);
  const levels = changetype<usize>(binned.levels);
  const features = binned.features;
  let node = nodeAt(grower, 0);
  while (node.left != 0) {
    const goes = node.column < features
      ? isLeft(<i32>load<u8>(bins + <usize>(node.column * binned.rows) + row), node.bin, missingBin(binned, node))
      : <i32>(load<u32>(levels + ((<usize>((node.column - features) * binned.rows) + row) << 2)) != <u32>node.bin);
    node = nodeAt(grower, node.left + 1 - goes);
  }
  return node;
}
