import { take } from "../core/arena";
import { subKey } from "../core/random";
import { Bag, Sample, Settings } from "./bag";

/** scikit-learn's limit below which a leaf's curvature counts as none (_gb.py, _safe_divide). */
const FLAT: f64 = 1e-150;

/** A node that waits to be split: a slice of the bag, a slice of the routed rows, and its sums. */
@unmanaged
export class Node {
  /** Slice of the bag's rows, in each column's order. */
  begin: i32;
  end: i32;
  /** Slice of the routed rows. */
  routedBegin: i32;
  routedEnd: i32;
  /** Sum of w y and of w. */
  sum: f64;
  weight: f64;
  /** Names the node by its path from the root: random draws depend on nothing else. */
  key: u64;
  depth: i32;
  /** Which of the two buffers holds the node's slice. */
  buffer: i32;
}

/** Sums of one side of a split. */
@unmanaged
export class Side {
  sum: f64;
  weight: f64;
  low: f64;
  high: f64;
  count: i32;
}

/** A stack with room for `most` nodes; `at` gives a node's place. */
export function newStack(most: i32): usize {
  return take(<usize>most * offsetof<Node>());
}

/** The node at a place of the stack. */
@inline
export function at(stack: usize, index: i32): Node {
  return changetype<Node>(stack + <usize>index * offsetof<Node>());
}

/** Room for one side's sums. */
export function newSide(): Side {
  return changetype<Side>(take(offsetof<Side>()));
}

/** An empty side. */
export function clearSide(side: Side): void {
  side.sum = 0;
  side.weight = 0;
  side.low = Infinity;
  side.high = -Infinity;
  side.count = 0;
}

/** Sums up the local rows in a slice of a list. */
export function sumRows(side: Side, bag: Bag, list: StaticArray<u32>, begin: i32, end: i32): void {
  const pairs = changetype<usize>(bag.pairs);
  const y = bag.y;
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let sums = f64x2.splat(0);
  for (let i = begin; i < end; i++) {
    const id = list[i];
    const value = f64x2.splat(y[id]);
    sums = f64x2.add(sums, v128.load(pairs + (<usize>id << 4)));
    // pmin and pmax are one instruction each, min and max are five.
    low = f64x2.pmin(low, value);
    high = f64x2.pmax(high, value);
  }
  fillSide(side, sums, low, high, end - begin);
}

@inline
function fillSide(side: Side, sums: v128, low: v128, high: v128, count: i32): void {
  side.sum = f64x2.extract_lane(sums, 0);
  side.weight = f64x2.extract_lane(sums, 1);
  side.low = f64x2.extract_lane(low, 0);
  side.high = f64x2.extract_lane(high, 0);
  side.count = count;
}

/** Sums up the whole bag. */
function sumAll(side: Side, bag: Bag): void {
  const pairs = changetype<usize>(bag.pairs);
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let sums = f64x2.splat(0);
  for (let id = 0; id < bag.size; id++) {
    const value = f64x2.splat(bag.y[id]);
    sums = f64x2.add(sums, v128.load(pairs + (<usize>id << 4)));
    low = f64x2.pmin(low, value);
    high = f64x2.pmax(high, value);
  }
  fillSide(side, sums, low, high, bag.size);
}

/** Puts the root on the stack, or settles it as a leaf. Returns the nodes waiting: 1 or 0. `side` is scratch. */
export function startRoot(stack: usize, bag: Bag, sample: Sample, settings: Settings, side: Side, key: u64): i32 {
  sumAll(side, bag);
  if (isTerminal(side, 0, settings)) {
    addLeaf(bag, sample, 0, bag.routedCount, side.sum, side.weight);
    return 0;
  }
  push(at(stack, 0), 0, bag.size, 0, bag.routedCount, side, key, 0, 0);
  return 1;
}

/** Fills in a node. */
export function push(
  node: Node, begin: i32, end: i32, routedBegin: i32, routedEnd: i32, side: Side, key: u64, depth: i32, buffer: i32,
): void {
  node.begin = begin;
  node.end = end;
  node.routedBegin = routedBegin;
  node.routedEnd = routedEnd;
  node.sum = side.sum;
  node.weight = side.weight;
  node.key = key;
  node.depth = depth;
  node.buffer = buffer;
}

/**
 * scikit-learn's midpoint of two f32 neighbours, in f64; the lower one where the midpoint is not below the upper.
 * Infinite where the upper one is missing.
 */
@inline
export function threshold(below: f32, above: f32): f64 {
  if (isNaN(above)) return Infinity;
  const middle = <f64>below / 2 + <f64>above / 2;
  return middle == <f64>above || middle == Infinity || middle == -Infinity ? <f64>below : middle;
}

/** Whether a part of a split is a leaf by scikit-learn's rules; a part with equal targets is one (purity is exact, not "variance below 2e-16"). */
@inline
export function isTerminal(side: Side, depth: i32, settings: Settings): bool {
  return (
    side.count < settings.minSplit ||
    side.count < 2 * settings.minLeaf ||
    depth >= settings.maxDepth ||
    side.low == side.high
  );
}

/** Adds a leaf's value to the rows that ended there: the mean, which is sum / weight of the bag's rows in it, or Newton's step. */
export function addLeaf(bag: Bag, sample: Sample, begin: i32, end: i32, sum: f64, weight: f64): void {
  const routed = bag.routed;
  const sums = sample.sums;
  const counts = sample.counts;
  const curvature = sample.curvature;
  const value = curvature ? newtonStep(sum, curvature, routed, begin, end) : sum / weight;
  for (let i = begin; i < end; i++) {
    const row = routed[i];
    sums[row] += value;
    counts[row] += 1;
  }
}

/** The gradient's sum over the curvature's, all rows of the bag travelling with the routed ones; 0 where there is no curvature left, as in scikit-learn. */
function newtonStep(sum: f64, curvature: StaticArray<f64>, routed: StaticArray<u32>, begin: i32, end: i32): f64 {
  let total: f64 = 0;
  for (let i = begin; i < end; i++) total += curvature[routed[i]];
  return total < FLAT ? 0 : sum / total;
}

/** The key of a child: its parent's key and its side. */
@inline
export function childKey(parent: Node, isRight: u32): u64 {
  return subKey(parent.key, isRight);
}
