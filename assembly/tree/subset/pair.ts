import { below, bits } from "../../core/random";
import { GAP } from "../design";
import { addLeaf, Node } from "../node";
import { randomBetween } from "./random";
import { route } from "./split";
import { groupOf, Subset } from "./state";

/** A node of two rows ends here: both children are leaves. */
export function settlePair(grower: Subset, node: Node): void {
  const bag = grower.bag;
  if (!choosePair(grower, node)) {
    addLeaf(bag, grower.sample, node.routedBegin, node.routedEnd, node.sum, node.weight);
    return;
  }
  const design = grower.design;
  const column = grower.column;
  const a = grower.rows[node.begin];
  const b = grower.rows[node.begin + 1];
  let right = b;
  if (column >= design.features) {
    const group = groupOf(design, column);
    if (grower.codes[group * grower.capacity + a] == column - design.groupStart[group]) right = a;
  } else if (grower.ranks[design.classOf[column] * grower.capacity + a] > grower.cutRank) right = a;
  const left = right == a ? b : a;
  const border = route(grower, node);
  addLeaf(bag, grower.sample, node.routedBegin, border, bag.pairs[2 * left], bag.pairs[2 * left + 1]);
  addLeaf(bag, grower.sample, border, node.routedEnd, bag.pairs[2 * right], bag.pairs[2 * right + 1]);
}

/** Two rows: every column that separates them has the same gain, so the first one drawn is uniform among them. */
function choosePair(grower: Subset, node: Node): bool {
  const design = grower.design;
  const a = grower.rows[node.begin];
  const b = grower.rows[node.begin + 1];
  const candidates = grower.swaps;
  let count = 0;
  for (let f = 0; f < design.features; f++) if (separates(grower, f, a, b)) candidates[count++] = f;
  for (let g = 0; g < design.groups; g++) {
    const levelA = grower.codes[g * grower.capacity + a];
    const levelB = grower.codes[g * grower.capacity + b];
    if (levelA == levelB) continue;
    candidates[count++] = design.groupStart[g] + levelA;
    candidates[count++] = design.groupStart[g] + levelB;
  }
  if (count == 0) return false;
  const column = candidates[below(<u32>bits(node.key, 0), count)];
  grower.column = column;
  if (column >= design.features) return true;
  const offset = design.classOf[column] * grower.capacity;
  const inOrder = grower.ranks[offset + a] < grower.ranks[offset + b];
  grower.cutRank = min(grower.ranks[offset + a], grower.ranks[offset + b]);
  // The upper one may be missing; else both sides have as many rows.
  grower.topRank = u32.MAX_VALUE;
  grower.missingRight = design.missing[design.classOf[column]];
  grower.rowBelow = grower.bag.row[inOrder ? a : b];
  grower.rowAbove = grower.bag.row[inOrder ? b : a];
  if (grower.settings.randomCuts) {
    const values = design.values;
    const at = column * design.rows;
    grower.keptValue = randomBetween(values[at + grower.rowBelow], values[at + grower.rowAbove], node.key, column);
  }
  return true;
}

function separates(grower: Subset, feature: i32, a: u32, b: u32): bool {
  const design = grower.design;
  const c = design.classOf[feature];
  if (grower.ranks[c * grower.capacity + a] == grower.ranks[c * grower.capacity + b]) return false;
  if (!design.close[c]) return true;
  const offset = feature * design.rows;
  const one = design.values[offset + grower.bag.row[a]];
  const other = design.values[offset + grower.bag.row[b]];
  // Also where one is missing.
  return !(max(one, other) <= min(one, other) + GAP);
}
