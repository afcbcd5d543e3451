import { columnCount, type Design } from "./design.js";
import type { Kernels } from "./instance.js";
import { keepResident } from "./resident.js";

/** How trees grow; the meaning of each is scikit-learn's (RandomForestRegressor). */
export interface TreeSettings {
  /** Columns drawn at each node, of `columnCount(design)`. */
  readonly maxFeatures: number;
  readonly minLeaf: number;
  readonly minSplit: number;
  readonly maxDepth: number;
  /** Rows (units, where given) drawn with replacement for each tree; 0 takes each row once. */
  readonly draws: number;
  /** Cut a feature at one random value instead of its best: extremely randomised trees. */
  readonly randomCuts?: boolean;
}

/**
 * Sorts a design's columns, once: the sorted design stays at the bottom of the kernels' memory until another takes
 * its place. Call it outside any `heap.scope`. About 25 ns a cell.
 */
export function prepareTrees(kernels: Kernels, design: Design): number {
  const { exports, heap } = kernels;
  return keepResident(kernels, `trees ${design.key}`, () => {
    const cells = new Float64Array(design.features.length * design.rows);
    design.features.forEach((feature, f) => cells.set(feature, f * design.rows));
    const codes = new Int32Array(design.groups.length * design.rows);
    design.groups.forEach((group, g) => codes.set(group.codes, g * design.rows));
    const levels = Int32Array.from(design.groups, (group) => group.levels);
    return exports.treeDesign(
      design.rows, design.features.length, heap.copyIn(cells), levels.length, heap.copyIn(codes), heap.copyIn(levels),
    );
  });
}

/** `Settings` of assembly/tree/bag.ts. */
export function packSettings(settings: TreeSettings, design: Design, outOfBag: boolean): Int32Array {
  const { maxFeatures, minLeaf, minSplit, maxDepth, draws } = settings;
  return Int32Array.of(Math.min(maxFeatures, columnCount(design)), minLeaf, minSplit, maxDepth, draws, outOfBag ? 1 : 0, settings.randomCuts === true ? 1 : 0);
}
