import { rowMask } from "../design";
import { addLeaf, at, childKey, clearSide, isTerminal, Node, push, Side, threshold } from "../node";
import { sendByLevel, sendByValue } from "../send";
import { otherBuffer, Presort, slice } from "./state";

/** Carries out the chosen split and pushes the children that are to be split further. Returns the nodes waiting. */
export function split<T>(grower: Presort, node: Node, waiting: i32): i32 {
  const left = grower.left;
  const right = grower.right;
  const depth = node.depth + 1;
  mark<T>(grower, node);
  const border = route<T>(grower, node);
  const bag = grower.bag;
  const leftOpen = border > node.routedBegin && !isTerminal(left, depth, grower.settings);
  const rightOpen = border < node.routedEnd && !isTerminal(right, depth, grower.settings);
  if (!leftOpen) addLeaf(bag, grower.sample, node.routedBegin, border, left.sum, left.weight);
  if (!rightOpen) addLeaf(bag, grower.sample, border, node.routedEnd, right.sum, right.weight);
  if (!leftOpen && !rightOpen) return waiting;
  if (leftOpen && rightOpen) partition<T>(grower, node, left.count);
  else extract<T>(grower, node, leftOpen ? 0 : 1);

  // The parent's place on the stack is free now; keep what the children need of it.
  const begin = node.begin;
  const middle = leftOpen ? begin + left.count : begin;
  const routedBegin = node.routedBegin;
  const routedEnd = node.routedEnd;
  const buffer = otherBuffer(node);
  const leftKey = childKey(node, 0);
  const rightKey = childKey(node, 1);
  if (rightOpen) push(at(grower.stack, waiting++), middle, middle + right.count, border, routedEnd, right, rightKey, depth, buffer);
  if (leftOpen) push(at(grower.stack, waiting++), begin, begin + left.count, routedBegin, border, left, leftKey, depth, buffer);
  return waiting;
}

/** Marks which local rows go right and sums up both sides. */
function mark<T>(grower: Presort, node: Node): void {
  const entries = slice<T>(grower, node, grower.column);
  clearSide(grower.left);
  clearSide(grower.right);
  const n = node.end - node.begin;
  gather<T>(grower, entries, 0, grower.cut, grower.left, 0);
  gather<T>(grower, entries, grower.cut, grower.cutEnd, grower.right, 1);
  gather<T>(grower, entries, grower.cutEnd, n, grower.left, 0);
}

function gather<T>(grower: Presort, entries: usize, from: i32, to: i32, side: Side, goesRight: u8): void {
  const bag = grower.bag;
  const pairs = changetype<usize>(bag.pairs);
  const y = bag.y;
  const marks = grower.goesRight;
  let low = f64x2.splat(side.low);
  let high = f64x2.splat(side.high);
  let sums = f64x2.splat(0);
  for (let i = from; i < to; i++) {
    const id = <i32>(load<T>(entries + <usize>i * sizeof<T>()) & rowMask<T>());
    marks[id] = goesRight;
    sums = f64x2.add(sums, v128.load(pairs + (<usize>id << 4)));
    const value = f64x2.splat(y[id]);
    low = f64x2.pmin(low, value);
    high = f64x2.pmax(high, value);
  }
  side.sum += f64x2.extract_lane(sums, 0);
  side.weight += f64x2.extract_lane(sums, 1);
  side.low = f64x2.extract_lane(low, 0);
  side.high = f64x2.extract_lane(high, 0);
  side.count += to - from;
}

/** Sends the routed rows to both sides of the chosen split; returns the border. */
export function route<T>(grower: Presort, node: Node): i32 {
  const design = grower.design;
  const c = grower.column;
  if (c >= design.classes) {
    const offset = (c - design.classes) * design.rows;
    return sendByLevel(
      grower.bag.routed, node.routedBegin, node.routedEnd, grower.spare, design.codes, offset, grower.member,
    );
  }
  const offset = grower.member * design.rows;
  const entries = slice<T>(grower, node, c) + <usize>(grower.cut - 1) * sizeof<T>();
  const row = grower.bag.row;
  const below = design.values[offset + row[<i32>(load<T>(entries) & rowMask<T>())]];
  const above = design.values[offset + row[<i32>(load<T>(entries + sizeof<T>()) & rowMask<T>())]];
  return sendByValue(
    grower.bag.routed, node.routedBegin, node.routedEnd, grower.spare, design.values, offset,
    threshold(below, above), grower.missingRight,
  );
}

/** Moves every column's slice into the other buffer: left rows first, each side in its old order. */
function partition<T>(grower: Presort, node: Node, leftCount: i32): void {
  const design = grower.design;
  const n = node.end - node.begin;
  const marks = grower.goesRight;
  const to = grower.buffers[otherBuffer(node)] + <usize>node.begin * sizeof<T>();
  for (let c = 0, end = design.classes + design.groups; c < end; c++) {
    partitionColumn<T>(
      slice<T>(grower, node, c), n, marks, to + <usize>(c * grower.capacity) * sizeof<T>(), leftCount,
    );
  }
}

/** Like `partition`, where only the side `wanted` is split further: it goes to the slice's front, the other is left behind. */
function extract<T>(grower: Presort, node: Node, wanted: u8): void {
  const design = grower.design;
  const n = node.end - node.begin;
  const marks = grower.goesRight;
  const to = grower.buffers[otherBuffer(node)] + <usize>node.begin * sizeof<T>();
  for (let c = 0, end = design.classes + design.groups; c < end; c++) {
    extractColumn<T>(slice<T>(grower, node, c), n, marks, wanted, to + <usize>(c * grower.capacity) * sizeof<T>());
  }
}

function extractColumn<T>(from: usize, n: i32, marks: StaticArray<u8>, wanted: u8, to: usize): void {
  for (const end = from + <usize>n * sizeof<T>(); from < end; from += sizeof<T>()) {
    const entry = load<T>(from);
    store<T>(to, entry);
    to += <usize>(marks[<i32>(entry & rowMask<T>())] == wanted) * sizeof<T>();
  }
}

function partitionColumn<T>(from: usize, n: i32, marks: StaticArray<u8>, to: usize, leftCount: i32): void {
  let left = to;
  let right = to + <usize>leftCount * sizeof<T>();
  for (const end = from + <usize>n * sizeof<T>(); from < end; from += sizeof<T>()) {
    const entry = load<T>(from);
    const mark = <usize>marks[<i32>(entry & rowMask<T>())];
    // No branch: half of them would be mispredicted.
    store<T>(left + ((right - left) & (0 - mark)), entry);
    right += mark * sizeof<T>();
    left += (1 - mark) * sizeof<T>();
  }
}
