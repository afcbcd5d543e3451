import type { Design, Group } from "../kernels/design.js";

/** What levels with one outcome leave of a sample, and what they say themselves. */
export interface Separation {
  /** Rows of which every level has both outcomes. */
  readonly rows: Uint32Array;
  /** The outcome of all rows, if there is just one. */
  readonly only: number | null;
  /** By group, by level: 1 or -1 where the outcome is always 1 or 0 there, 0 elsewhere. */
  readonly signs: readonly Int8Array[];
  /** Levels with one outcome. */
  readonly levels: number;
}

/**
 * Without a penalty the effect of a level with one outcome has no finite estimate: the likelihood rises for ever, its
 * rows fit perfectly in the limit and tell nothing of the rest. They are taken out, and again while that leaves other
 * levels with one outcome.
 */
export function separate({ groups }: Design, target: Float64Array, train: Uint32Array): Separation {
  const first = target[train[0] ?? 0] ?? NaN;
  if (train.every((row) => target[row] === first)) return { rows: train.subarray(0, 0), only: first, signs: [], levels: 1 };
  const signs = groups.map((group) => new Int8Array(group.levels));
  let rows = train;
  for (let before = -1; before !== rows.length; ) {
    before = rows.length;
    groups.forEach((group, g) => markPure(group, target, rows, signs[g] as Int8Array));
    rows = rows.filter((row) => groups.every((group, g) => signs[g]?.[group.codes[row] ?? 0] === 0));
  }
  return { rows, only: null, signs, levels: signs.reduce((sum, one) => sum + one.filter((sign) => sign !== 0).length, 0) };
}

function markPure({ codes, levels }: Group, target: Float64Array, rows: Uint32Array, signs: Int8Array): void {
  const ones = new Int32Array(levels);
  const counts = new Int32Array(levels);
  for (const row of rows) {
    const level = codes[row] ?? 0;
    counts[level] = (counts[level] ?? 0) + 1;
    ones[level] = (ones[level] ?? 0) + (target[row] ?? NaN);
  }
  counts.forEach((count, level) => {
    if (count > 0 && (ones[level] === count || ones[level] === 0)) signs[level] = ones[level] === 0 ? -1 : 1;
  });
}

/** The probability of a row whose levels decide it, 0 or 1; null for others, and where its levels disagree. */
export function certainty({ only, signs }: Separation, { groups }: Design, row: number): number | null {
  if (only !== null) return only;
  const sign = groups.reduce((sum, group, g) => sum + (signs[g]?.[group.codes[row] ?? 0] ?? 0), 0);
  return sign === 0 ? null : sign > 0 ? 1 : 0;
}
