import { Node } from "../node";
import { groupOf, SMALL, Subset } from "./state";

/**
 * Sums and size of one level in the node, into `partSum`, `partWeight`, `partSize`. The first group's rows stand in
 * the order of their levels, so a level is found by bisection; of the others a small node is read once a level, a large one summed up by level once.
 */
export function sumLevel(grower: Subset, node: Node, column: i32): void {
  const design = grower.design;
  const group = groupOf(design, column);
  if (group > 0 && (grower.fewDrawn[group] || node.end - node.begin <= SMALL)) {
    readLevel(grower, node, group, column - design.groupStart[group]);
    return;
  }
  if (group > 0) {
    if (grower.groupNode[group] != grower.stamp) sumGroup(grower, node, group);
    const level = column - design.features;
    if (grower.levelNode[level] == grower.stamp) useLevel(grower, level);
    else grower.partSize = 0;
    return;
  }
  const wanted = column - design.groupStart[0];
  const first = bisect(grower, node, wanted);
  const pairs = grower.bag.pairs;
  let i = first;
  let sum: f64 = 0;
  let weight: f64 = 0;
  for (; i < node.end; i++) {
    const id = grower.rows[i];
    if (grower.codes[id] != wanted) break;
    sum += pairs[2 * id];
    weight += pairs[2 * id + 1];
  }
  grower.partSize = i - first;
  grower.partSum = sum;
  grower.partWeight = weight;
}

/** Sums of one level by a pass over the node's rows. */
function readLevel(grower: Subset, node: Node, group: i32, level: i32): void {
  const pairs = grower.bag.pairs;
  const rows = grower.rows;
  const codes = grower.codes;
  const offset = group * grower.capacity;
  let size = 0;
  let sum: f64 = 0;
  let weight: f64 = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = rows[i];
    if (codes[offset + id] != level) continue;
    sum += pairs[2 * id];
    weight += pairs[2 * id + 1];
    size++;
  }
  grower.partSize = size;
  grower.partSum = sum;
  grower.partWeight = weight;
}

/** The first of the node's rows whose level in the first group is at least `level`. */
function bisect(grower: Subset, node: Node, level: i32): i32 {
  let low = node.begin;
  let high = node.end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (grower.codes[grower.rows[middle]] < level) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes over the sums of a level, counted over all groups, which the node has. */
export function useLevel(grower: Subset, level: i32): void {
  grower.partSize = grower.levelSizes[level];
  grower.partSum = grower.levelSums[2 * level];
  grower.partWeight = grower.levelSums[2 * level + 1];
}

/** Sums of the node's rows by level of one group. The levels, counted over all groups, go to `levelsThere`; returns their number. */
export function sumGroup(grower: Subset, node: Node, g: i32): i32 {
  const design = grower.design;
  const pairs = grower.bag.pairs;
  const rows = grower.rows;
  const sums = grower.levelSums;
  const stamp = grower.stamp;
  const first = design.groupStart[g] - design.features;
  const offset = g * grower.capacity;
  grower.groupNode[g] = stamp;
  let count = 0;
  for (let i = node.begin; i < node.end; i++) {
    const id = rows[i];
    const level = first + grower.codes[offset + id];
    if (grower.levelNode[level] != stamp) {
      grower.levelNode[level] = stamp;
      grower.levelsThere[count++] = level;
      grower.levelSizes[level] = 0;
      sums[2 * level] = 0;
      sums[2 * level + 1] = 0;
    }
    sums[2 * level] += pairs[2 * id];
    sums[2 * level + 1] += pairs[2 * id + 1];
    grower.levelSizes[level]++;
  }
  return count;
}
