import { array, reserve } from "../core/arena";
import { below, bits } from "../core/random";
import { Bag, Sample, Settings } from "./bag";
import { Design, filter, GAP, rowBits, rowMask } from "./design";
import {
  addLeaf, at, childKey, clearSide, isTerminal, newSide, newStack, Node, push, sendByLevel, sendByValue, Side, startRoot,
  threshold,
} from "./node";
import { findLevels, locate, runEnd, SAME, scanClose, scanGroups, scanRuns, scanTwo, scanTwoUntied } from "./scan";

/**
 * One regression tree that looks at every column at every node, on columns sorted once.
 *
 * Each class and group keeps the node's rows in its own order; a split partitions them all, stably, into the other
 * of two buffers (Mehta, Agrawal, Rissanen 1996, "SLIQ"; Shafer et al. 1996, "SPRINT"). No node sorts.
 * Equal gains are broken uniformly over columns, each level of a group counting as one, as scikit-learn's random
 * column order does. Trees are not kept: the rows to be predicted travel along, and branches that none of them
 * reaches are not grown (Friedman, Kohavi, Yun 1996, "Lazy decision trees").
 *
 * Cost: O(n) per node and column, about 3 ns each; memory 2 entries a row and column.
 */
@unmanaged
export class Presort {
  design: Design;
  bag: Bag;
  sample: Sample;
  settings: Settings;
  /** Two buffers of (classes + groups) * capacity entries. */
  buffers: StaticArray<usize>;
  capacity: i32;
  /** i32[classes + groups]: columns of each that share the best gain. */
  ties: StaticArray<i32>;
  /** u32[groups]: where the first level with the best gain starts. */
  firstLevel: StaticArray<u32>;
  /**
   * i32[classes]: the classes as they are scanned: those without ties in this bag, those with ties, the close ones.
   */
  scanOrder: StaticArray<i32>;
  untiedClasses: i32;
  openClasses: i32;
  /** f64[classes + groups + 1]: best gain of each (scans write two at a time). */
  gains: StaticArray<f64>;
  /** u8[capacity]: 1 where a local row goes right. */
  goesRight: StaticArray<u8>;
  spare: StaticArray<u32>;
  stack: usize;
  left: Side;
  right: Side;
  /** The chosen split: a column of classes then groups, the position after which it cuts, the end of its right part. */
  column: i32;
  cut: i32;
  cutEnd: i32;
  /** The chosen member of a class, or the level of a group. */
  member: i32;
}

/** From so many rows on, a group's levels are summed run by run. */
const LONG: i32 = 64;

export function newPresort<T>(design: Design, bag: Bag, sample: Sample, settings: Settings): Presort {
  const grower = changetype<Presort>(reserve(offsetof<Presort>()));
  const capacity = sample.trainCount;
  const columns = design.classes + design.groups;
  grower.design = design;
  grower.bag = bag;
  grower.sample = sample;
  grower.settings = settings;
  grower.capacity = capacity;
  grower.buffers = array<usize>(2);
  // One entry more: scans look one ahead of the last.
  grower.buffers[0] = reserve(<usize>(columns * capacity + 2) * sizeof<T>());
  grower.buffers[1] = reserve(<usize>(columns * capacity + 2) * sizeof<T>());
  grower.gains = array<f64>(columns + 1);
  grower.ties = array<i32>(columns);
  grower.firstLevel = array<u32>(design.groups);
  grower.scanOrder = array<i32>(design.classes);
  grower.goesRight = array<u8>(capacity);
  grower.spare = array<u32>(sample.trainCount + sample.predictCount);
  grower.stack = newStack(capacity + 2);
  grower.left = newSide();
  grower.right = newSide();
  return grower;
}

/** Grows the tree of the bag drawn last and adds its predictions. `key` is the root's random key. */
export function growPresort<T>(grower: Presort, key: u64): void {
  prepareRoot<T>(grower);
  growPrepared<T>(grower, key);
}

/** Sorts the bag's rows by every column, into buffer 0. */
export function prepareRoot<T>(grower: Presort): void {
  fillRoot<T>(grower);
  orderClasses<T>(grower);
}

