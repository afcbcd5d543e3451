import { below, bits } from "../../core/random";
import { Node } from "../node";
import { SAME } from "../scan";
import { evaluate, isConstant, isConstantFeature, keep } from "./cut";
import { sumLevel } from "./levels";
import { Subset } from "./state";

/** Probabilities below this lose digits. */
const TINY: f64 = 1e-290;

/** Draws columns and keeps the best split among them; false if every column is constant or cannot be cut. */
export function choose<T>(grower: Subset, node: Node): bool {
  const columns = grower.design.columns;
  const wanted = grower.settings.maxFeatures;
  const order = grower.order;
  const swaps = grower.swaps;
  grower.stamp++;
  let best: f64 = -1;
  let seen = 0;
  let drawn = 0;
  let random: u64 = 0;
  while (drawn < columns && (drawn < wanted || seen == 0)) {
    random = (drawn & 1) == 0 ? bits(node.key, drawn) : random >> 32;
    const other = drawn + <i32>below(<u32>random, columns - drawn);
    const column = order[other];
    order[other] = order[drawn];
    order[drawn] = column;
    swaps[drawn++] = other;
    if (isConstant(grower, node, column)) continue;
    seen++;
    best = consider<T>(grower, node, column, best);
  }
  while (drawn > 0) {
    const other = swaps[--drawn];
    const column = order[drawn];
    order[drawn] = order[other];
    order[other] = column;
  }
  return best >= 0;
}

/**
 * The same draw for a node with few rows, where most columns are constant: how many of the columns drawn are not is
 * hypergeometric, and they are a uniform choice among those that are not.
 */
export function chooseSmall<T>(grower: Subset, node: Node): bool {
  const count = listVarying(grower, node);
  if (count == 0) return false;
  const candidates = grower.swaps;
  const among = max(1, hypergeometric(grower, count, bits(node.key, 0)));
  let best: f64 = -1;
  for (let k = 0; k < among; k++) {
    const other = k + <i32>below(<u32>bits(node.key, k + 1), count - k);
    const column = candidates[other];
    candidates[other] = candidates[k];
    if (column >= grower.design.features) sumLevel(grower, node, column);
    best = consider<T>(grower, node, column, best);
  }
  return best >= 0;
}

/** Evaluates a column and keeps its split if it is better than `best` by more than rounding; returns the best gain. */
function consider<T>(grower: Subset, node: Node, column: i32, best: f64): f64 {
  const gain = evaluate<T>(grower, node, column);
  if (gain < 0 || (best >= 0 && gain * SAME <= best)) return best;
  keep<T>(grower, column);
  return gain;
}

/** Lists in `swaps` the columns that are not constant in the node. */
function listVarying(grower: Subset, node: Node): i32 {
  const design = grower.design;
  const candidates = grower.swaps;
  const stamp = ++grower.stamp;
  let count = 0;
  for (; count < grower.untiedCount; count++) candidates[count] = grower.untied[count];
  for (let i = 0; i < grower.tiedCount; i++) {
    const feature = grower.tied[i];
    if (!isConstantFeature(grower, node, feature)) candidates[count++] = feature;
  }
  for (let g = 0; g < design.groups; g++) {
    const first = design.groupStart[g] - design.features;
    const offset = g * grower.capacity;
    const before = count;
    for (let i = node.begin; i < node.end; i++) {
      const level = first + grower.codes[offset + grower.rows[i]];
      if (grower.levelNode[level] == stamp) continue;
      grower.levelNode[level] = stamp;
      candidates[count++] = design.features + level;
    }
    // The one level of all rows is a constant column.
    if (count == before + 1) count = before;
  }
  // Level sums are made anew: the stamps say only which levels were seen.
  grower.stamp++;
  return count;
}

/**
 * How many of `varying` columns are among `maxFeatures` drawn from all: inversion of the hypergeometric distribution
 * from 0 upwards.
 */
function hypergeometric(grower: Subset, varying: i32, random: u64): i32 {
  const drawn = <f64>grower.settings.maxFeatures;
  const rest = <f64>(grower.design.columns - grower.settings.maxFeatures);
  const k = <f64>varying;
  // Where too few others are left, or too many are drawn, the first probability is nought or too small a number.
  if (rest < k) return sequential(grower, varying, random);
  let probability = noneDrawn(grower, varying);
  if (probability < TINY) return sequential(grower, varying, random);
  let uniform = <f64>(random >> 11) * (1.0 / 9007199254740992.0);
  const most = min(k, drawn);
  let m: f64 = 0;
  while (uniform >= probability && m < most) {
    uniform -= probability;
    probability *= ((k - m) * (drawn - m)) / ((m + 1) * (rest - k + m + 1));
    m += 1;
  }
  return <i32>m;
}

/** The same, one column at a time. */
function sequential(grower: Subset, varying: i32, random: u64): i32 {
  const columns = grower.design.columns;
  let left = varying;
  for (let d = 0; d < grower.settings.maxFeatures; d++) {
    if (<i32>below(<u32>bits(random, d), columns - d) < left) left--;
  }
  return varying - left;
}

/** Probability that none of `varying` columns is drawn; computed once for each number. */
export function noneDrawn(grower: Subset, varying: i32): f64 {
  const known = grower.noneDrawn[varying];
  if (known >= 0) return known;
  let probability: f64 = 1;
  const columns = grower.design.columns;
  for (let i = 0; i < varying; i++) probability *= <f64>(columns - grower.settings.maxFeatures - i) / <f64>(columns - i);
  grower.noneDrawn[varying] = probability;
  return probability;
}
