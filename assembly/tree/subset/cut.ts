import { bits, subKey } from "../../core/random";
import { GAP, rowBits, rowMask } from "../design";
import { Node } from "../node";
import { gainOf } from "../scan";
import { sumLevel } from "./levels";
import { sortNode } from "./order";
import { Subset } from "./state";

/** Whether a column has one value in the node; of a level the sums are left in `grower` for `evaluate`. */
export function isConstant(grower: Subset, node: Node, column: i32): bool {
  const design = grower.design;
  if (column >= design.features) {
    sumLevel(grower, node, column);
    return grower.levelSize == 0 || grower.levelSize == node.end - node.begin;
  }
  return isConstantFeature(grower, node, column);
}

/** Whether a feature has one value in the node, by scikit-learn's rule for neighbours. */
export function isConstantFeature(grower: Subset, node: Node, feature: i32): bool {
  const c = grower.design.classOf[feature];
  if (grower.design.close[c]) return isCloseConstant(grower, node, feature);
  const rows = grower.rows;
  const offset = c * grower.capacity;
  const first = grower.ranks[offset + rows[node.begin]];
  for (let i = node.begin + 1; i < node.end; i++) if (grower.ranks[offset + rows[i]] != first) return false;
  return true;
}

function isCloseConstant(grower: Subset, node: Node, feature: i32): bool {
  const design = grower.design;
  const offset = feature * design.rows;
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (let i = node.begin; i < node.end; i++) {
    const value = design.values[offset + grower.bag.row[grower.rows[i]]];
    low = min(low, value);
    high = max(high, value);
  }
  return high <= low + GAP;
}

/** Best gain of one column that is not constant in the node; -1 if no cut leaves enough rows on both sides. */
export function evaluate<T>(grower: Subset, node: Node, column: i32): f64 {
  const design = grower.design;
  const minLeaf = grower.settings.minLeaf;
  const mean = node.sum / node.weight;
  if (column >= design.features) {
    const size = grower.levelSize;
    if (size < minLeaf || node.end - node.begin - size < minLeaf) return -1;
    return gainOf(grower.levelSum, grower.levelWeight, mean, node.weight);
  }
  if (grower.settings.randomCuts) return cutAtRandom(grower, node, column, mean);
  sortNode<T>(grower, node, design.classOf[column]);
  return scan<T>(grower, node, column, mean);
}

/** Remembers the split that `evaluate` has just found. */
export function keep<T>(grower: Subset, column: i32): void {
  grower.column = column;
  if (column >= grower.design.features) return;
  if (grower.settings.randomCuts) {
    grower.keptValue = grower.cutValue;
    return;
  }
  const entry = load<T>(grower.keys + <usize>grower.cut * sizeof<T>());
  const next = load<T>(grower.keys + <usize>(grower.cut + 1) * sizeof<T>());
  grower.cutRank = <u32>(entry >> rowBits<T>());
  grower.rowBelow = grower.bag.row[<i32>(entry & rowMask<T>())];
  grower.rowAbove = grower.bag.row[<i32>(next & rowMask<T>())];
}

/** The gain of a cut at a value drawn uniformly between the feature's extremes in the node. */
function cutAtRandom(grower: Subset, node: Node, feature: i32, mean: f64): f64 {
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
  const cut = randomBetween(low, high, node.key, feature);
  let sum: f64 = 0;
  let weight: f64 = 0;
  let size = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = grower.rows[i];
    if (<f64>values[offset + bag.row[id]] > cut) continue;
    sum += bag.pairs[2 * id];
    weight += bag.pairs[2 * id + 1];
    size++;
  }
  grower.cutValue = cut;
  const minLeaf = grower.settings.minLeaf;
  if (size < minLeaf || node.end - node.begin - size < minLeaf) return -1;
  return gainOf(sum, weight, mean, node.weight);
}

/** A draw from [low, high) that belongs to this node and feature. */
export function randomBetween(low: f32, high: f32, key: u64, feature: i32): f64 {
  const uniform = <f64>(bits(subKey(key, 2 + feature), 0) >> 11) * (1.0 / 9007199254740992.0);
  const value = <f64>low + uniform * (<f64>high - <f64>low);
  return value >= <f64>high ? <f64>low : value;
}

/** Best cut along `keys`; its position goes to `cut`. */
function scan<T>(grower: Subset, node: Node, feature: i32, mean: f64): f64 {
  const pairs = grower.bag.pairs;
  const minLeaf = grower.settings.minLeaf;
  const close = grower.design.close[grower.design.classOf[feature]];
  const n = node.end - node.begin;
  const total = node.weight;
  let sum: f64 = 0;
  let weight: f64 = 0;
  let best: f64 = -1;
  let entry = load<T>(grower.keys);
  for (let i = 0, end = n - minLeaf; i < end; i++) {
    const next = load<T>(grower.keys + <usize>(i + 1) * sizeof<T>());
    const at = <i32>(entry & rowMask<T>()) << 1;
    sum += pairs[at];
    weight += pairs[at + 1];
    const separated = close ? isSeparated<T>(grower, feature, entry, next) : (entry ^ next) > rowMask<T>();
    entry = next;
    if (!separated || i < minLeaf - 1) continue;
    const gain = gainOf(sum, weight, mean, total);
    if (gain > best) {
      best = gain;
      grower.cut = i;
    }
  }
  return best;
}

function isSeparated<T>(grower: Subset, feature: i32, entry: T, next: T): bool {
  const offset = feature * grower.design.rows;
  const row = grower.bag.row;
  const here = grower.design.values[offset + row[<i32>(entry & rowMask<T>())]];
  return grower.design.values[offset + row[<i32>(next & rowMask<T>())]] > here + GAP;
}
