import { EstimationError } from "../../errors.js";
import { dot } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import { clusterSums, countLevels } from "./sums.js";

/** A way of clustering, and the folds that its clusters were dealt to. */
export interface FoldedClusters {
  readonly clusters: Group;
  /** By row: the fold of its cluster in this way. With two ways a held-out block is a pair of folds. */
  readonly folds: Group;
}

/** An estimate by DoubleML's rule for clusters. */
export interface DoublemlEstimate {
  readonly coef: number;
  readonly se: number;
  /** Estimate minus truth ~ the sum over rows of it; with one way and folds of equal size its squared sums by cluster add up to se^2. */
  readonly influence: Float64Array;
}

/**
 * DoubleML's estimate with clusters in one or two ways (Chiang, Kato, Ma and Sasaki 2022, Journal of Business and
 * Economic Statistics 40; `_var_est` of DoubleML for Python 0.11.4), from the parts of a linear score
 * psi = psiA theta + psiB by row.
 * Blocks are weighted by 1 / |I_k|, two ways by 1 / (|I_k| |J_l|), the clusters of their folds, which moves the coefficient:
 * theta = -sum(w psiB) / sum(w psiA). No small-sample factor; the intersection is not subtracted. Normal quantiles.
 * Throws an EstimationError where a fold splits a cluster, or a way has one cluster. Cost O(n + clusters x folds).
 */
export function doublemlClusters(psiA: Float64Array, psiB: Float64Array, ways: readonly [FoldedClusters] | readonly [FoldedClusters, FoldedClusters]): DoublemlEstimate {
  const sizes = ways.map(foldSizes);
  const weights = psiA.map((_, i) => 1 / product(sizesAt(ways, sizes, i)));
  const coef = -dot(weights, psiB) / dot(weights, psiA);
  const psi = psiA.map((a, i) => a * coef + (psiB[i] ?? NaN));
  const blocks = ways.reduce((count, { folds }) => count * countLevels(folds), 1);
  const slope = dot(weights, psiA) / blocks;
  const fewest = ways.reduce((least, { clusters }) => Math.min(least, countLevels(clusters)), Infinity);
  const gamma = ways.reduce((sum, _, own) => sum + spread(psi, ways, sizes, own), 0) / blocks;
  return {
    coef,
    se: Math.sqrt(gamma / (fewest * slope * slope)),
    influence: psi.map((value, i) => (-(weights[i] ?? NaN) * value) / (blocks * slope)),
  };
}

/**
 * sum over blocks of c sum over clusters of one way of (sum of psi in the block)^2: c = 1 / |I_k| with one way,
 * min(|I_k|, |J_l|) / (|I_k| |J_l|)^2 with two.
 */
function spread(psi: Float64Array, ways: readonly FoldedClusters[], sizes: readonly Float64Array[], own: number): number {
  const { clusters } = ways[own] as FoldedClusters;
  const other = ways.find((_, way) => way !== own)?.folds ?? { codes: new Int32Array(psi.length), levels: 1 };
  const cells = { codes: clusters.codes.map((code, i) => code * other.levels + (other.codes[i] ?? 0)), levels: clusters.levels * other.levels };
  const sums = clusterSums(psi, cells);
  const constants = new Float64Array(cells.levels);
  cells.codes.forEach((cell, i) => {
    const at = sizesAt(ways, sizes, i);
    constants[cell] = at.length === 1 ? 1 / product(at) : at.reduce((a, b) => Math.min(a, b)) / (product(at) * product(at));
  });
  return sums.reduce((sum, value, cell) => sum + (constants[cell] ?? NaN) * value * value, 0);
}

/** By way: the clusters of the fold that a row is in. */
function sizesAt(ways: readonly FoldedClusters[], sizes: readonly Float64Array[], row: number): readonly number[] {
  return ways.map(({ folds }, way) => sizes[way]?.[folds.codes[row] ?? 0] ?? NaN);
}

/** By fold: the clusters in it. */
function foldSizes({ clusters, folds }: FoldedClusters): Float64Array {
  if (countLevels(clusters) < 2) throw new EstimationError("one-cluster", "All rows are in one cluster; clustered errors need two at least.");
  const foldOf = new Int32Array(clusters.levels).fill(-1);
  const sizes = new Float64Array(folds.levels);
  clusters.codes.forEach((cluster, row) => {
    const fold = folds.codes[row] ?? 0;
    if (foldOf[cluster] === fold) return;
    if (foldOf[cluster] !== -1) throw new EstimationError("clusters-split", "DoubleML's rule needs whole clusters in each fold, but some are split. Use `folds.by` with the column of the clusters.");
    foldOf[cluster] = fold;
    sizes[fold] = (sizes[fold] ?? 0) + 1;
  });
  return sizes;
}

function product(values: readonly number[]): number {
  return values.reduce((a, b) => a * b, 1);
}
