import { GAP, rowBits, rowMask } from "../design";
import { scanMissing } from "../missing";
import { Node } from "../node";
import { gainOf } from "../scan";
import { sumLevel } from "./levels";
import { sortNode } from "./order";
import { cutAtRandom } from "./random";
import { Subset } from "./state";

/** Whether a column has one value in the node; of a level the sums are left in `grower` for `evaluate`. */
export function isConstant(grower: Subset, node: Node, column: i32): bool {
  const design = grower.design;
  if (column >= design.features) {
    sumLevel(grower, node, column);
    return grower.partSize == 0 || grower.partSize == node.end - node.begin;
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
  let missing = 0;
  for (let i = node.begin; i < node.end; i++) {
    const value = design.values[offset + grower.bag.row[grower.rows[i]]];
    low = value < low ? value : low;
    high = value > high ? value : high;
    missing += <i32>isNaN(value);
  }
  return missing == 0 ? high <= low + GAP : missing == node.end - node.begin;
}

/** Best gain of one column that is not constant in the node; -1 if no cut leaves enough rows on both sides. */
export function evaluate<T>(grower: Subset, node: Node, column: i32): f64 {
  const design = grower.design;
  const minLeaf = grower.settings.minLeaf;
  const mean = node.sum / node.weight;
  const isLevel = column >= design.features;
  if (isLevel || grower.settings.randomCuts) {
    if (!isLevel) cutAtRandom(grower, node, column);
    return partGain(grower, node);
  }
  const c = design.classOf[column];
  sortNode<T>(grower, node, c);
  if (design.missing[c]) {
    const offset = column * design.rows;
    const n = node.end - node.begin;
    scanMissing<T>(grower.keys, n, grower.bag.pairs, mean, node.weight, minLeaf, design.values, offset, grower.bag.row, grower.found);
    return grower.found.gain;
  }
  return scan<T>(grower, node, column, mean);
}

/** The gain of splitting off the level or part looked at last; -1 if that leaves too few rows on a side. */
export function partGain(grower: Subset, node: Node): f64 {
  const minLeaf = grower.settings.minLeaf;
  const size = grower.partSize;
  if (size < minLeaf || node.end - node.begin - size < minLeaf) return -1;
  return gainOf(grower.partSum, grower.partWeight, node.sum / node.weight, node.weight);
}

/** Remembers the split that `evaluate` has just found. */
export function keep<T>(grower: Subset, column: i32): void {
  grower.column = column;
  if (column >= grower.design.features) return;
  if (grower.settings.randomCuts) {
    grower.keptValue = grower.cutValue;
    grower.missingRight = grower.cutMissing;
    return;
  }
  const found = grower.found;
  const isMissing = grower.design.missing[grower.design.classOf[column]];
  if (isMissing) grower.cut = found.begin - 1;
  const entry = load<T>(grower.keys + <usize>grower.cut * sizeof<T>());
  const next = load<T>(grower.keys + <usize>(grower.cut + 1) * sizeof<T>());
  grower.cutRank = <u32>(entry >> rowBits<T>());
  grower.topRank = isMissing ? <u32>(load<T>(grower.keys + <usize>(found.end - 1) * sizeof<T>()) >> rowBits<T>()) : u32.MAX_VALUE;
  grower.missingRight = isMissing ? found.missingRight : 0;
  grower.rowBelow = grower.bag.row[<i32>(entry & rowMask<T>())];
  grower.rowAbove = grower.bag.row[<i32>(next & rowMask<T>())];
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
