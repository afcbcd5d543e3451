import type { Group } from "../../kernels/design.js";

/** Sums of values by cluster (0 where a level has no row), and the number of clusters that have rows. Cost O(n). */
export function clusterSums(values: Float64Array, clusters: Group): { readonly sums: Float64Array; readonly count: number } {
  const sums = new Float64Array(clusters.levels);
  values.forEach((value, i) => (sums[clusters.codes[i] ?? 0] = (sums[clusters.codes[i] ?? 0] ?? 0) + value));
  return { sums, count: countLevels(clusters) };
}

/** How many levels have rows. */
export function countLevels({ codes, levels }: Group): number {
  const present = new Uint8Array(levels);
  for (const code of codes) present[code] = 1;
  return present.reduce((sum, one) => sum + one, 0);
}
