import { EstimationError } from "../errors.js";
import type { BootstrapChoice } from "../inference/joint/draws.js";
import { multiplierBootstrap } from "../kernels/bootstrap.js";
import type { Kernels } from "../kernels/instance.js";
import { streamOf } from "../plan/keys.js";
import type { CurveScores } from "./rows.js";

/** Numbers of draws kept at a time: 128 MB. */
const KEPT = 1 << 24;
/** Numbers of influence handed to the kernel at a time, and specifications at most. */
const HANDED = 1 << 22;
const BLOCK = 512;

/** The influence of a list of specifications by cluster. */
export interface Influence {
  readonly specifications: number;
  readonly clusters: number;
  /** Two words a cluster, which decide its multipliers. */
  readonly labels: Uint32Array;
  /** By place in the list: one number a cluster; may be made anew at each call. */
  readonly of: (place: number) => Float64Array;
}

/** The influence of the specifications numbered in `judged`, over all clusters of the curve. */
export function influenceOf(scores: CurveScores, judged: Uint32Array): Influence {
  const { labels } = scores;
  return {
    specifications: judged.length, clusters: labels.length, labels: Uint32Array.from(labels.flatMap((label) => streamOf(scores.by, label))),
    of(place) {
      const { clusters, values } = scores.scores(judged[place] ?? 0);
      const dense = new Float64Array(labels.length);
      for (let g = 0; g < clusters.length; g++) dense[clusters[g] ?? 0] = values[g] ?? 0;
      return dense;
    },
  };
}

/**
 * Draws of the multiplier bootstrap, one after another: `use(b, values)` is given, by place, sum_g xi_bg a_g. `values`
 * is overwritten afterwards. The multipliers follow from (seed, cluster's label, draw) alone and are those of a joint
 * table's first repetition, so neither other specifications nor the order of work change a bit.
 *
 * All numbers at once would be K B. They are made in bands of draws, as many as fit 128 MB, and the scores are read once
 * a band. Cost: 0.3 ns K G B, and the reading.
 */
export function eachDraw(kernels: Kernels, influence: Influence, { draws, multiplier, seed }: BootstrapChoice, use: (draw: number, values: Float64Array) => void): void {
  const { specifications, clusters, labels } = influence;
  const band = Math.min(draws, Math.max(4, 4 * Math.floor(KEPT / Math.max(1, specifications) / 4)));
  const block = Math.max(4, Math.min(BLOCK, Math.floor(HANDED / Math.max(1, clusters))));
  const key = streamOf("multipliers", seed, 0);
  const kept = new Float64Array(band * specifications);
  for (let from = 0; from < draws; from += band) {
    const width = Math.min(band, draws - from);
    for (let first = 0; first < specifications; first += block) {
      const count = Math.min(block, specifications - first);
      const drawn = multiplierBootstrap(kernels, { influence: Array.from({ length: count }, (_, k) => influence.of(first + k)), labels, key, multiplier, draws: width, from });
      drawn.forEach((row, k) => {
        for (let b = 0; b < width; b++) kept[b * specifications + first + k] = row[b] ?? NaN;
      });
    }
    for (let b = 0; b < width; b++) use(from + b, kept.subarray(b * specifications, (b + 1) * specifications));
  }
}

/** Refuses too few draws for an interval. */
export function checkDraws({ draws }: BootstrapChoice): void {
  if (!(draws >= 100)) throw new EstimationError("few-draws", `${draws} draws are too few for the inference of a curve. Take 100 at least; 1,000 are usual.`);
}
