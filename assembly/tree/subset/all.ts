import { below, bits } from "../../core/random";
import { Node } from "../node";
import { SAME } from "../scan";
import { partGain } from "./cut";
import { findEnds, floor32, isOpen, sumLeftOfFour } from "./four";
import { sumGroup, useLevel } from "./levels";
import { randomBetween, sendMissing } from "./random";
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
  for (let block = 0; 4 * block < grower.design.features; block++) offerFour(grower, node, block);
  for (let g = 0; g < grower.design.groups; g++) offerLevels(grower, node, g);
  return grower.best >= 0;
}

/** The features from 4 block on. */
function offerFour(grower: Subset, node: Node, block: i32): void {
  const four = grower.four;
  const first = 4 * block;
  const last = min(first + 4, grower.design.features);
  cutFour(grower, node, first, last);
  for (let feature = first; feature < last; feature++) {
    const lane = feature - first;
    grower.cutValue = <f64>four.cut[lane];
    grower.cutMissing = 0;
    grower.partSum = four.sum[lane];
    grower.partWeight = four.weight[lane];
    grower.partSize = four.size[lane];
    const missing = grower.design.missing[grower.design.classOf[feature]] ? sendMissing(grower, node, feature) : 0;
    if (missing == 0 ? isOpen(four, lane) : missing < node.end - node.begin) offer(grower, node, feature);
  }
}

function cutFour(grower: Subset, node: Node, first: i32, last: i32): void {
  const four = grower.four;
  const cells = changetype<usize>(grower.cells) + (<usize>first << 2);
  const stride = <usize>grower.width << 2;
  findEnds(four, node, grower.rows, cells, stride);
  for (let feature = first; feature < last; feature++) {
    const lane = feature - first;
    four.cut[lane] = floor32(randomBetween(four.low[lane], four.high[lane], node.key, feature));
  }
  sumLeftOfFour(four, node, grower.rows, cells, stride, changetype<usize>(grower.bag.pairs));
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
