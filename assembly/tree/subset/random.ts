import { bits, subKey } from "../../core/random";
import { Node } from "../node";
import { isRight } from "../send";
import { Subset } from "./state";

/**
 * Cuts a feature at a value drawn uniformly between its extremes in the node; missing values go to a random side, as in
 * scikit-learn. Leaves the cut in `cutValue` and `cutMissing`, the sums of its left part in `partSum`, `partWeight`, `partSize`.
 */
export function cutAtRandom(grower: Subset, node: Node, feature: i32): void {
  const bag = grower.bag;
  const values = grower.design.values;
  const offset = feature * grower.design.rows;
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let i = node.begin; i < node.end; i++) {
    const value = values[offset + bag.row[grower.rows[i]]];
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  const key = subKey(node.key, 2 + feature);
  grower.cutValue = valueBetween(low, high, key);
  const hasMissing = grower.design.missing[grower.design.classOf[feature]] && isAnyMissing(grower, node, offset);
  const missingRight = hasMissing ? <i32>(bits(key, 1) & 1) : 0;
  sumLeft(grower, node, offset, missingRight);
  grower.cutMissing = hasMissing ? missingRight : <i32>(2 * grower.partSize <= node.end - node.begin);
}

/** A draw from [low, high) that belongs to this feature and the node of this key. */
export function randomBetween(low: f32, high: f32, key: u64, feature: i32): f64 {
  return valueBetween(low, high, subKey(key, 2 + feature));
}

/** A draw from [low, high) by this key. */
export function valueBetween(low: f32, high: f32, key: u64): f64 {
  const uniform = <f64>(bits(key, 0) >> 11) * (1.0 / 9007199254740992.0);
  const value = <f64>low + uniform * (<f64>high - <f64>low);
  return value >= <f64>high ? <f64>low : value;
}

function isAnyMissing(grower: Subset, node: Node, offset: i32): bool {
  for (let i = node.begin; i < node.end; i++) if (isNaN(grower.design.values[offset + grower.bag.row[grower.rows[i]]])) return true;
  return false;
}

/** Sums up the rows left of `cutValue`. No branch: half of them would be mispredicted. */
function sumLeft(grower: Subset, node: Node, offset: i32, missingRight: i32): void {
  const bag = grower.bag;
  const values = grower.design.values;
  const rows = grower.rows;
  const row = bag.row;
  const pairs = changetype<usize>(bag.pairs);
  const cut = grower.cutValue;
  let sums = f64x2.splat(0);
  let size = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = rows[i];
    const isLeft = 1 - isRight(values[offset + row[id]], cut, missingRight);
    sums = f64x2.add(sums, v128.and(v128.load(pairs + (<usize>id << 4)), i64x2.splat(-(<i64>isLeft))));
    size += isLeft;
  }
  grower.partSum = f64x2.extract_lane(sums, 0);
  grower.partWeight = f64x2.extract_lane(sums, 1);
  grower.partSize = size;
}
