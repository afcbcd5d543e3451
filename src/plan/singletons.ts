import { valuesAt } from "../kernels/design.js";
import type { NumberColumn, Panel } from "../panel/panel.js";
import { writtenEffect } from "../study/columns.js";
import { productCodes } from "./levels.js";

/** Levels of a column with fewer rows than this are dropped, too. */
export interface LeastRows {
  readonly column: string;
  readonly rows: number;
}

/** Rows of levels that have fewer than what belongs to a level alone needs: its own constant and slopes, and one more. */
export interface ShortLevels {
  /** The levels' column, or product of columns. */
  readonly of: string;
  readonly least: number;
  /** Dropped. */
  readonly rows: number;
}

/** What is left, and what was not: rows alone in their level, and those of levels too short for slopes or factors. */
export interface WithoutSingletons {
  readonly rows: Uint32Array;
  readonly singletons: number;
  readonly short: readonly ShortLevels[];
}

/** All that the levels of some columns have: a constant and slopes, as columns of the panel. */
interface Block {
  readonly factors: readonly string[];
  readonly constant: boolean;
  readonly slopes: readonly Float64Array[];
}

/**
 * Drops rows that the effects of their own level fit exactly, whatever the outcome, until none is: those alone in a
 * level (Correia 2015, singletons), and with slopes those of a level with too few rows for them.
 * Cost: O(rows columns^2) a round.
 */
export function withoutSingletons(panel: Panel, rows: Uint32Array, effects: readonly string[], least: LeastRows | null): WithoutSingletons {
  const blocks = blocksOf(panel, effects);
  const lost = new Map<string, ShortLevels>();
  let kept = rows;
  let singletons = 0;
  const keep = (left: Uint32Array, of: string, needed: number | null): void => {
    const dropped = kept.length - left.length;
    kept = left;
    if (dropped === 0) return;
    if (needed === null) singletons += dropped;
    else lost.set(of, { of, least: Math.max(needed, lost.get(of)?.least ?? 0), rows: dropped + (lost.get(of)?.rows ?? 0) });
  };
  for (;;) {
    const before = kept.length;
    const without = (block: Block, needed: number | null): void => {
      const isFitted = fittedExactly(panel, block, kept);
      keep(kept.filter((_, i) => !isFitted(i)), block.factors.join("*"), needed);
    };
    // A level of one row is short, too: it counts as a singleton.
    for (const block of blocks) if (block.constant) without({ ...block, slopes: [] }, null);
    if (least !== null) keep(withRows(panel, kept, least), least.column, least.rows);
    for (const block of blocks) if (block.slopes.length > 0) without(block, neededBy(block));
    if (kept.length === before) return { rows: kept, singletons, short: [...lost.values()] };
  }
}

/** The fewest rows of a level that its slopes do not fit exactly. */
function neededBy({ constant, slopes }: Block): number {
  return (constant ? 1 : 0) + slopes.length + 1;
}

function withRows(panel: Panel, rows: Uint32Array, { column, rows: least }: LeastRows): Uint32Array {
  const { codes, levels } = productCodes(panel, [column], rows);
  const sizes = sizesOf(codes, levels);
  return rows.filter((_, i) => (sizes[codes[i] ?? 0] ?? 0) >= least);
}

/** How many rows each level has. */
function sizesOf(codes: Int32Array, levels: number): Int32Array {
  const sizes = new Int32Array(levels);
  for (let i = 0; i < codes.length; i++) sizes[codes[i] ?? 0] = (sizes[codes[i] ?? 0] ?? 0) + 1;
  return sizes;
}

/** Effects on the same levels together. */
function blocksOf(panel: Panel, effects: readonly string[]): readonly Block[] {
  const blocks = new Map<string, { factors: readonly string[]; constant: boolean; slopes: Float64Array[] }>();
  for (const effect of effects) {
    const { factors, slope } = writtenEffect(effect, panel);
    const name = JSON.stringify([...factors].sort());
    const block = blocks.get(name) ?? { factors, constant: false, slopes: [] };
    if (slope === null) block.constant = true;
    else block.slopes.push((panel.columns.get(slope) as NumberColumn).values);
    blocks.set(name, block);
  }
  return [...blocks.values()];
}

/** A leverage closer to one than this is one but for rounding. */
const EXACT = 1 - 1e-9;

function fittedExactly(panel: Panel, { factors, constant, slopes }: Block, rows: Uint32Array): (position: number) => boolean {
  const { codes, levels } = productCodes(panel, factors, rows);
  if (slopes.length === 0) {
    const sizes = sizesOf(codes, levels);
    return (position) => sizes[codes[position] ?? 0] === 1;
  }
  const own = [...(constant ? [new Float64Array(rows.length).fill(1)] : []), ...slopes.map((slope) => valuesAt(slope, rows))];
  const leverage = leverages(codes, levels, own);
  return (position) => (leverage[position] ?? 0) > EXACT;
}

/** A column of which no more is left than this share, squared, is determined by those before it. */
const DETERMINED = 1e-18;

/**
 * By row, its leverage in a regression on some columns within its level: the squared length of the row in an
 * orthonormal basis (Gram-Schmidt, twice).
 */
function leverages(codes: Int32Array, levels: number, columns: readonly Float64Array[]): Float64Array {
  const product = (a: Float64Array, b: Float64Array): Float64Array => {
    const sums = new Float64Array(levels);
    codes.forEach((code, i) => (sums[code] = (sums[code] ?? 0) + (a[i] ?? NaN) * (b[i] ?? NaN)));
    return sums;
  };
  const basis: Float64Array[] = [];
  const leverage = new Float64Array(codes.length);
  for (const column of columns) {
    const before = product(column, column);
    let left = column;
    for (const q of [...basis, ...basis]) {
      const share = product(q, left);
      left = left.map((value, i) => value - (share[codes[i] ?? 0] ?? NaN) * (q[i] ?? NaN));
    }
    const after = product(left, left);
    const scale = after.map((square, level) => (square > DETERMINED * (before[level] ?? NaN) ? 1 / Math.sqrt(square) : 0));
    const q = left.map((value, i) => value * (scale[codes[i] ?? 0] ?? NaN));
    q.forEach((value, i) => (leverage[i] = (leverage[i] ?? 0) + value * value));
    basis.push(q);
  }
  return leverage;
}
