import { EstimationError } from "../errors.js";
import { createDemeaner } from "./demean.js";
import type { Design, Group } from "./design.js";
import type { Kernels } from "./instance.js";
import { packSettings, prepareTrees, type TreeSettings } from "./trees.js";

/** Rounds of boosting on one fold. */
export interface BoostingRequest {
  readonly settings: Omit<TreeSettings, "draws">;
  /** What a tree's leaf means are multiplied by. */
  readonly rate: number;
  /** Rows of the design. */
  readonly train: Uint32Array;
  /** By row of the design. */
  readonly target: Float64Array;
  /** Held-out rows to predict. */
  readonly predict: Uint32Array;
  /** By row: what boosting starts from. */
  readonly start: Float64Array;
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
  const { train, predict, effects, checkpoints } = request;
  return heap.scope(() => {
    const plan = effects.length === 0 ? 0 : createDemeaner(kernels, effects, { rows: train }).plan;
    const out = heap.reserve(Float64Array, checkpoints.length * predict.length);
    const status = exports.growBoosting(
      at,
      heap.copyIn(packSettings({ ...request.settings, draws: 0 }, design, false)),
      request.rate,
      train.length, heap.copyIn(train), heap.copyIn(request.target),
      predict.length, heap.copyIn(predict),
      plan,
      request.key[0], request.key[1],
      heap.copyIn(request.start),
      checkpoints.length, heap.copyIn(Int32Array.from(checkpoints)), out,
    );
    if (status !== 0) throw new EstimationError("not-converged", "The fixed effects could not be removed from what a round of boosting left over.");
    const all = heap.copyOut(Float64Array, out, checkpoints.length * predict.length);
    return checkpoints.map((_, i) => all.slice(i * predict.length, (i + 1) * predict.length));
  });
}
