import { bits, subKey } from "../../core/random";
import { Node } from "../node";
import { Subset } from "./state";

/** Copies the bag's values into `cells`, a row's features side by side; places left over hold 0. */
export function fillCells(grower: Subset): void {
  const design = grower.design;
  const bag = grower.bag;
  const cells = grower.cells;
  const width = grower.width;
  for (let f = 0; f < width; f++) {
    const offset = f * design.rows;
    for (let id = 0; id < bag.size; id++) cells[id * width + f] = f < design.features ? design.values[offset + bag.row[id]] : 0;
  }
}

/**
 * Cuts a feature at a value drawn uniformly between its extremes in the node. Leaves the cut in `cutValue` and
 * `cutMissing`, the sums of its left part in `partSum`, `partWeight`, `partSize`.
 */
export function cutAtRandom(grower: Subset, node: Node, feature: i32): void {
  const cells = grower.cells;
  const width = grower.width;
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let i = node.begin; i < node.end; i++) {
    const value = cells[grower.rows[i] * width + feature];
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  grower.cutValue = randomBetween(low, high, node.key, feature);
  sumLeft(grower, node, feature);
  grower.cutMissing = 0;
  if (grower.design.missing[grower.design.classOf[feature]]) sendMissing(grower, node, feature);
}

/** A draw from [low, high) that belongs to this feature and the node of this key. */
export function randomBetween(low: f32, high: f32, key: u64, feature: i32): f64 {
  const uniform = <f64>(bits(subKey(key, 2 + feature), 0) >> 11) * (1.0 / 9007199254740992.0);
  const value = <f64>low + uniform * (<f64>high - <f64>low);
  return value >= <f64>high ? <f64>low : value;
}

/** Sums up the rows left of `cutValue`, none of them missing. No branch: half of them would be mispredicted. */
function sumLeft(grower: Subset, node: Node, feature: i32): void {
  const cells = grower.cells;
  const width = grower.width;
  const rows = grower.rows;
  const pairs = changetype<usize>(grower.bag.pairs);
  const cut = grower.cutValue;
  let sums = f64x2.splat(0);
  let size = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = rows[i];
    const isLeft = <i32>(<f64>cells[id * width + feature] <= cut);
    sums = f64x2.add(sums, v128.and(v128.load(pairs + (<usize>id << 4)), i64x2.splat(-(<i64>isLeft))));
    size += isLeft;
  }
  grower.partSum = f64x2.extract_lane(sums, 0);
  grower.partWeight = f64x2.extract_lane(sums, 1);
  grower.partSize = size;
}

/**
 * Sends the missing values of a node to a random side, as scikit-learn does, and later ones where it has none to the
 * side with more rows. Returns their number.
 */
export function sendMissing(grower: Subset, node: Node, feature: i32): i32 {
  const pairs = grower.bag.pairs;
  let sum: f64 = 0;
  let weight: f64 = 0;
  let size = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = grower.rows[i];
    if (!isNaN(grower.cells[id * grower.width + feature])) continue;
    sum += pairs[2 * id];
    weight += pairs[2 * id + 1];
    size++;
  }
  if (size == 0) {
    grower.cutMissing = <i32>(2 * grower.partSize <= node.end - node.begin);
    return 0;
  }
  grower.cutMissing = <i32>(bits(subKey(node.key, 2 + feature), 1) & 1);
  if (grower.cutMissing) return size;
  grower.partSum += sum;
  grower.partWeight += weight;
  grower.partSize += size;
  return size;
}
