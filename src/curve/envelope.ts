import { quantileOf } from "../inference/quantile.js";

/** Ranks at which the envelope is kept at most. */
const RANKS = 400;

/** Where the sorted curve lies if no specification has an effect. */
export interface Envelope {
  /** Ranks in the sorted curve, 0-based, ascending, the first and the last among them. */
  readonly ranks: Uint32Array;
  /** By rank: quantiles over draws of the estimate at it. */
  readonly low: Float64Array;
  readonly middle: Float64Array;
  readonly high: Float64Array;
}

/** Gathers sorted draws of a curve. */
export interface EnvelopeDraws {
  /** Takes one draw of all estimates, ascending. */
  readonly add: (sorted: Float64Array) => void;
  readonly at: (level: number) => Envelope;
}

/** Over curves of `size` estimates. At most 400 ranks are kept, evenly spaced: 400 B numbers. */
export function createEnvelope(size: number, draws: number): EnvelopeDraws {
  const count = Math.min(size, RANKS);
  const ranks = Uint32Array.from({ length: count }, (_, j) => count === 1 ? 0 : Math.round((j * (size - 1)) / (count - 1)));
  const kept = new Float64Array(count * draws);
  let b = 0;
  return {
    add(all) {
      ranks.forEach((rank, j) => (kept[j * draws + b] = all[rank] ?? NaN));
      b++;
    },
    at(level) {
      const sorted = Array.from(ranks, (_, j) => kept.slice(j * draws, j * draws + b).sort());
      const quantile = (share: number): Float64Array => Float64Array.from(sorted, (one) => quantileOf(one, share));
      return { ranks, low: quantile((1 - level) / 2), middle: quantile(0.5), high: quantile((1 + level) / 2) };
    },
  };
}
