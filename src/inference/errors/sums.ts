import type { Group } from "../../kernels/design.js";
import { createMemo } from "../../plan/memo.js";

/** Sums of values by cluster, in the order of the rows; 0 where a level has no row. Cost O(n). */
export function clusterSums(values: Float64Array, { codes, levels }: Group): Float64Array {
  const sums = new Float64Array(levels);
  for (let i = 0; i < values.length; i++) sums[codes[i] ?? 0] = (sums[codes[i] ?? 0] ?? 0) + (values[i] ?? NaN);
  return sums;
}

/** How many rows each level has. */
export function rowsByLevel({ codes, levels }: Group): Int32Array {
  const rows = new Int32Array(levels);
  for (let i = 0; i < codes.length; i++) rows[codes[i] ?? 0] = (rows[codes[i] ?? 0] ?? 0) + 1;
  return rows;
}

const counted = createMemo<number>();

/** How many levels have rows. */
export function countLevels(group: Group): number {
  return counted(group.codes, String(group.levels), () => rowsByLevel(group).reduce((count, rows) => (rows > 0 ? count + 1 : count), 0));
}
