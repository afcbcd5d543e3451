import type { Group } from "../../kernels/design.js";

/** A square matrix by rows. */
export type Matrix = readonly (readonly number[])[];

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

/** sum_i a_i b_i' for two lists of k columns: a k x k matrix, summed in the order of the rows. */
export function crossProducts(a: readonly Float64Array[], b: readonly Float64Array[]): Matrix {
  return a.map((left) => b.map((right) => left.reduce((sum, value, i) => sum + value * (right[i] ?? NaN), 0)));
}

/** factor a, by element. */
export function scaled(a: Matrix, factor: number): Matrix {
  return a.map((row) => row.map((value) => factor * value));
}

/** a + b, by element. */
export function added(a: Matrix, b: Matrix): Matrix {
  return a.map((row, j) => row.map((value, l) => value + (b[j]?.[l] ?? NaN)));
}

/** The transpose of a square matrix. */
export function transposed(a: Matrix): Matrix {
  return a.map((_, j) => a.map((row) => row[j] ?? NaN));
}