/** Bytes of a buffer. */
export function bufferBytes<T>(grower: Presort): usize {
  return <usize>((grower.design.classes + grower.design.groups) * grower.capacity) * sizeof<T>();
}

/** Grows a tree from the root that stands in buffer 0, and uses it up. */
export function growPrepared<T>(grower: Presort, key: u64): void {
  let waiting = startRoot(grower.stack, grower.bag, grower.sample, grower.settings, grower.left, key);
  while (waiting > 0) {
    waiting--;
    const node = at(grower.stack, waiting);
    if (node.end - node.begin == 2) settlePair<T>(grower, node);
    else if (choose<T>(grower, node)) waiting = split<T>(grower, node, waiting);
    else addLeaf(grower.bag, grower.sample, node.routedBegin, node.routedEnd, node.sum / node.weight);
  }
}

/** Puts the classes into the order in which they are scanned. */
function orderClasses<T>(grower: Presort): void {
  const design = grower.design;
  const order = grower.scanOrder;
  let next = 0;
  for (let c = 0; c < design.classes; c++) if (!design.close[c] && !hasTies<T>(grower, c)) order[next++] = c;
  grower.untiedClasses = next;
  for (let c = 0; c < design.classes; c++) if (!design.close[c] && hasTies<T>(grower, c)) order[next++] = c;
  grower.openClasses = next;
  for (let c = 0; c < design.classes; c++) if (design.close[c]) order[next++] = c;
}

/** Whether two rows of the bag have the same rank in class c. */
function hasTies<T>(grower: Presort, c: i32): bool {
  const entries = grower.buffers[0] + <usize>(c * grower.capacity) * sizeof<T>();
  for (let i = 1; i < grower.bag.size; i++) {
    const before = load<T>(entries + <usize>(i - 1) * sizeof<T>());
    if ((before ^ load<T>(entries + <usize>i * sizeof<T>())) <= rowMask<T>()) return true;
  }
  return false;
}

/** Copies each column's order, reduced to the bag's rows, into buffer 0. */
function fillRoot<T>(grower: Presort): void {
  const design = grower.design;
  const local = grower.bag.local;
  for (let c = 0, end = design.classes + design.groups; c < end; c++) {
    filter<T>(
      design.order + <usize>(c * design.rows) * sizeof<T>(),
      design.rows,
      local,
      grower.buffers[0] + <usize>(c * grower.capacity) * sizeof<T>(),
    );
  }
}

@inline
function slice<T>(grower: Presort, node: Node, column: i32): usize {
  return grower.buffers[node.buffer] + <usize>(column * grower.capacity + node.begin) * sizeof<T>();
}

/** Finds the node's best split; false if no column can be cut. */
function choose<T>(grower: Presort, node: Node): bool {
  const design = grower.design;
  const classes = design.classes;
  const columns = classes + design.groups;
  const gains = grower.gains;
  const n = node.end - node.begin;
  const pairs = grower.bag.pairs;
  const minLeaf = grower.settings.minLeaf;
  const mean = node.sum / node.weight;
  const order = grower.scanOrder;
  let k = 0;
  for (; k < grower.openClasses; k += 2) {
    const a = order[k];
    // The odd one out is scanned beside itself.
    const b = order[k + 1 < grower.openClasses ? k + 1 : k];
    const atA = slice<T>(grower, node, a);
    const atB = slice<T>(grower, node, b);
    const best = k + 1 < grower.untiedClasses
      ? scanTwoUntied<T>(atA, atB, n, pairs, mean, node.weight, minLeaf)
      : scanTwo<T>(atA, atB, n, pairs, mean, node.weight, minLeaf);
    gains[a] = f64x2.extract_lane(best, 0);
    gains[b] = f64x2.extract_lane(best, 1);
  }
  for (k = grower.openClasses; k < classes; k++) gains[order[k]] = closeGain<T>(grower, node, order[k], mean, -1);
  if (n < LONG) {
    for (let c = classes; c < columns; c += 2) {
      const b = c + 1 < columns ? c + 1 : c;
      const best = scanGroups<T>(slice<T>(grower, node, c), slice<T>(grower, node, b), n, pairs, mean, node.weight, minLeaf);
      v128.store(changetype<usize>(gains) + (<usize>c << 3), best);
    }
  } else {
    for (let c = classes; c < columns; c++) {
      gains[c] = scanRuns<T>(slice<T>(grower, node, c), n, pairs, mean, node.weight, minLeaf);
    }
  }
  let best: f64 = -1;
  for (let c = 0; c < columns; c++) best = max(best, gains[c]);
  if (best < 0) return false;
  pick<T>(grower, node, mean, best * SAME);
  return true;
}

