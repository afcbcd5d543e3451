import { below, bits, subKey } from "../../core/random";
import { Node } from "../node";
import { SAME } from "../scan";
import { isConstantFeature, partGain } from "./cut";
import { findEnds, floor32, isOpen, sumLeftOfFour } from "./four";
import { sumGroup, useLevel } from "./levels";
import { cutAtRandom, valueBetween } from "./random";
import { Subset } from "./state";

/**
 * With random cuts, looks at every column that is not constant in the node and keeps the best split, any of equally
 * good ones with the same probability; false if there is none. What drawing all columns one by one comes to, without
 * the draws. Cost: O(n (features + groups)).
 */
export function chooseAll(grower: Subset, node: Node): bool {
  grower.best = -1;
  grower.equals = 0;
  grower.stamp++;
  for (let block = 0; block < grower.fours; block++) offerFour(grower, node, block);
  for (let i = 0; i < grower.gappedCount; i++) offerGapped(grower, node, grower.gapped[i]);
  for (let g = 0; g < grower.design.groups; g++) offerLevels(grower, node, g);
  return grower.best >= 0;
}

/** Cuts the features at places 4 `block` .. 4 `block` + 3 of `complete`. */
function cutFour(grower: Subset, node: Node, block: i32): void {
  const four = grower.four;
  const first = changetype<usize>(grower.cells) + (<usize>block << 4);
  findEnds(four, node, grower.rows, first, <usize>grower.fours << 4);
  for (let lane = 0; lane < 4; lane++) {
    const place = min(4 * block + lane, grower.completeCount - 1);
    const key = subKey(node.key, 2 + grower.complete[place]);
    four.cut[lane] = floor32(valueBetween(four.low[lane], four.high[lane], key));
  }
  sumLeftOfFour(four, node, grower.rows, first, <usize>grower.fours << 4, changetype<usize>(grower.bag.pairs));
}

function offerFour(grower: Subset, node: Node, block: i32): void {
  const four = grower.four;
  cutFour(grower, node, block);
  for (let lane = 0; lane < 4; lane++) {
    if (!isOpen(four, lane)) continue;
    grower.cutValue = <f64>four.cut[lane];
    grower.cutMissing = 0;
    grower.partSum = four.sum[lane];
    grower.partWeight = four.weight[lane];
    grower.partSize = four.size[lane];
    offer(grower, node, grower.complete[4 * block + lane]);
  }
}

function offerGapped(grower: Subset, node: Node, feature: i32): void {
  if (isConstantFeature(grower, node, feature)) return;
  cutAtRandom(grower, node, feature);
  offer(grower, node, feature);
}

/** Every level that the node has, unless it is the only one. */
function offerLevels(grower: Subset, node: Node, g: i32): void {
  const count = sumGroup(grower, node, g);
  if (count == 1) return;
  for (let k = 0; k < count; k++) {
    const level = grower.levelsThere[k];
    useLevel(grower, level);
    offer(grower, node, grower.design.features + level);
  }
}

/** Keeps the split of a column if it is the best so far; of k equally good ones the k-th with probability 1 / k. */
function offer(grower: Subset, node: Node, column: i32): void {
  const gain = partGain(grower, node);
  if (gain < 0 || gain < grower.best * SAME) return;
  if (gain * SAME > grower.best) grower.equals = 0;
  grower.best = max(grower.best, gain);
  grower.equals++;
  if (grower.equals > 1 && below(<u32>bits(node.key, grower.equals), grower.equals) > 0) return;
  grower.column = column;
  grower.keptValue = grower.cutValue;
  grower.missingRight = grower.cutMissing;
}

/** Copies the bag's values into `cells`, row by row, four features side by side; places left over hold 0. */
export function fillCells(grower: Subset): void {
  const design = grower.design;
  const bag = grower.bag;
  const width = 4 * grower.fours;
  for (let k = 0; k < width; k++) {
    const offset = k < grower.completeCount ? grower.complete[k] * design.rows : -1;
    for (let id = 0; id < bag.size; id++) grower.cells[id * width + k] = offset < 0 ? 0 : design.values[offset + bag.row[id]];
  }
}
