import { packColumns } from "./design.js";
import type { Kernels } from "./instance.js";
import { memoryFull, type Pointer } from "./memory.js";

/** Distribution of the multipliers, all of mean 0 and variance 1: N(0, 1); X / sqrt(2) + (Y^2 - 1) / 2; Exp(1) - 1. */
export type Multiplier = "normal" | "wild" | "bayes";

/** What `assembly/inference/multipliers.ts` calls them. */
const KINDS: Readonly<Record<Multiplier, number>> = { normal: 0, wild: 1, bayes: 2 };

/** Bytes that a kernel can address. */
const ADDRESSES = 0xffff_ffff;

/** Draws of a multiplier bootstrap. */
export interface BootstrapRequest {
  /** By estimate, by cluster: sums of its influence. */
  readonly influence: readonly Float64Array[];
  /** Two words a cluster, which with `key` decide its multipliers. */
  readonly labels: Uint32Array;
  /** 64 random bits, low word first. */
  readonly key: readonly [number, number];
  readonly multiplier: Multiplier;
  readonly draws: number;
  /** Number of the first draw (0): draws may be cut among calls without changing a bit. */
  readonly from?: number;
}

/**
 * By estimate, `draws` numbers: sum over clusters g of xi_bg influence_kg, the same xi for all estimates. Each is one
 * sum in the order of the clusters, whatever other estimates there are. Variance: the sum of squares of an estimate's
 * influence. Cost: 18 ns a cluster and draw, 0.3 ns for each estimate more; memory 8 (K + 1) (G + draws) bytes.
 *
 * Throws a RangeError for lengths that do not fit and an EstimationError where memory is full.
 * Source: assembly/inference/bootstrap.ts.
 */
export function multiplierBootstrap(kernels: Kernels, request: BootstrapRequest): readonly Float64Array[] {
  const { exports, heap } = kernels;
  const { influence, labels, key, draws, from = 0 } = request;
  const clusters = labels.length / 2;
  const odd = influence.find((sums) => sums.length !== clusters);
  if (odd !== undefined) throw new RangeError(`An estimate has ${odd.length} sums of influence, expected ${clusters}.`);
  const width = Math.ceil(draws / 4) * 4;
  const full = memoryFull(`${draws} bootstrap draws of ${influence.length} estimates over ${clusters} clusters`);
  if (influence.length * Math.max(clusters, width) * 8 > ADDRESSES) throw full;
  return heap.scope(() => {
    const out = heap.reserve(Float64Array, influence.length * width);
    const status = exports.multiplierBootstrap(
      influence.length, clusters, heap.copyIn(packColumns(influence, clusters)), heap.copyIn(labels),
      key[0], key[1], KINDS[request.multiplier], from, width, out,
    );
    if (status !== 0) throw full;
    return influence.map((_, k) => heap.copyOut(Float64Array, (out + k * width * 8) as Pointer, draws));
  });
}
