import { Grower, Node } from "./state";

/**
 * The cuts of one feature from the left, as `sweep` in split.ts and with the same bits, where no training row lacks a
 * value and every hessian is 1: then a cell holds gradient and number of rows, and both sides are computed at once.
 */
export function sweepFast(grower: Grower, node: Node, column: i32, cell: i32, bins: i32): void {
  const first = node.histogram + (<usize>cell << 4);
  const least = <f64>grower.minLeaf;
  const end = lastCut(first, first + (<usize>(bins - 1) << 4), least);
  let from = firstCut(first, end, least);
  if (node.gain > 0 && grower.l2 == 0) from = firstBetter(node, first, from, end);
  if (from >= end) return;
  let at = first;
  let left = f64x2.splat(0);
  for (; at < from; at += 16) left = f64x2.add(left, v128.load(at));
  const total = f64x2.replace_lane(f64x2.splat(node.gradient), 1, node.hessian);
  const l2 = f64x2.splat(grower.l2);
  const tiny = f64x2.splat(1e-15);
  const base = node.gradient * node.value;
  let best = node.gain;
  let found: usize = 0;
  let bestLeft = total;
  for (; at < end; at += 16) {
    left = f64x2.add(left, v128.load(at));
    const right = f64x2.sub(total, left);
    const gradients = v128.shuffle<f64>(left, right, 0, 2);
    const hessians = f64x2.add(f64x2.add(v128.shuffle<f64>(left, right, 1, 3), l2), tiny);
    const parts = f64x2.mul(gradients, f64x2.div(gradients, hessians));
    const gain = base + f64x2.extract_lane(parts, 0) + f64x2.extract_lane(parts, 1);
    if (gain > best) {
      best = gain;
      found = at;
      bestLeft = left;
    }
  }
  if (found == 0) return;
  node.gain = best;
  node.column = column;
  node.bin = <i32>((found - first) >> 4);
  node.missingLeft = false;
  node.leftGradient = f64x2.extract_lane(bestLeft, 0);
  node.leftHessian = f64x2.extract_lane(bestLeft, 1);
  node.leftCount = <i32>node.leftHessian;
}

/** The first cut that leaves enough rows on the left. */
function firstCut(first: usize, end: usize, least: f64): usize {
  let count: f64 = 0;
  for (; first + 64 <= end; first += 64) {
    const more = count + f64x2.extract_lane(sumOfFour(first), 1);
    if (more >= least) break;
    count = more;
  }
  for (; first < end; first += 16) {
    count += load<f64>(first, 8);
    if (count >= least) break;
  }
  return first;
}

/** The end of the cuts that leave enough rows on the right; `end` is the last bin. */
function lastCut(first: usize, end: usize, least: f64): usize {
  let count = load<f64>(end, 8);
  for (; first + 64 <= end; end -= 64) {
    const more = count + f64x2.extract_lane(sumOfFour(end - 64), 1);
    if (more >= least) break;
    count = more;
  }
  while (end > first && count < least) {
    end -= 16;
    count += load<f64>(end, 8);
  }
  return end;
}

/** The sum of four cells, in an order of its own. */
@inline
function sumOfFour(at: usize): v128 {
  const pair = f64x2.add(v128.load(at), v128.load(at, 16));
  return f64x2.add(pair, f64x2.add(v128.load(at, 32), v128.load(at, 48)));
}

/** The sum of the cells before `at`, in an order of its own. */
function sumBefore(first: usize, at: usize): v128 {
  let sum = f64x2.splat(0);
  for (; first + 64 <= at; first += 64) sum = f64x2.add(sum, sumOfFour(first));
  for (; first < at; first += 16) sum = f64x2.add(sum, v128.load(first));
  return sum;
}

/** Bytes of the 32 cells that are looked at before a branch asks whether one was better. */
const STRETCH: usize = 512;

/** How much a gain computed in another order of operations may be off, and more. */
const MARGIN: f64 = 1e-9;

/**
 * A cut at `at` .. `end` before which none is better than the best so far; `end` where none at all is, as in most
 * features. Two cuts at a time, without division: with l2 = 0 and D = GL - HL G / H the gain is
 * D^2 H / (HL HR), to which the root adds G^2 / H. An odd last pair looks at one cut too many, which does no harm.
 */
function firstBetter(node: Node, first: usize, at: usize, end: usize): usize {
  const mean = node.gradient / node.hessian;
  const rest = node.gain - node.gradient * (node.value + mean);
  const hessian = f64x2.splat(node.hessian);
  const means = f64x2.splat(mean);
  const wanted = f64x2.splat((rest / node.hessian) * (1 - MARGIN));
  let left = sumBefore(first, at);
  while (at < end) {
    const begin = at;
    let isBetter = i64x2.splat(0);
    for (const stop = min(end, at + STRETCH); at < stop; at += 32) {
      const cell = v128.load(at);
      const one = f64x2.add(left, cell);
      left = f64x2.add(left, f64x2.add(cell, v128.load(at, 16)));
      const hl = v128.shuffle<f64>(one, left, 1, 3);
      const d = f64x2.sub(v128.shuffle<f64>(one, left, 0, 2), f64x2.mul(means, hl));
      const sides = f64x2.mul(hl, f64x2.sub(hessian, hl));
      isBetter = v128.or(isBetter, f64x2.gt(f64x2.mul(d, d), f64x2.mul(wanted, sides)));
    }
    if (v128.any_true(isBetter)) return begin;
  }
  return end;
}
