import { type Matrix, times } from "../../fit/matrix.js";
import { dot } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import { clusterSums } from "../errors/sums.js";
import type { FinalStage } from "../finalStage.js";
import type { WildDraws } from "./draws.js";
import { type CountAsLarge, TIE } from "./leastSquares.js";

/** The columns of a final stage with one instrumented regressor. */
export interface Instrumented {
  readonly x: Float64Array;
  readonly z: Float64Array;
  /** Regressors that are their own instruments. */
  readonly others: readonly Float64Array[];
  /** (others' others)^-1. */
  readonly inverse: Matrix;
}

/**
 * The restricted efficient wild cluster bootstrap (WRE) of a just identified instrumental-variables estimate: Davidson and
 * MacKinnon (2010, Journal of Business and Economic Statistics 28). The structural residuals are those under the null;
 * the first stage is estimated with them as a further regressor, and both keep their cluster's weight.
 * With x = z it is the bootstrap of least squares. Cost O(n k + draws G k) for each d.
 */
export function instrumentCount(stage: FinalStage, j: number, columns: Instrumented, clusters: Group, draws: WildDraws): CountAsLarge {
  const { others, inverse } = columns;
  const sumsOf = (a: Float64Array, b: Float64Array): Float64Array => clusterSums(a.map((value, i) => value * (b[i] ?? NaN)), clusters);
  const e = stage.residuals;
  const [x, z] = [without(columns.x, columns), without(columns.z, columns)];
  const [ze, zx, zz] = [sumsOf(z, e), sumsOf(z, x), sumsOf(z, z)];
  const [we, wx, wz] = [e, x, z].map((column) => others.map((other) => sumsOf(other, column))) as [Float64Array[], Float64Array[], Float64Array[]];
  const influence = clusterSums(stage.influence[j] as Float64Array, clusters);
  const variance = dot(influence, influence);
  const moments = { zz: dot(z, z), zx: dot(z, x), ee: dot(e, e), ex: dot(e, x), xx: dot(x, x) };
  return (d) => {
    const slope = firstStage(moments, d);
    const zu = ze.map((value, g) => value + d * (zx[g] ?? NaN));
    const zv = zx.map((value, g) => value - slope * (zz[g] ?? NaN));
    const wu = we.map((column, l) => column.map((value, g) => value + d * (wx[l]?.[g] ?? NaN)));
    const wv = wx.map((column, l) => column.map((value, g) => value - slope * (wz[l]?.[g] ?? NaN)));
    const parts = { zu, zv, zz, wu, wv, wz, inverse, strength: slope * moments.zz, slope };
    const v = new Float64Array(zu.length);
    let count = 0;
    for (let draw = 0; draw < draws.count; draw++) {
      draws.fill(draw, v);
      const { numerator, spread } = drawOf(parts, v);
      if (numerator * numerator * variance >= TIE * d * d * spread) count++;
    }
    return count;
  };
}

interface Moments {
  readonly zz: number;
  readonly zx: number;
  readonly ee: number;
  readonly ex: number;
  readonly xx: number;
}

/** The coefficient of z in the regression of x on z and the residuals u = e + d x under the null; z'e is zero. */
function firstStage({ zz, zx, ee, ex, xx }: Moments, d: number): number {
  const uu = ee + d * (2 * ex + d * xx);
  const [zu, xu] = [d * zx, ex + d * xx];
  return (zx * uu - zu * xu) / (zz * uu - zu * zu);
}

/** Sums by cluster of products of z, the other regressors w, the residuals u and the first stage's v. */
interface DrawParts {
  readonly zu: Float64Array;
  readonly zv: Float64Array;
  readonly zz: Float64Array;
  readonly wu: readonly Float64Array[];
  readonly wv: readonly Float64Array[];
  readonly wz: readonly Float64Array[];
  readonly inverse: Matrix;
  readonly strength: number;
  readonly slope: number;
}

/** z'u of a draw, and the sum over clusters of (z' residual)^2; the estimate less the null is numerator / z'x. */
function drawOf({ zu, zv, zz, wu, wv, wz, inverse, strength, slope }: DrawParts, v: Float64Array): { readonly numerator: number; readonly spread: number } {
  const numerator = dot(v, zu);
  const shift = numerator / (strength + dot(v, zv));
  const [ofU, ofV] = [wu, wv].map((sums) => sums.map((column) => dot(v, column))) as [number[], number[]];
  const fitted = times(inverse, ofU.map((value, l) => value - shift * (ofV[l] ?? NaN)));
  let spread = 0;
  for (let g = 0; g < v.length; g++) {
    let score = (v[g] ?? NaN) * ((zu[g] ?? NaN) - shift * (zv[g] ?? NaN)) - shift * slope * (zz[g] ?? NaN);
    for (let l = 0; l < fitted.length; l++) score -= (wz[l]?.[g] ?? NaN) * (fitted[l] ?? NaN);
    spread += score * score;
  }
  return { numerator, spread };
}

/** A column less its projection on the other regressors. */
function without(column: Float64Array, { others, inverse }: Instrumented): Float64Array {
  const products = others.map((other) => dot(other, column));
  const fitted = times(inverse, products);
  return column.map((value, i) => value - fitted.reduce((sum, b, l) => sum + b * (others[l]?.[i] ?? NaN), 0));
}
