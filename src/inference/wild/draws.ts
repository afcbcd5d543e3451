import { mix } from "../../kernels/mix.js";

/** rademacher: -1 or 1. webb: plus or minus the roots of 1/2, 1 and 3/2 (Webb 2023, Canadian Journal of Economics 56). */
export type WildWeights = "rademacher" | "webb";

/** The draws of a bootstrap: one weight a cluster, of mean 0 and variance 1. */
export interface WildDraws {
  readonly weights: WildWeights;
  readonly count: number;
  /** Whether the draws are all that there are; the first, of ones, is the sample itself. */
  readonly enumerated: boolean;
  /** Writes the weights of a draw, 0 .. count - 1. */
  readonly fill: (draw: number, into: Float64Array) => void;
}

/** Below so many clusters Rademacher's weights give too few different samples (Webb 2023). */
const FEW = 12;
/** Up to so many clusters all 2^G assignments of signs are made. */
const ENUMERATED = 12;

const WEBB = Float64Array.from([1.5, 1, 0.5], Math.sqrt);

/** Webb's six points below twelve clusters, else Rademacher's two. */
export function usualWeights(clusters: number): WildWeights {
  return clusters < FEW ? "webb" : "rademacher";
}

/**
 * `count` draws of weights for clusters 0 .. G-1; with rademacher and at most twelve clusters all 2^G of
 * them. A weight follows from (seed, draw, cluster) alone. Cost of a draw O(G).
 */
export function wildDraws(weights: WildWeights, clusters: number, count: number, seed: number): WildDraws {
  if (weights === "rademacher" && clusters <= ENUMERATED) {
    const fill = (draw: number, into: Float64Array): void => into.forEach((_, g) => (into[g] = ((draw >> g) & 1) === 1 ? -1 : 1));
    return { weights, count: 1 << clusters, enumerated: true, fill };
  }
  const weight = weights === "rademacher" ? rademacher : webb;
  const fill = (draw: number, into: Float64Array): void => {
    const key = mix(mix(seed ^ 0x9e3779b9) + draw);
    for (let g = 0; g < into.length; g++) into[g] = weight(mix(key ^ Math.imul(g + 1, 0x9e3779b1)));
  };
  return { weights, count, enumerated: false, fill };
}

function rademacher(bits: number): number {
  return bits < 0 ? -1 : 1;
}

/** The top 31 bits choose one of three sizes (multiply and shift), the lowest the sign. */
function webb(bits: number): number {
  const size = WEBB[Math.floor(((bits >>> 1) * 3) / 0x80000000)] ?? NaN;
  return (bits & 1) === 1 ? -size : size;
}
