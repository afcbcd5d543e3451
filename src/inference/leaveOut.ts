import { inverseOf } from "../fit/inverse.js";
import type { Matrix } from "../fit/matrix.js";
import { crossProducts, dot, product } from "../fit/residuals.js";
import type { Group } from "../kernels/design.js";
import { clusterSums } from "./errors/sums.js";

/** A moment equation in pieces: each cluster's sums of z e and of z x', and those of all clusters together. */
export interface MomentSums {
  /** By cluster: k sums of z e, then k^2 of z x' by row. */
  readonly byCluster: readonly Float64Array[];
  /** The same by sum, over the clusters. */
  readonly bySum: readonly Float64Array[];
  /** Z'X. */
  readonly jacobian: Matrix;
  /** Of the columns of Z and X. */
  readonly lengths: { readonly z: readonly number[]; readonly x: readonly number[] };
}

/** A final stage's residuals and its columns. Cost O(n k^2). */
export function momentSums(residuals: Float64Array, x: readonly Float64Array[], z: readonly Float64Array[], clusters: Group): MomentSums {
  const columns = [...z.map((a) => [a, residuals] as const), ...z.flatMap((a) => x.map((b) => [a, b] as const))];
  const bySum = columns.map(([a, b]) => clusterSums(product(a, b), clusters));
  return {
    byCluster: Array.from({ length: clusters.levels }, (_, cluster) => Float64Array.of(...bySum.map((column) => column[cluster] ?? NaN))),
    bySum,
    jacobian: crossProducts(z, x),
    lengths: { z: z.map((a) => Math.sqrt(dot(a, a))), x: x.map((b) => Math.sqrt(dot(b, b))) },
  };
}

/** The equation without a cluster. */
export interface LeftOut {
  /** Of what remains of Z'X. */
  readonly inverse: Matrix;
  /** By coefficient: without the cluster less with it. */
  readonly changes: readonly number[];
}

/**
 * The coefficients without a cluster's rows, exactly: -(share J - J_g)^-1 s_g, s_g = sum of z e and J_g = sum of z x' over
 * the cluster (null: over no row). Null where the rest has no solution. `share` is what effects absorbed together with
 * other clusters leave of the cluster's own rows; 1 without such. Cost O(k^3).
 * Source: Cook and Weisberg (1982), Residuals and influence in regression, for groups of rows.
 */
export function withoutCluster({ byCluster, jacobian, lengths }: MomentSums, cluster: number | null, share = 1): LeftOut | null {
  const k = jacobian.length;
  const left = (cluster === null ? undefined : byCluster[cluster]) ?? new Float64Array(k + k * k);
  const remaining = jacobian.map((row, i) => row.map((value, j) => share * value - (left[k + i * k + j] ?? NaN)));
  const inverse = inverseOf(remaining, lengths.z, lengths.x);
  if (inverse === null) return null;
  return { inverse, changes: inverse.map((row) => -row.reduce((sum, value, j) => sum + value * (left[j] ?? NaN), 0)) };
}
