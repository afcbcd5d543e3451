import type { Group } from "../../kernels/design.js";
import type { Kernels } from "../../kernels/instance.js";
import { residentDemeaner } from "../../kernels/residentDemeaner.js";
import { countLevels } from "./sums.js";

/**
 * Parameters that absorbed effects take, for the small-sample correction: the constant, and levels less one of each
 * effect, less one more for each further connected piece, and all slopes; an effect nested in one way of the clusters
 * counts nothing, its slopes neither (reghdfe's rule; Correia 2016). Without effects: 0.
 */
export function absorbedParameters(effects: readonly Group[], clusters: readonly Group[], rank: number): number {
  if (effects.length === 0) return 0;
  const nested = effects.filter((effect) => clusters.some((way) => isNestedIn(effect, way)));
  if (nested.length === 0) return rank;
  const others = effects.filter((effect) => !nested.includes(effect));
  return 1 + others.reduce((sum, effect) => sum + countLevels(effect) - (effect.slope === undefined ? 1 : 0), 0);
}

/** Independent columns among the effects' dummies, slopes and the constant. */
export function absorbedRank(kernels: Kernels, effects: readonly Group[]): number {
  return residentDemeaner(kernels, effects, null).rank;
}

/** Whether all rows of each level are in one cluster. */
export function isNestedIn(effect: Group, clusters: Group): boolean {
  const clusterOf = new Int32Array(effect.levels).fill(-1);
  return effect.codes.every((code, row) => {
    if (clusterOf[code] === -1) clusterOf[code] = clusters.codes[row] ?? -1;
    return clusterOf[code] === clusters.codes[row];
  });
}