/**
 * Two rows: every column that separates them has the same gain, so one is drawn without a scan.
 * Of a group both levels' columns separate them.
 */
function choosePair<T>(grower: Presort, node: Node): bool {
  const design = grower.design;
  const classes = design.classes;
  const columns = classes + design.groups;
  const ties = grower.ties;
  let tied = 0;
  for (let c = 0; c < columns; c++) {
    const members = c < classes ? design.memberStart[c + 1] - design.memberStart[c] : 2;
    ties[c] = separates<T>(grower, node, c) ? members : 0;
    tied += ties[c];
  }
  if (tied == 0) return false;
  let ticket = <i32>below(<u32>bits(node.key, 0), tied);
  let c = 0;
  for (; ticket >= ties[c]; c++) ticket -= ties[c];
  grower.column = c;
  grower.cut = 1;
  grower.cutEnd = 2;
  if (c < classes) {
    grower.member = design.members[design.memberStart[c] + ticket];
  } else {
    grower.cut = ticket;
    grower.cutEnd = ticket + 1;
    grower.member = <i32>(load<T>(slice<T>(grower, node, c) + <usize>ticket * sizeof<T>()) >> rowBits<T>());
  }
  return true;
}

/** A node of two rows ends here: both children are leaves. */
function settlePair<T>(grower: Presort, node: Node): void {
  const bag = grower.bag;
  if (!choosePair<T>(grower, node)) {
    addLeaf(bag, grower.sample, node.routedBegin, node.routedEnd, node.sum / node.weight);
    return;
  }
  const entries = slice<T>(grower, node, grower.column);
  const first = <i32>(load<T>(entries) & rowMask<T>());
  const second = <i32>(load<T>(entries + sizeof<T>()) & rowMask<T>());
  const right = grower.cut == 0 ? first : second;
  const left = grower.cut == 0 ? second : first;
  const border = route<T>(grower, node);
  addLeaf(bag, grower.sample, node.routedBegin, border, bag.pairs[2 * left] / bag.pairs[2 * left + 1]);
  addLeaf(bag, grower.sample, border, node.routedEnd, bag.pairs[2 * right] / bag.pairs[2 * right + 1]);
}

/** Whether column c tells the two rows of a node apart. */
@inline
function separates<T>(grower: Presort, node: Node, c: i32): bool {
  const entries = slice<T>(grower, node, c);
  const first = load<T>(entries);
  const second = load<T>(entries + sizeof<T>());
  if ((first ^ second) <= rowMask<T>()) return false;
  const design = grower.design;
  if (c >= design.classes || !design.close[c]) return true;
  const offset = design.members[design.memberStart[c]] * design.rows;
  const row = grower.bag.row;
  const low = design.values[offset + row[<i32>(first & rowMask<T>())]];
  return design.values[offset + row[<i32>(second & rowMask<T>())]] > low + GAP;
}

function closeGain<T>(grower: Presort, node: Node, c: i32, mean: f64, wanted: f64): f64 {
  const design = grower.design;
  return scanClose<T>(
    slice<T>(grower, node, c), node.end - node.begin, grower.bag.pairs, mean, node.weight, grower.settings.minLeaf,
    design.values, design.members[design.memberStart[c]] * design.rows, grower.bag.row, wanted,
  );
}

