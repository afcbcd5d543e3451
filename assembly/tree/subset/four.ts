import { array, take } from "../../core/arena";
import { GAP } from "../design";
import { Node } from "../node";

/**
 * Random cuts of four features at a time. Their values stand side by side, row by row: a row's four at
 * first + row * stride. The same cuts and sums, to the bit, as one feature after the other gives (`cutAtRandom`).
 * Missing values (NaN) are passed over.
 */

/** Of four features: the lower and upper ends of their values in the node, the cuts, and the sums of the rows left of them. */
@unmanaged
export class Four {
  low: StaticArray<f32>;
  high: StaticArray<f32>;
  cut: StaticArray<f32>;
  sum: StaticArray<f64>;
  weight: StaticArray<f64>;
  size: StaticArray<i32>;
}

/** Room for four features. */
export function newFour(): Four {
  const four = changetype<Four>(take(offsetof<Four>()));
  four.low = array<f32>(4);
  four.high = array<f32>(4);
  four.cut = array<f32>(4);
  four.sum = array<f64>(4);
  four.weight = array<f64>(4);
  four.size = array<i32>(4);
  return four;
}

/** Whether a feature varies in the node, by scikit-learn's rule for neighbours. */
export function isOpen(four: Four, lane: i32): bool {
  return four.high[lane] > four.low[lane] + GAP;
}

/** Looks for the ends of the node's values. */
export function findEnds(four: Four, node: Node, rows: StaticArray<u32>, first: usize, stride: usize): void {
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  for (let i = node.begin; i < node.end; i++) {
    const values = v128.load(first + <usize>rows[i] * stride);
    low = f32x4.pmin(low, values);
    high = f32x4.pmax(high, values);
  }
  v128.store(changetype<usize>(four.low), low);
  v128.store(changetype<usize>(four.high), high);
}

/** Sums up the node's rows left of the cuts. No branch: half of them would be mispredicted. */
export function sumLeftOfFour(four: Four, node: Node, rows: StaticArray<u32>, first: usize, stride: usize, pairs: usize): void {
  const cuts = v128.load(changetype<usize>(four.cut));
  let sumA = f64x2.splat(0);
  let sumB = f64x2.splat(0);
  let weightA = f64x2.splat(0);
  let weightB = f64x2.splat(0);
  let sizes = i32x4.splat(0);
  for (let i = node.begin; i < node.end; i++) {
    const id = <usize>rows[i];
    const isLeft = f32x4.le(v128.load(first + id * stride), cuts);
    const leftA = i64x2.extend_low_i32x4_s(isLeft);
    const leftB = i64x2.extend_high_i32x4_s(isLeft);
    const sum = v128.load64_splat(pairs + (id << 4));
    const weight = v128.load64_splat(pairs + (id << 4) + 8);
    sumA = f64x2.add(sumA, v128.and(sum, leftA));
    sumB = f64x2.add(sumB, v128.and(sum, leftB));
    weightA = f64x2.add(weightA, v128.and(weight, leftA));
    weightB = f64x2.add(weightB, v128.and(weight, leftB));
    sizes = i32x4.sub(sizes, isLeft);
  }
  v128.store(changetype<usize>(four.sum), sumA);
  v128.store(changetype<usize>(four.sum) + 16, sumB);
  v128.store(changetype<usize>(four.weight), weightA);
  v128.store(changetype<usize>(four.weight) + 16, weightB);
  v128.store(changetype<usize>(four.size), sizes);
}

/** The greatest f32 not above x: it parts f32 values as x does. */
export function floor32(x: f64): f32 {
  const near = <f32>x;
  if (<f64>near <= x) return near;
  const bits = reinterpret<i32>(near);
  return near > 0 ? reinterpret<f32>(bits - 1) : near < 0 ? reinterpret<f32>(bits + 1) : reinterpret<f32>(0x80000001);
}
