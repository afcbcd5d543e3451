import { bits, subKey } from "../core/random";
import { normalQuantile } from "../core/special";

/**
 * Random numbers of mean 0 and variance 1 by which a multiplier bootstrap weights its clusters. Each follows from
 * (key of the bootstrap, label of the cluster, number of the draw) alone, so estimates that share a cluster share it,
 * and neither other clusters nor the order of work matter.
 */

/** Standard normal. */
export const NORMAL: i32 = 0;
/** X / sqrt(2) + (Y^2 - 1) / 2, X and Y normal (Mammen 1993): its third moment is 1. */
export const WILD: i32 = 1;
/** Exponential less 1 (Rubin 1981). */
export const BAYES: i32 = 2;

/** Draws that stand together in a block. */
export const PANEL: i32 = 4;

const ROOT_HALF: f64 = 0.7071067811865476;

/** The streams of `depth` clusters from `cluster` on. labels: two words a cluster. */
export function clusterStreams(key: u64, labels: StaticArray<u32>, cluster: i32, depth: i32, streams: StaticArray<u64>): void {
  for (let g = 0; g < depth; g++) {
    const at = 2 * (cluster + g);
    streams[g] = subKey(subKey(key, labels[at]), labels[at + 1]);
  }
}

/** Between 0 and 1, neither of them: 52 random bits and a half. */
@inline
function uniform(stream: u64, counter: u32): f64 {
  return (<f64>(<i64>(bits(stream, counter) >> 12)) + 0.5) * 2.220446049250313e-16;
}

/** By inversion: as fast here as Box and Muller's pair, whose sine and cosine cost what the tails' logarithm does. */
@inline
function normal(stream: u64, counter: u32): f64 {
  return normalQuantile(uniform(stream, counter));
}

function multiplier(kind: i32, stream: u64, draw: u32): f64 {
  if (kind == NORMAL) return normal(stream, draw);
  if (kind == BAYES) return -Math.log(uniform(stream, draw)) - 1;
  const y = normal(stream, 2 * draw + 1);
  return normal(stream, 2 * draw) * ROOT_HALF + 0.5 * (y * y - 1);
}

/**
 * The multipliers of `depth` clusters and draws `draw` .. `draw + width - 1`, width a multiple of PANEL. Element (g, b)
 * is out[(b / PANEL * depth + g) * PANEL + b % PANEL]. About 18 ns each, `WILD` twice that.
 */
export function drawMultipliers(
  kind: i32, streams: StaticArray<u64>, depth: i32, draw: i32, width: i32, out: StaticArray<f64>,
): void {
  let at = 0;
  for (let b = draw; b < draw + width; b += PANEL) {
    for (let g = 0; g < depth; g++) {
      for (let lane = 0; lane < PANEL; lane++) out[at++] = multiplier(kind, streams[g], b + lane);
    }
  }
}