/** Chooses uniformly among all columns whose gain is at least `enough`. */
function pick<T>(grower: Presort, node: Node, mean: f64, enough: f64): void {
  const design = grower.design;
  const gains = grower.gains;
  const ties = grower.ties;
  let tied = 0;
  for (let c = 0, end = design.classes + design.groups; c < end; c++) {
    ties[c] = gains[c] >= enough ? multiplicity<T>(grower, node, c, mean, enough) : 0;
    tied += ties[c];
  }
  let ticket = <i32>below(<u32>bits(node.key, 0), tied);
  let c = 0;
  for (; ticket >= ties[c]; c++) ticket -= ties[c];
  place<T>(grower, node, c, ticket, mean, enough);
}

/** How many columns a class or group brings into a tie. */
function multiplicity<T>(grower: Presort, node: Node, c: i32, mean: f64, enough: f64): i32 {
  const design = grower.design;
  if (c < design.classes) return design.memberStart[c + 1] - design.memberStart[c];
  const found = findLevels<T>(
    slice<T>(grower, node, c), node.end - node.begin, grower.bag.pairs, mean, node.weight, grower.settings.minLeaf, enough, 0,
  );
  grower.firstLevel[c - design.classes] = <u32>found;
  return <i32>(found >> 32);
}

/** Fixes the split: where column c is cut, and which member or level it is. */
function place<T>(grower: Presort, node: Node, c: i32, ticket: i32, mean: f64, enough: f64): void {
  const design = grower.design;
  const entries = slice<T>(grower, node, c);
  const n = node.end - node.begin;
  const pairs = grower.bag.pairs;
  const minLeaf = grower.settings.minLeaf;
  grower.column = c;
  grower.cutEnd = n;
  if (c >= design.classes) {
    const start = ticket == 0
      ? <i32>grower.firstLevel[c - design.classes]
      : <i32>findLevels<T>(entries, n, pairs, mean, node.weight, minLeaf, enough, ticket);
    grower.cut = start;
    grower.cutEnd = runEnd<T>(entries, n, start);
    grower.member = <i32>(load<T>(entries + <usize>start * sizeof<T>()) >> rowBits<T>());
    return;
  }
  grower.member = design.members[design.memberStart[c] + ticket];
  const last = design.close[c]
    ? <i32>closeGain<T>(grower, node, c, mean, grower.gains[c])
    : locate<T>(entries, n, pairs, mean, node.weight, minLeaf, grower.gains[c]);
  grower.cut = last + 1;
}

/** Carries out the chosen split and pushes the children that are to be split further. Returns the nodes waiting. */
function split<T>(grower: Presort, node: Node, waiting: i32): i32 {
  const left = grower.left;
  const right = grower.right;
  const depth = node.depth + 1;
  mark<T>(grower, node);
  const border = route<T>(grower, node);
  const bag = grower.bag;
  const leftOpen = border > node.routedBegin && !isTerminal(left, depth, grower.settings);
  const rightOpen = border < node.routedEnd && !isTerminal(right, depth, grower.settings);
  if (!leftOpen) addLeaf(bag, grower.sample, node.routedBegin, border, left.sum / left.weight);
  if (!rightOpen) addLeaf(bag, grower.sample, border, node.routedEnd, right.sum / right.weight);
  if (!leftOpen && !rightOpen) return waiting;
  if (leftOpen && rightOpen) partition<T>(grower, node, left.count);
  else extract<T>(grower, node, leftOpen ? 0 : 1);

  // The parent's place on the stack is free now; keep what the children need of it.
  const begin = node.begin;
  const middle = leftOpen ? begin + left.count : begin;
  const routedBegin = node.routedBegin;
  const routedEnd = node.routedEnd;
  const buffer = 1 - node.buffer;
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

function route<T>(grower: Presort, node: Node): i32 {
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
    grower.bag.routed, node.routedBegin, node.routedEnd, grower.spare, design.values, offset, threshold(below, above),
  );
}

/** Moves every column's slice into the other buffer: left rows first, each side in its old order. */
function partition<T>(grower: Presort, node: Node, leftCount: i32): void {
  const design = grower.design;
  const n = node.end - node.begin;
  const marks = grower.goesRight;
  const to = grower.buffers[1 - node.buffer] + <usize>node.begin * sizeof<T>();
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
  const to = grower.buffers[1 - node.buffer] + <usize>node.begin * sizeof<T>();
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
