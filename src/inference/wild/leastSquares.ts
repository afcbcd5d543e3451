import { dot } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import { clusterSums } from "../errors/sums.js";
import type { FinalStage } from "../finalStage.js";
import type { WildDraws } from "./draws.js";

/**
 * Draws whose |t| under a null is at least the sample's |t|, as a function of d, the estimate less the null.
 * Squares are compared, so that no root is taken and the common factors of both variances fall out.
 */
export type CountAsLarge = (d: number) => number;

/** A tie is no accident: the sample is one of the enumerated draws. Ties that rounding parts count as ties. */
export const TIE = 1 - 1e-9;

/**
 * The restricted wild cluster bootstrap of coefficient j of least squares (Cameron, Gelbach and Miller 2008), in the
 * form of Roodman, MacKinnon, Nielsen and Webb (2019, Stata Journal 19, section 5). The restricted residuals are
 * e + d (x_j less what the other columns say of it), so a draw's numerator is linear in d and its variance quadratic: five
 * numbers a draw, made once. Cost O(n k^2 + draws G k), then O(draws) for each d.
 */
export function leastSquaresCount(stage: FinalStage, x: readonly Float64Array[], j: number, clusters: Group, draws: WildDraws): CountAsLarge {
  const parts = clusterParts(stage, x, j, clusters);
  const polynomials = Array.from({ length: draws.count }, (_, draw) => polynomialOf(parts, j, draws, draw));
  const influence = parts.influence[j] as Float64Array;
  const variance = dot(influence, influence);
  return (d) => {
    let count = 0;
    for (const [n0, n1, a, b, c] of polynomials) {
      const numerator = n0 + d * n1;
      if (numerator * numerator * variance >= TIE * d * d * (a + d * (b + d * c))) count++;
    }
    return count;
  };
}

/** Sums by cluster, one array a coefficient. */
interface ClusterParts {
  /** Of the influence: what the residuals e add to a coefficient. */
  readonly influence: readonly Float64Array[];
  /** What d times the rest of x_j adds. */
  readonly shift: readonly Float64Array[];
  /** Of q x_l, q row j of (X'X)^-1 X': what a change in coefficient l takes from the score. */
  readonly cross: readonly Float64Array[];
}

function clusterParts({ influence, inverse }: FinalStage, x: readonly Float64Array[], j: number, clusters: Group): ClusterParts {
  const row = inverse[j] ?? [];
  const q = (x[0] as Float64Array).map((_, i) => row.reduce((sum, value, m) => sum + value * (x[m]?.[i] ?? NaN), 0));
  const sumsOf = (column: Float64Array): Float64Array => clusterSums(column, clusters);
  const cross = x.map((column) => sumsOf(column.map((value, i) => value * (q[i] ?? NaN))));
  const shift = inverse.map((weights) => combination(weights.map((value) => value / (row[j] ?? NaN)), cross));
  return { influence: influence.map(sumsOf), shift, cross };
}

/** Numerator n0 + n1 d and variance a + b d + c d^2 of one draw. */
function polynomialOf({ influence, shift, cross }: ClusterParts, j: number, draws: WildDraws, draw: number): readonly [number, number, number, number, number] {
  const v = new Float64Array(influence[j]?.length ?? 0);
  draws.fill(draw, v);
  const change0 = influence.map((column) => dot(v, column));
  const change1 = shift.map((column) => dot(v, column));
  let [a, b, c] = [0, 0, 0];
  v.forEach((weight, g) => {
    let s0 = weight * (influence[j]?.[g] ?? NaN);
    let s1 = weight * (shift[j]?.[g] ?? NaN);
    for (let l = 0; l < cross.length; l++) {
      s0 -= (cross[l]?.[g] ?? NaN) * (change0[l] ?? NaN);
      s1 -= (cross[l]?.[g] ?? NaN) * (change1[l] ?? NaN);
    }
    a += s0 * s0;
    b += 2 * s0 * s1;
    c += s1 * s1;
  });
  return [change0[j] ?? NaN, change1[j] ?? NaN, a, b, c];
}

function combination(weights: readonly number[], columns: readonly Float64Array[]): Float64Array {
  return (columns[0] as Float64Array).map((_, g) => weights.reduce((sum, value, m) => sum + value * (columns[m]?.[g] ?? NaN), 0));
}
