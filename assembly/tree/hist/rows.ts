import { array, take } from "../../core/arena";

/**
 * The training rows of a fold, or its held-out ones, as trees part them. A row is its place in the fold's list, so that
 * what a round reads and writes lies side by side.
 *
 * A node of many rows is a *number* that its rows bear: a split then is one pass of 16 rows at a time over the numbers and
 * one column, in the order of memory. A node of few rows is a list of them, so that no split of it looks at all others.
 */
@unmanaged
export class Rows {
  count: i32;
  /** `count` rounded up to whole vectors: bytes from one feature to the next. */
  stride: i32;
  /** u32[count]: rows of the design. */
  ids: StaticArray<u32>;
  /** u8[features * stride]: bin of each row in each feature; a missing value has the number after the last bin. */
  bins: StaticArray<u8>;
  /** u32[groups * count]: a level's number among the levels kept, or their number for all others. */
  levels: StaticArray<u32>;
  /** u8[stride]: the number of the node that a row is in, or LISTED. */
  numbers: StaticArray<u8>;
  /** u32[count + OVERRUN]: rows of nodes of few rows, those of a node side by side in their order. */
  list: StaticArray<u32>;
  /** Rows in `list`. */
  listed: i32;
  /** u32[count] */
  spare: StaticArray<u32>;
}

/** The number of rows that stand in a list. */
export const LISTED: u8 = 255;

/** The number of what stands behind the last row. */
const NOBODY: u8 = 254;

/** Rows that are looked at in one go. */
const LANES: i32 = 16;

/** `pick` writes up to this many places behind those that it fills. */
export const OVERRUN: i32 = 4;

/** By the mask of four rows: which of them are meant, one after the other. */
const CHOSEN = memory.data<u32>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1, 2, 0,
  3, 0, 0, 0, 0, 3, 0, 0, 1, 3, 0, 0, 0, 1, 3, 0, 2, 3, 0, 0, 0, 2, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3,
]);

/** Rows of a design with so many features and groups; bins and levels are still to be filled in. */
export function newRows(count: i32, ids: StaticArray<u32>, features: i32, groups: i32): Rows {
  const rows = changetype<Rows>(take(offsetof<Rows>()));
  rows.count = count;
  rows.stride = (count + LANES - 1) & -LANES;
  rows.ids = ids;
  rows.bins = array<u8>(features * rows.stride);
  rows.levels = array<u32>(groups * count);
  rows.numbers = array<u8>(rows.stride);
  rows.list = array<u32>(count + OVERRUN);
  rows.spare = array<u32>(count);
  return rows;
}

/** Puts all rows into one node of number 0. */
export function gatherAll(rows: Rows): void {
  const numbers = changetype<usize>(rows.numbers);
  memory.fill(numbers, NOBODY, rows.stride);
  memory.fill(numbers, 0, rows.count);
  rows.listed = 0;
}

/** Address of the bins of a feature. */
@inline
export function binsOf(rows: Rows, feature: i32): usize {
  return changetype<usize>(rows.bins) + <usize>(feature * rows.stride);
}

/** Address of the levels of a group. */
@inline
export function levelsOf(rows: Rows, group: i32): usize {
  return changetype<usize>(rows.levels) + (<usize>(group * rows.count) << 2);
}

/**
 * Gives another number to the rows of node `from` that go to one side of a cut: those up to `bin` and those of bin `missing`
 * (-1: none) go left.
 */
export function renumberFeature(rows: Rows, from: u8, to: u8, feature: i32, bin: i32, missing: i32, isLeft: bool): void {
  let at = changetype<usize>(rows.numbers);
  let bins = binsOf(rows, feature);
  const cut = i8x16.splat(<i8>bin);
  const other = i8x16.splat(<i8>(missing < 0 ? bin : missing));
  const stays = i8x16.splat(isLeft ? 0 : -1);
  const old = i8x16.splat(<i8>from);
  const fresh = i8x16.splat(<i8>to);
  for (const end = at + <usize>rows.stride; at < end; at += LANES, bins += LANES) {
    const numbers = v128.load(at);
    const codes = v128.load(bins);
    const left = v128.or(i8x16.le_u(codes, cut), i8x16.eq(codes, other));
    const moves = v128.and(i8x16.eq(numbers, old), v128.xor(left, stays));
    v128.store(at, v128.bitselect(fresh, numbers, moves));
  }
}

/** The same for a split of one level from all others, which go left. */
export function renumberLevel(rows: Rows, from: u8, to: u8, group: i32, level: u32, isLeft: bool): void {
  const levels = levelsOf(rows, group);
  for (let i = 0; i < rows.count; i++) {
    const isOther = load<u32>(levels + (<usize>i << 2)) != level;
    if (rows.numbers[i] == from && isOther == isLeft) rows.numbers[i] = to;
  }
}

/**
 * Writes the rows from `begin` to `end` (whole vectors) that bear a number, at `to`; returns how many. No branch: many would
 * be mispredicted.
 */
export function pick(rows: Rows, number: u8, begin: i32, end: i32, to: usize): i32 {
  const wanted = i8x16.splat(<i8>number);
  const numbers = changetype<usize>(rows.numbers);
  const four = i32x4.splat(4);
  const start = to;
  let first = i32x4.splat(begin);
  for (let i = begin; i < end; i += LANES) {
    const mask = <u32>i8x16.bitmask(i8x16.eq(v128.load(numbers + <usize>i), wanted));
    for (let shift: u32 = 0; shift < 16; shift += 4) {
      const own = (mask >> shift) & 15;
      v128.store(to, i32x4.add(first, v128.load(CHOSEN + (<usize>own << 4))));
      to += <usize>popcnt(own) << 2;
      first = i32x4.add(first, four);
    }
  }
  return <i32>((to - start) >> 2);
}

/** Moves the rows that bear a number to the list; returns where they begin. */
export function enlist(rows: Rows, number: u8): i32 {
  const begin = rows.listed;
  const count = pick(rows, number, 0, rows.stride, changetype<usize>(rows.list) + (<usize>begin << 2));
  rows.listed = begin + count;
  for (let i = begin; i < rows.listed; i++) rows.numbers[rows.list[i]] = LISTED;
  return begin;
}

/**
 * Sends listed rows up to `bin` and those of bin `missing` (-1: none) to the front of a slice, each side in its old order;
 * returns the border.
 */
export function divideFeature(rows: Rows, begin: i32, end: i32, feature: i32, bin: i32, missing: i32): i32 {
  const list = rows.list;
  const spare = rows.spare;
  const bins = binsOf(rows, feature);
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = list[i];
    const code = <i32>load<u8>(bins + row);
    const goes = <i32>(code <= bin) | <i32>(code == missing);
    list[left] = row;
    spare[right] = row;
    left += goes;
    right += 1 - goes;
  }
  return append(rows, left, right);
}

/** The same with the rows of other levels in front. */
export function divideLevel(rows: Rows, begin: i32, end: i32, group: i32, level: u32): i32 {
  const list = rows.list;
  const spare = rows.spare;
  const levels = levelsOf(rows, group);
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = list[i];
    const goes = <i32>(load<u32>(levels + (<usize>row << 2)) != level);
    list[left] = row;
    spare[right] = row;
    left += goes;
    right += 1 - goes;
  }
  return append(rows, left, right);
}

/** Puts the rows set aside behind those that went left. */
function append(rows: Rows, left: i32, right: i32): i32 {
  memory.copy(changetype<usize>(rows.list) + (<usize>left << 2), changetype<usize>(rows.spare), <usize>right << 2);
  return left;
}
