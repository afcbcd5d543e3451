import { below, bits } from "../../core/random";
import { Node } from "../node";
import { SAME } from "../scan";
import { evaluate, isConstantFeature, keep } from "./cut";
import { sumGroup, useLevel } from "./levels";
import { Subset } from "./state";

/**
 * Looks at every column that is not constant in the node and keeps the best split, any of equally good ones with the
 * same probability; false if there is none. What drawing all columns one by one comes to, without the draws.
 * Cost: O(n (features + groups)).
 */
export function chooseAll<T>(grower: Subset, node: Node): bool {
  const design = grower.design;
  grower.best = -1;
  grower.equals = 0;
  grower.stamp++;
  for (let i = 0; i < grower.untiedCount; i++) offer<T>(grower, node, grower.untied[i]);
  for (let i = 0; i < grower.tiedCount; i++) {
    const feature = grower.tied[i];
    if (!isConstantFeature(grower, node, feature)) offer<T>(grower, node, feature);
  }
  for (let g = 0; g < design.groups; g++) offerLevels<T>(grower, node, g);
  return grower.best >= 0;
}

/** Every level that the node has, unless it is the only one. */
function offerLevels<T>(grower: Subset, node: Node, g: i32): void {
  const count = sumGroup(grower, node, g);
  if (count == 1) return;
  for (let k = 0; k < count; k++) {
    const level = grower.levelsThere[k];
    useLevel(grower, level);
    offer<T>(grower, node, grower.design.features + level);
  }
}

/** Keeps the column's split if it is the best so far; of k equally good ones the k-th with probability 1 / k. */
function offer<T>(grower: Subset, node: Node, column: i32): void {
  const gain = evaluate<T>(grower, node, column);
  if (gain < 0 || gain < grower.best * SAME) return;
  if (gain * SAME > grower.best) grower.equals = 0;
  grower.best = max(grower.best, gain);
  grower.equals++;
  if (grower.equals == 1 || below(<u32>bits(node.key, grower.equals), grower.equals) == 0) keep<T>(grower, column);
}
