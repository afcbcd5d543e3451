import type { Design } from "./design.js";
import type { Kernels } from "./instance.js";
import { copyOptional, denseUnits, packSettings, prepareTrees, type TreeSettings } from "./trees.js";

export type { TreeSettings } from "./trees.js";

/** Trees to be grown on one fold. */
export interface ForestRequest {
  readonly settings: TreeSettings;
  /** Rows of the design. */
  readonly train: Uint32Array;
  /** By row of the design. */
  readonly target: Float64Array;
  /** By row: observation weights, positive; null or absent: all 1. */
  readonly weights?: Float64Array | null;
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

/**
 * Grows trees and sums their predictions. Each tree is the same in whatever range it stands; sums are made in the order
 * of the trees, so a fixed cut into calls that are added in order gives the same bits.
 */
export function growForest(kernels: Kernels, design: Design, request: ForestRequest): ForestSums {
  const { exports, heap } = kernels;
  const at = prepareTrees(kernels, design);
  return heap.scope(() => {
    const { settings, train, predict } = request;
    const units = request.units === null ? null : denseUnits(request.units, train);
    const sums = heap.zeros(Float64Array, design.rows);
    const counts = heap.zeros(Int32Array, design.rows);
    exports.growForest(
      at,
      heap.copyIn(packSettings(settings, design, { outOfBag: request.outOfBag, replace: true })),
      train.length, heap.copyIn(train),
      units?.count ?? 0, copyOptional(heap, units?.codes ?? null),
      heap.copyIn(request.target), copyOptional(heap, request.weights ?? null),
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
