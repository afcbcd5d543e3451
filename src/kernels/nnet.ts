import { EstimationError } from "../errors.js";
import { createDemeaner } from "./demean.js";
import { type Design, type Group, packColumns } from "./design.js";
import type { Kernels } from "./instance.js";
import { memoryFull, type Pointer } from "./memory.js";

/** What a column, or a level's dummy, is before it enters the network: (value - centre) * scale. */
export interface Scaling {
  readonly centre: number;
  readonly scale: number;
}

/** A multilayer perceptron and its training. */
export interface NetRequest {
  /** Units of each hidden layer, at least one layer. */
  readonly hidden: readonly number[];
  readonly activation: "relu" | "tanh";
  /** Targets are 0 or 1 and predictions the probability of 1. */
  readonly classify: boolean;
  readonly learningRate: number;
  /** Weight of half the squared weights, over the rows of a batch. */
  readonly alpha: number;
  /** Rows of the design. */
  readonly train: Uint32Array;
  readonly predict: Uint32Array;
  /** By row of the design. */
  readonly target: Float64Array;
  readonly weights: Float64Array | null;
  /** By feature; and by group, by level. */
  readonly features: readonly Scaling[];
  readonly levels: readonly (readonly Scaling[])[];
  /** 64 random bits, low word first: they draw the first weights and the batches. */
  readonly key: readonly [number, number];
}

/** Epochs of batches, until the loss no longer falls. */
export interface EpochsRequest extends NetRequest {
  readonly batch: number;
  readonly maxEpochs: number;
  /** What the loss must fall by in ten epochs. */
  readonly tolerance: number;
}

/** Full-batch steps on the within loss. */
export interface StepsRequest extends NetRequest {
  /** By row of the design. */
  readonly effects: readonly Group[];
  /** Steps after which predictions are recorded, ascending; the last is the number of steps. */
  readonly checkpoints: readonly number[];
}

/** Predictions of the held-out rows, in their order, and whether the loss stopped falling before the limit. */
export interface TrainedNet {
  readonly predictions: Float64Array;
  readonly converged: boolean;
}

/** Statuses of assembly/core/status.ts. */
const NOT_CONVERGED = 1;
const NO_MEMORY = 3;

/**
 * Adam on shuffled batches. An epoch of n rows costs 4 n h (features + groups) multiplications at 0.1 ns for one
 * layer of h units. Throws an EstimationError when memory is full. Source: assembly/nn/train.ts.
 */
export function trainNet(kernels: Kernels, design: Design, request: EpochsRequest): TrainedNet {
  const { exports, heap } = kernels;
  return heap.scope(() => {
    const out = heap.reserve(Float64Array, request.predict.length);
    const status = exports.trainNet(jobOf(kernels, design, request, request.batch, request.maxEpochs), ratesOf(kernels, request, request.tolerance), out);
    check(status);
    return { predictions: heap.copyOut(Float64Array, out, request.predict.length), converged: status !== NOT_CONVERGED };
  });
}

/**
 * Adam on the within loss of the training rows: predictions of the held-out rows after each checkpoint, less their mean
 * over the training rows. Throws an EstimationError where the effects cannot be removed. Source: assembly/nn/within.ts.
 */
export function trainNetWithin(kernels: Kernels, design: Design, request: StepsRequest): readonly Float64Array[] {
  const { exports, heap } = kernels;
  const { train, predict, weights, effects, checkpoints } = request;
  return heap.scope(() => {
    const { plan } = createDemeaner(kernels, effects, { rows: train, weights: weights ?? undefined });
    const out = heap.reserve(Float64Array, checkpoints.length * predict.length);
    const status = exports.trainNetWithin(
      jobOf(kernels, design, request, train.length, 0), ratesOf(kernels, request, 0), plan,
      checkpoints.length, heap.copyIn(Int32Array.from(checkpoints)), out,
    );
    check(status);
    if (status === NOT_CONVERGED) throw new EstimationError("not-converged", "The fixed effects could not be removed from what a step of the network left over.");
    const all = heap.copyOut(Float64Array, out, checkpoints.length * predict.length);
    return checkpoints.map((_, i) => all.slice(i * predict.length, (i + 1) * predict.length));
  });
}

function check(status: number): void {
  if (status === NO_MEMORY) throw memoryFull("a network of this size");
}

/** `NetJob` of assembly/nn/job.ts. */
function jobOf({ heap }: Kernels, design: Design, request: NetRequest, batch: number, epochs: number): Pointer {
  const { rows, features, groups } = design;
  const { hidden, activation, classify, train, predict, target, weights, key } = request;
  const codes = new Int32Array(groups.length * rows);
  let first = 0;
  groups.forEach(({ codes: own, levels }, g) => {
    own.forEach((code, row) => (codes[g * rows + row] = first + code));
    first += levels;
  });
  const levels = request.levels.flat();
  return heap.copyIn(Uint32Array.of(
    rows, features.length, groups.length, levels.length, hidden.length, activation === "tanh" ? 1 : 0, classify ? 1 : 0,
    train.length, batch, predict.length, epochs, key[0], key[1],
    heap.copyIn(Int32Array.from(hidden)), heap.copyIn(packColumns(features, rows)),
    heap.copyIn(Float64Array.from(request.features, ({ centre }) => centre)), heap.copyIn(Float64Array.from(request.features, ({ scale }) => scale)),
    heap.copyIn(codes), heap.copyIn(Float64Array.from(levels, ({ scale }) => scale)), heap.copyIn(Float64Array.from(levels, ({ centre, scale }) => centre * scale)),
    heap.copyIn(train), heap.copyIn(predict), heap.copyIn(target), weights === null ? 0 : heap.copyIn(weights),
  ));
}

/** `NetRates` of assembly/nn/job.ts. */
function ratesOf({ heap }: Kernels, { learningRate, alpha }: NetRequest, tolerance: number): Pointer {
  return heap.copyIn(Float64Array.of(learningRate, alpha, tolerance));
}
