import { columnCount, type Design, packCodes, packColumns } from "./design.js";
import type { Kernels } from "./instance.js";
import type { Heap, NumericArray, Pointer } from "./memory.js";
import { keepResident } from "./resident.js";

/** How trees grow; the meaning of each is scikit-learn's (RandomForestRegressor). */
export interface TreeSettings {
  /** Columns drawn at each node, of `columnCount(design)`. */
  readonly maxFeatures: number;
  readonly minLeaf: number;
  readonly minSplit: number;
  readonly maxDepth: number;
  /** Rows (units, where given) drawn for each tree, in a forest with replacement, in boosting without; 0 takes each row once. */
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
    const levels = Int32Array.from(design.groups, (group) => group.levels);
    return exports.treeDesign(
      design.rows, design.features.length, heap.copyIn(packColumns(design.features, design.rows)), levels.length, heap.copyIn(packCodes(design.groups, design.rows)), heap.copyIn(levels),
    );
  });
}

/** How rows are drawn for a tree beyond `TreeSettings`. */
export interface Drawing {
  /** Predict the training rows that a tree left out, too. */
  readonly outOfBag: boolean;
  readonly replace: boolean;
}

/** `Settings` of assembly/tree/bag.ts. */
export function packSettings(settings: TreeSettings, design: Design, { outOfBag, replace }: Drawing): Int32Array {
  const { maxFeatures, minLeaf, minSplit, maxDepth, draws, randomCuts = false } = settings;
  const columns = Math.min(maxFeatures, columnCount(design));
  return Int32Array.of(columns, minLeaf, minSplit, maxDepth, draws, Number(outOfBag), Number(randomCuts), Number(replace));
}

/** An array copied into the kernels' memory, or their address of none. */
export function copyOptional(heap: Heap, array: NumericArray | null): Pointer {
  return array === null ? (0 as Pointer) : heap.copyIn(array);
}

/** Units renumbered 0 .. count-1 over the training rows, in order of first appearance. */
export function denseUnits(units: Int32Array, rows: Uint32Array): { codes: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  const codes = new Int32Array(rows.length);
  for (let i = 0, [unit, number] = [-1, -1]; i < rows.length; i++) {
    const own = units[rows[i] ?? 0] ?? -1;
    if (i === 0 || own !== unit) { // rows of a unit often stand together
      unit = own;
      number = numbers.get(unit) ?? numbers.size;
      numbers.set(unit, number);
    }
    codes[i] = number;
  }
  return { codes, count: numbers.size };
}
