import type { Group } from "../../../src/kernels/design.js";
import { householder, weighted } from "./leastSquares.js";

/** One 0/1 column for each level. */
export function dummies(groups: readonly Group[]): Float64Array[] {
  return groups.flatMap(({ codes, levels }) =>
    Array.from({ length: levels }, (_, level) => Float64Array.from(codes, (code) => (code === level ? 1 : 0))),
  );
}

/** The columns that effects stand for: dummies, times the slope where there is one, and a constant beside levels. */
export function effectColumns(groups: readonly Group[]): Float64Array[] {
  const own = groups.flatMap((group) => dummies([group]).map((dummy) => (group.slope === undefined ? dummy : dummy.map((value, i) => value * (group.slope?.[i] as number)))));
  const rows = groups[0]?.codes.length ?? 0;
  return groups.some((group) => group.slope === undefined) ? [new Float64Array(rows).fill(1), ...own] : own;
}

/** The twin of the within operator: residuals of least squares on all that the effects stand for. */
export function denseDemean(
  groups: readonly Group[], x: Float64Array, weights?: Float64Array,
): { residuals: Float64Array; rank: number } {
  const columns = effectColumns(groups);
  if (weights === undefined) return householder(columns, x);
  const { coefficients, rank } = householder(columns.map((column) => weighted(column, weights)), weighted(x, weights));
  const residuals = x.map((value, i) => value - columns.reduce((sum, column, j) => sum + (column[i] as number) * (coefficients[j] as number), 0));
  return { residuals, rank };
}

/** Pieces of the graph in which rows connect levels, by spreading the smallest label until nothing changes. */
export function countPieces(groups: readonly Group[]): number {
  const rows = groups[0]?.codes.length ?? 0;
  const label = Int32Array.from({ length: rows }, (_, i) => i);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { codes, levels } of groups) {
      const smallest = new Int32Array(levels).fill(rows);
      codes.forEach((code, i) => (smallest[code] = Math.min(smallest[code] as number, label[i] as number)));
      codes.forEach((code, i) => {
        if (label[i] === smallest[code]) return;
        label[i] = smallest[code] as number;
        changed = true;
      });
    }
  }
  return new Set(label).size;
}
