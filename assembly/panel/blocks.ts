import { array, mark, release, zeros } from "../core/arena";
import { Plan } from "./plan";

/**
 * Effects with slopes: a level of effect e stands for a block of columns over its rows, its constant (if it has one)
 * and the slopes, in place of a single dummy. Columns of a block are replaced by a (weighted) orthonormal basis of their
 * span, so that M, which depends on spans alone, needs no scale of them: the projection on a block Q is Q Q'W.
 *
 * Cost: 4 rows q^2 multiplications for blocks of q columns. Memory: 8 bytes a row and column.
 * Source: Golub and Van Loan 2013, Matrix Computations, sections 5.2.8 and 5.2.9 (modified Gram-Schmidt, twice).
 */

/** A column of which less than this share is left beside those before it is determined by them (squared: rounding). */
const DETERMINED: f64 = 1e-18;

/** Columns of an effect's blocks. */
function depthOf(shapes: StaticArray<i32>, effect: i32): i32 {
  return shapes[2 * effect] + shapes[2 * effect + 1];
}

/** Columns of the blocks of all effects. */
export function columnsOf(shapes: StaticArray<i32>, effects: i32): i32 {
  let sum = 0;
  for (let e = 0; e < effects; e++) sum += depthOf(shapes, e);
  return sum;
}

/**
 * Turns the levels of a plan into blocks: plan.basis, depth and leadRank, and the others anew, with plan.values.
 * Returns the sum of the ranks of all blocks.
 */
export function layOutBlocks(plan: Plan, codes: StaticArray<i32>, shapes: StaticArray<i32>, slopes: StaticArray<f64>): i32 {
  const depth = depthOf(shapes, plan.lead);
  const basis = array<f64>(plan.count * depth);
  plan.depth = depth;
  plan.leadRank = orthonormalize(plan, plan.lead, codes, shapes, slopes, basis, depth, 0);
  plan.basis = basis;
  const before = plan.codes;
  const nodes = plan.otherNode;
  const levels = plan.others;
  plan.width = columnsOf(shapes, plan.effects) - depth;
  plan.codes = array<i32>(plan.count * plan.width);
  plan.values = array<f64>(plan.count * plan.width);
  plan.others = 0;
  let rank = plan.leadRank;
  for (let e = 0, column = 0, offset = 0, first = 0; e < plan.effects; e++) {
    if (e == plan.lead) continue;
    let own = 0;
    while (first + own < levels && nodes[first + own] < plan.firstNode[e + 1]) own++;
    widen(plan, before, column++, first, offset, depthOf(shapes, e));
    rank += orthonormalize(plan, e, codes, shapes, slopes, plan.values, plan.width, offset);
    plan.others += own * depthOf(shapes, e);
    offset += depthOf(shapes, e);
    first += own;
  }
  return rank;
}

/** Numbers the columns of an effect's blocks from plan.others on. `column`: its place in `before`; `first`: its first level there. */
function widen(plan: Plan, before: StaticArray<i32>, column: i32, first: i32, offset: i32, depth: i32): void {
  const step = plan.effects - 1;
  for (let i = 0; i < plan.count; i++) {
    const number = plan.others + (before[i * step + column] - first) * depth;
    for (let k = 0; k < depth; k++) plan.codes[i * plan.width + offset + k] = number + k;
  }
}

/** Writes the orthonormal columns of all blocks of an effect to `into`, from place `offset` of each position's `stride`; returns their rank. */
function orthonormalize(
  plan: Plan, effect: i32, codes: StaticArray<i32>, shapes: StaticArray<i32>, slopes: StaticArray<f64>,
  into: StaticArray<f64>, stride: i32, offset: i32,
): i32 {
  const constants = shapes[2 * effect + 1];
  const depth = depthOf(shapes, effect);
  let from = 0;
  for (let e = 0; e < effect; e++) from += shapes[2 * e];
  for (let i = 0; i < plan.count; i++) {
    const at = i * stride + offset;
    if (constants) into[at] = 1;
    for (let k = constants; k < depth; k++) into[at + k] = slopes[(from + k - constants) * plan.rows + plan.order[i]];
  }
  const position = mark();
  const levels = plan.firstNode[effect + 1] - plan.firstNode[effect];
  const start = zeros<i32>(levels + 1);
  const list = byLevel(plan, codes, effect * plan.rows, levels, start);
  let rank = 0;
  for (let a = 0; a < levels; a++) {
    for (let k = 0; k < depth; k++) rank += settle(plan, list, start[a], start[a + 1], into, stride, offset, k);
  }
  release(position);
  return rank;
}

/** Positions sorted by the level of an effect; `start` (zeros) receives the first place of each level. */
function byLevel(plan: Plan, codes: StaticArray<i32>, from: i32, levels: i32, start: StaticArray<i32>): StaticArray<i32> {
  for (let i = 0; i < plan.count; i++) start[codes[from + plan.order[i]] + 1]++;
  for (let a = 0; a < levels; a++) start[a + 1] += start[a];
  const next = array<i32>(levels);
  for (let a = 0; a < levels; a++) next[a] = start[a];
  const list = array<i32>(plan.count);
  for (let i = 0; i < plan.count; i++) list[next[codes[from + plan.order[i]]]++] = i;
  return list;
}

/** Makes column k of a block orthogonal to those before it and of length one; zeros where nothing is left. Returns 1 or 0. */
function settle(
  plan: Plan, list: StaticArray<i32>, from: i32, to: i32, into: StaticArray<f64>, stride: i32, offset: i32, k: i32,
): i32 {
  const before = product(plan, list, from, to, into, stride, offset + k, offset + k);
  for (let time = 0; time < 2; time++) {
    for (let l = 0; l < k; l++) {
      const share = product(plan, list, from, to, into, stride, offset + l, offset + k);
      for (let s = from; s < to; s++) into[list[s] * stride + offset + k] -= share * into[list[s] * stride + offset + l];
    }
  }
  const left = product(plan, list, from, to, into, stride, offset + k, offset + k);
  const kept = left > DETERMINED * before;
  const factor = kept ? 1 / Math.sqrt(left) : 0;
  for (let s = from; s < to; s++) into[list[s] * stride + offset + k] *= factor;
  return kept ? 1 : 0;
}

/** Weighted product of two columns over the positions of one level. */
function product(
  plan: Plan, list: StaticArray<i32>, from: i32, to: i32, columns: StaticArray<f64>, stride: i32, a: i32, b: i32,
): f64 {
  const weights = plan.weights;
  let sum: f64 = 0;
  for (let s = from; s < to; s++) {
    const at = list[s] * stride;
    sum += columns[at + a] * columns[at + b] * (weights === null ? 1 : weights[list[s]]);
  }
  return sum;
}
