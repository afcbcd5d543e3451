import { columnCount, type Design } from "./design.js";
import type { Kernels } from "./instance.js";
import type { Pointer } from "./memory.js";

/** How trees grow; the meaning of each is scikit-learn's (RandomForestRegressor). */
export interface TreeSettings {
  /** Columns drawn at each node, of `columnCount(design)`. */
  readonly maxFeatures: number;
  readonly minLeaf: number;
  readonly minSplit: number;
  readonly maxDepth: number;
  /** Rows (units, where given) drawn with replacement for each tree; 0 takes each row once. */
  readonly draws: number;
}

/** Trees to be grown on one fold. */
export interface ForestRequest {
  readonly settings: TreeSettings;
  /** Rows of the design. */
  readonly train: Uint32Array;
  /** By row of the design. */
  readonly target: Float64Array;
  /** Held-out rows to predict. */
  readonly predict: Uint32Array;
  /** By row: units that are drawn together; null draws rows. */
  readonly units: Int32Array | null;
  /** Predict the training rows from the trees that left them out, too. */
  readonly outOfBag: boolean;
  /** 64 random bits, low word first. Tree t uses its sub-stream t. */
  readonly key: readonly [number, number];
  /** Trees from .. to-1. */
  readonly from: number;
  readonly to: number;
}

/** Sums of leaf means over trees, by row of the design, and the number of trees in each sum. */
export interface ForestSums {
  readonly sums: Float64Array;
  readonly counts: Int32Array;
}

const prepared = new WeakMap<Kernels, { readonly key: string; readonly at: number }>();

/**
 * Sorts a design's columns, once: the sorted design stays at the bottom of the kernels' memory until another takes
 * its place. Call it outside any `heap.scope`. About 25 ns a cell.
 */
function prepare(kernels: Kernels, design: Design): number {
  const known = prepared.get(kernels);
  if (known?.key === design.key) return known.at;
  const { exports, heap } = kernels;
  exports.release(kernels.base);
  const cells = new Float64Array(design.features.length * design.rows);
  design.features.forEach((feature, f) => cells.set(feature, f * design.rows));
  const codes = new Int32Array(design.groups.length * design.rows);
  design.groups.forEach((group, g) => codes.set(group.codes, g * design.rows));
  const levels = Int32Array.from(design.groups, (group) => group.levels);
  const at = exports.treeDesign(
    design.rows, design.features.length, heap.copyIn(cells), levels.length, heap.copyIn(codes), heap.copyIn(levels),
  );
  prepared.set(kernels, { key: design.key, at });
  return at;
}

/** Grows trees and sums their predictions; the same bits for any cut of the range into calls that are added in order. */
export function growForest(kernels: Kernels, design: Design, request: ForestRequest): ForestSums {
  const { exports, heap } = kernels;
  const at = prepare(kernels, design);
  return heap.scope(() => {
    const { settings, train, predict } = request;
    const units = request.units === null ? null : denseUnits(request.units, train);
    const sums = heap.zeros(Float64Array, design.rows);
    const counts = heap.zeros(Int32Array, design.rows);
    exports.growForest(
      at,
      heap.copyIn(packSettings(settings, columnCount(design), request.outOfBag)),
      train.length, heap.copyIn(train),
      units?.count ?? 0, units === null ? (0 as Pointer) : heap.copyIn(units.codes),
      heap.copyIn(request.target),
      predict.length, heap.copyIn(predict),
      request.key[0], request.key[1], request.from, request.to,
      sums, counts,
    );
    return {
      sums: heap.copyOut(Float64Array, sums, design.rows),
      counts: heap.copyOut(Int32Array, counts, design.rows),
    };
  });
}

function packSettings(settings: TreeSettings, columns: number, outOfBag: boolean): Int32Array {
  const { maxFeatures, minLeaf, minSplit, maxDepth, draws } = settings;
  return Int32Array.of(Math.min(maxFeatures, columns), minLeaf, minSplit, maxDepth, draws, outOfBag ? 1 : 0);
}

/** Units renumbered 0 .. count-1 over the training rows, in order of first appearance. */
export function denseUnits(units: Int32Array, rows: Uint32Array): { codes: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  const codes = Int32Array.from(rows, (row) => {
    const unit = units[row] ?? -1;
    let number = numbers.get(unit);
    if (number === undefined) numbers.set(unit, (number = numbers.size));
    return number;
  });
  return { codes, count: numbers.size };
}
