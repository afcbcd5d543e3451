import { EstimationError } from "../errors.js";
import { createDemeaner } from "./demean.js";
import type { Design, Group } from "./design.js";
import type { Kernels } from "./instance.js";
import { copyOptional, denseUnits, packSettings, prepareTrees, type TreeSettings } from "./trees.js";

/** Rounds of boosting on one fold. */
export interface BoostingRequest {
  readonly settings: TreeSettings;
  /** What a tree's leaf means are multiplied by. */
  readonly rate: number;
  /** Rows of the design. */
  readonly train: Uint32Array;
  /** By row of the design. */
  readonly target: Float64Array;
  /** By row: observation weights, positive; null or absent: all 1. */
  readonly weights?: Float64Array | null;
  /** Held-out rows to predict, none of `train`. */
  readonly predict: Uint32Array;
  /** By row: units that are drawn together; null draws rows. */
  readonly units: Int32Array | null;
  /** By row: what boosting starts from; with `logistic` log odds. */
  readonly start: Float64Array;
  /** Targets are 0 or 1 and predictions probabilities, under the log-loss; without effects. */
  readonly logistic: boolean;
  /** By row of the design: effects that are profiled out of the loss; none for plain least squares. */
  readonly effects: readonly Group[];
  /** 64 random bits, low word first; they break ties and draw columns. */
  readonly key: readonly [number, number];
  /** Rounds after which predictions are recorded, ascending; the last is the number of rounds. */
  readonly checkpoints: readonly number[];
}

/**
 * Predictions of the held-out rows, in their order, after each checkpoint; with effects less their mean over the
 * training rows. Throws an EstimationError where the effects cannot be removed.
 */
export function growBoosting(kernels: Kernels, design: Design, request: BoostingRequest): readonly Float64Array[] {
  const { exports, heap } = kernels;
  const at = prepareTrees(kernels, design);
  const { train, predict, effects, checkpoints, weights = null } = request;
  const units = request.units === null ? null : denseUnits(request.units, train);
  return heap.scope(() => {
    const plan = effects.length === 0 ? 0 : createDemeaner(kernels, effects, { rows: train, weights: weights ?? undefined }).plan;
    const out = heap.reserve(Float64Array, checkpoints.length * predict.length);
    const status = exports.growBoosting(
      at,
      heap.copyIn(packSettings(request.settings, design, { outOfBag: false, replace: false })),
      request.rate,
      train.length, heap.copyIn(train),
      units?.count ?? 0, copyOptional(heap, units?.codes ?? null),
      heap.copyIn(request.target), copyOptional(heap, weights),
      predict.length, heap.copyIn(predict),
      plan, request.logistic ? 1 : 0,
      request.key[0], request.key[1],
      heap.copyIn(request.start),
      checkpoints.length, heap.copyIn(Int32Array.from(checkpoints)), out,
    );
    if (status !== 0) throw new EstimationError("not-converged", "The fixed effects could not be removed from what a round of boosting left over.");
    const all = heap.copyOut(Float64Array, out, checkpoints.length * predict.length);
    return checkpoints.map((_, i) => all.slice(i * predict.length, (i + 1) * predict.length));
  });
}
