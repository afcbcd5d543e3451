import type { Group } from "../../kernels/design.js";
import type { FinalStage } from "../finalStage.js";
import { intersection } from "./cluster.js";
import { type AdjustedClusters, adjustedClusters, times } from "./cr2.js";
import { columnOfEffect } from "./leverage.js";
import { clusterSums } from "./sums.js";

/**
 * Degrees of freedom of a cr2 variance, by Satterthwaite's approximation where rows are independent and alike: the variance
 * is sum_g (p_g'u)^2, p_g = (I - H) a_g and a_g the adjusted weights of cluster g in the coefficient; its freedom is
 * (sum_g p_g'p_g)^2 / sum_gh (p_g'p_h)^2 (Bell and McCaffrey 2002; Imbens and Kolesar 2016, Review of Economics and
 * Statistics 98, section II.C; Pustejovsky and Tipton 2018, equation 11). From 1 to G; few where few clusters have most of
 * the treatment's variation. H projects on Z and on the dummies of effects that cross the clusters. p_g'p_h is a_g'a_g
 * (0 for g /= h) less f_g'f_h, f_g what H's orthonormal columns say of a_g, so that no pair of clusters is looked at.
 * Throws an EstimationError as `cr2Covariance`. Cost O(n k^2 + G k^3), and O(n k + sum_g (k + levels of the effects in g)^2)
 * a coefficient.
 */
export function satterthwaite(stage: FinalStage, clusters: Group, crossed: readonly Group[]): (coefficient: number) => number {
  const adjusted = adjustedClusters(stage, clusters, crossed);
  return (coefficient) => freedomOf(adjusted, clusters, crossed, coefficient);
}

function freedomOf({ basis, grams, roots, solver }: AdjustedClusters, clusters: Group, crossed: readonly Group[], coefficient: number): number {
  const weights = roots.map((root) => times(root, solver[coefficient] ?? []));
  const onBasis = grams.map((gram, cluster) => times(gram, weights[cluster] ?? []));
  const lengths = onBasis.map((on, cluster) => on.reduce((sum, value, l) => sum + value * (weights[cluster]?.[l] ?? NaN), 0));
  const byRow = Float64Array.from(clusters.codes, (cluster, i) => basis.reduce((sum, column, l) => sum + (column[i] ?? NaN) * (weights[cluster]?.[l] ?? NaN), 0));
  const said = projections(onBasis, byRow, clusters, crossed);
  let [trace, squares] = [0, squaredGram(said)];
  said.forEach((one, g) => {
    const own = one.reduce((sum, [, value]) => sum + value * value, 0);
    const entry = (lengths[g] ?? NaN) - own;
    trace += entry;
    squares += entry * entry - own * own;
  });
  return (trace * trace) / squares;
}

/** What is not zero of a vector: places and values. */
type Sparse = readonly (readonly [number, number])[];

/** f_g by cluster: its part on the basis, then by level of each effect what it says of the level's own column. */
function projections(onBasis: readonly (readonly number[])[], byRow: Float64Array, clusters: Group, crossed: readonly Group[]): readonly Sparse[] {
  const said = onBasis.map((on) => on.map((value, l): readonly [number, number] => [l, value]));
  let offset = onBasis[0]?.length ?? 0;
  for (const effect of crossed) {
    const pairs = intersection(clusters, effect);
    const own = columnOfEffect(effect);
    const sums = clusterSums(byRow.map((value, i) => value * (own[i] ?? NaN)), pairs);
    const seen = new Uint8Array(pairs.levels);
    pairs.codes.forEach((pair, i) => {
      if (seen[pair] === 1) return;
      seen[pair] = 1;
      said[clusters.codes[i] ?? 0]?.push([offset + (effect.codes[i] ?? 0), sums[pair] ?? NaN]);
    });
    offset += effect.levels;
  }
  return said;
}

/** The sum of squares of all elements of sum_g f_g f_g', which is that of all f_g'f_h. */
function squaredGram(vectors: readonly Sparse[]): number {
  const size = 1 + vectors.reduce((most, vector) => vector.reduce((greatest, [place]) => Math.max(greatest, place), most), 0);
  const gram = new Map<number, number>();
  for (const vector of vectors) {
    for (const [row, a] of vector) {
      for (const [column, b] of vector) gram.set(row * size + column, (gram.get(row * size + column) ?? 0) + a * b);
    }
  }
  return [...gram.values()].reduce((sum, value) => sum + value * value, 0);
}
