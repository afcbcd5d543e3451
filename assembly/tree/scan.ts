import { GAP, rowBits, rowMask } from "./design";

/**
 * Best splits of one node along sorted columns.
 *
 * For a node of weight W and mean m, sending a part of weight w and sum s to one side lowers the sum of squares by
 *   gain = (s - w m)^2 W / (w (W - w)).
 * The factor W is common to all splits of a node and left out. A gain is never negative; -1 stands for "no split".
 *
 * `entries` is the address of the node's first entry in a column; `pairs` holds (w y, w) for each local row.
 */

/** Tolerance within which gains are equal: two columns that cut a node alike sum it up in different orders. */
export const SAME: f64 = 1 - 1e-10;

/** The gain of a part of weight w and sum s, the node's W left out. */
@inline
export function gainOf(s: f64, w: f64, mean: f64, total: f64): f64 {
  const c = s - w * mean;
  return (c * c) / (w * (total - w));
}

@inline
function entryAt<T>(entries: usize, i: i32): T {
  return load<T>(entries + <usize>i * sizeof<T>());
}

@inline
function pairOf<T>(pairs: StaticArray<f64>, entry: T): v128 {
  return v128.load(changetype<usize>(pairs) + (<usize>(entry & rowMask<T>()) << 4));
}

/** All ones, which as a double is NaN, in lane k where entry i of column k and the next have the same rank; else zero. */
@inline
function tied<T>(a: usize, b: usize, i: i32): v128 {
  if (sizeof<T>() == 4) {
    const va = v128.load64_zero(a + <usize>i * 4);
    const vb = v128.load64_zero(b + <usize>i * 4);
    const changed = v128.xor(v128.shuffle<i32>(va, vb, 0, 0, 4, 4), v128.shuffle<i32>(va, vb, 1, 1, 5, 5));
    return i32x4.eq(i32x4.shr_u(changed, 16), i32x4.splat(0));
  }
  const va = v128.load(a + <usize>i * 8);
  const vb = v128.load(b + <usize>i * 8);
  const changed = v128.xor(v128.shuffle<i64>(va, vb, 0, 2), v128.shuffle<i64>(va, vb, 1, 3));
  return i64x2.eq(i64x2.shr_u(changed, 32), i64x2.splat(0));
}

/** `scanTwo` for columns without ties: every position is a cut. */
export function scanTwoUntied<T>(
  a: usize, b: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32,
): v128 {
  return scanBoth<T>(a, b, n, pairs, mean, total, minLeaf, false);
}

/** Best gains along two columns at once (lane 0: a, lane 1: b). n >= 2 entries, at least minLeaf on each side. */
export function scanTwo<T>(
  a: usize, b: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32,
): v128 {
  return scanBoth<T>(a, b, n, pairs, mean, total, minLeaf, true);
}

/** Inlined twice, so that `mayTie` is known when it is compiled. */
@inline
function scanBoth<T>(
  a: usize, b: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32, mayTie: bool,
): v128 {
  let sumA = f64x2.splat(0);
  let sumB = f64x2.splat(0);
  let i = 0;
  for (; i < minLeaf - 1; i++) {
    sumA = f64x2.add(sumA, pairOf<T>(pairs, entryAt<T>(a, i)));
    sumB = f64x2.add(sumB, pairOf<T>(pairs, entryAt<T>(b, i)));
  }
  const means = f64x2.splat(mean);
  const totals = f64x2.splat(total);
  let best = f64x2.splat(-1);
  for (const end = n - minLeaf; i < end; i++) {
    sumA = f64x2.add(sumA, pairOf<T>(pairs, entryAt<T>(a, i)));
    sumB = f64x2.add(sumB, pairOf<T>(pairs, entryAt<T>(b, i)));
    const s = v128.shuffle<f64>(sumA, sumB, 0, 2);
    const w = v128.shuffle<f64>(sumA, sumB, 1, 3);
    const c = f64x2.sub(s, f64x2.mul(w, means));
    const gain = f64x2.div(f64x2.mul(c, c), f64x2.mul(w, f64x2.sub(totals, w)));
    // pmax keeps `best` where the other operand is NaN.
    best = f64x2.pmax(best, mayTie ? v128.or(gain, tied<T>(a, b, i)) : gain);
  }
  return best;
}

/** The first position i such that a split after entry i reaches `wanted`; -1 if none does. */
export function locate<T>(
  entries: usize,
  n: i32,
  pairs: StaticArray<f64>,
  mean: f64,
  total: f64,
  minLeaf: i32,
  wanted: f64,
): i32 {
  let sum: f64 = 0;
  let weight: f64 = 0;
  for (let i = 0, end = n - minLeaf; i < end; i++) {
    const entry = entryAt<T>(entries, i);
    const at = <i32>(entry & rowMask<T>()) << 1;
    sum += pairs[at];
    weight += pairs[at + 1];
    if (i < minLeaf - 1 || (entry ^ entryAt<T>(entries, i + 1)) <= rowMask<T>()) continue;
    if (gainOf(sum, weight, mean, total) >= wanted) return i;
  }
  return -1;
}

/** Value of an entry in a close column. `ladder`: address of its values by rank, which are read in their order. */
@inline
function stepOf<T>(ladder: usize, entries: usize, i: i32): usize {
  return ladder + (<usize>(entryAt<T>(entries, i) >> rowBits<T>()) << 2);
}

/**
 * `scanTwo` for columns in which chains of neighbours are closer than GAP: two rows are separated where their values differ
 * by more.
 */
export function scanTwoClose<T>(
  a: usize, b: usize, ladderA: usize, ladderB: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32,
): v128 {
  let sumA = f64x2.splat(0);
  let sumB = f64x2.splat(0);
  let i = 0;
  for (; i < minLeaf - 1; i++) {
    sumA = f64x2.add(sumA, pairOf<T>(pairs, entryAt<T>(a, i)));
    sumB = f64x2.add(sumB, pairOf<T>(pairs, entryAt<T>(b, i)));
  }
  const gap = f32x4.splat(GAP);
  const means = f64x2.splat(mean);
  const totals = f64x2.splat(total);
  let best = f64x2.splat(-1);
  let here = v128.load32_lane(stepOf<T>(ladderB, b, i), v128.load32_zero(stepOf<T>(ladderA, a, i)), 1);
  for (const end = n - minLeaf; i < end; i++) {
    sumA = f64x2.add(sumA, pairOf<T>(pairs, entryAt<T>(a, i)));
    sumB = f64x2.add(sumB, pairOf<T>(pairs, entryAt<T>(b, i)));
    const s = v128.shuffle<f64>(sumA, sumB, 0, 2);
    const w = v128.shuffle<f64>(sumA, sumB, 1, 3);
    const c = f64x2.sub(s, f64x2.mul(w, means));
    const gain = f64x2.div(f64x2.mul(c, c), f64x2.mul(w, f64x2.sub(totals, w)));
    const next = v128.load32_lane(stepOf<T>(ladderB, b, i + 1), v128.load32_zero(stepOf<T>(ladderA, a, i + 1)), 1);
    // All ones, which as a double is NaN, where the two are not separated: pmax keeps `best` there.
    best = f64x2.pmax(best, v128.or(gain, i64x2.extend_low_i32x4_s(f32x4.le(next, f32x4.add(here, gap)))));
    here = next;
  }
  return best;
}

/** `locate` for a column in which chains of neighbours are closer than GAP. */
export function locateClose<T>(
  entries: usize, ladder: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32, wanted: f64,
): i32 {
  let sum: f64 = 0;
  let weight: f64 = 0;
  for (let i = 0, end = n - minLeaf; i < end; i++) {
    const at = <i32>(entryAt<T>(entries, i) & rowMask<T>()) << 1;
    sum += pairs[at];
    weight += pairs[at + 1];
    if (i < minLeaf - 1 || load<f32>(stepOf<T>(ladder, entries, i + 1)) <= load<f32>(stepOf<T>(ladder, entries, i)) + GAP) continue;
    if (gainOf(sum, weight, mean, total) >= wanted) return i;
  }
  return -1;
}

/**
 * Best gains of "one level against the rest" along two groups at once. A level's sums are differences of running sums.
 */
export function scanGroups<T>(
  a: usize,
  b: usize,
  n: i32,
  pairs: StaticArray<f64>,
  mean: f64,
  total: f64,
  minLeaf: i32,
): v128 {
  let sumA = f64x2.splat(0);
  let sumB = f64x2.splat(0);
  let startS = f64x2.splat(0);
  let startW = f64x2.splat(0);
  let startI = f64x2.splat(0);
  let i = f64x2.splat(0);
  const one = f64x2.splat(1);
  const least = f64x2.splat(<f64>minLeaf);
  const most = f64x2.splat(<f64>(n - minLeaf));
  const means = f64x2.splat(mean);
  const totals = f64x2.splat(total);
  let best = f64x2.splat(-1);
  for (let k = 0; k < n; k++) {
    sumA = f64x2.add(sumA, pairOf<T>(pairs, entryAt<T>(a, k)));
    sumB = f64x2.add(sumB, pairOf<T>(pairs, entryAt<T>(b, k)));
    i = f64x2.add(i, one);
    const s = v128.shuffle<f64>(sumA, sumB, 0, 2);
    const w = v128.shuffle<f64>(sumA, sumB, 1, 3);
    const ws = f64x2.sub(w, startW);
    const c = f64x2.sub(f64x2.sub(s, startS), f64x2.mul(ws, means));
    const gain = f64x2.div(f64x2.mul(c, c), f64x2.mul(ws, f64x2.sub(totals, ws)));
    const size = f64x2.sub(i, startI);
    const goesOn = k + 1 < n ? tied<T>(a, b, k) : i64x2.splat(0);
    const barred = v128.or(f64x2.lt(size, least), f64x2.gt(size, most));
    best = f64x2.pmax(best, v128.or(gain, v128.or(goesOn, barred)));
    startS = v128.bitselect(startS, s, goesOn);
    startW = v128.bitselect(startW, w, goesOn);
    startI = v128.bitselect(startI, i, goesOn);
  }
  return best;
}

/** What `scanRuns` finds: the best gain and where its level starts, and the best gain of another level. */
@unmanaged
export class BestLevel {
  gain: f64;
  second: f64;
  start: i32;
}

/** The best level of one group, run by run: the same sums as in `scanGroups`, cheaper where runs are long. */
export function scanRuns<T>(
  entries: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32, found: BestLevel,
): void {
  let sums = f64x2.splat(0);
  let best: f64 = -1;
  let second: f64 = -1;
  let at = 0;
  for (let start = 0; start < n; ) {
    const before = sums;
    const first = entryAt<T>(entries, start);
    let i = start;
    do {
      sums = f64x2.add(sums, pairOf<T>(pairs, entryAt<T>(entries, i)));
      i++;
    } while (i < n && (entryAt<T>(entries, i) ^ first) <= rowMask<T>());
    const size = i - start;
    if (size >= minLeaf && n - size >= minLeaf) {
      const part = f64x2.sub(sums, before);
      const gain = gainOf(f64x2.extract_lane(part, 0), f64x2.extract_lane(part, 1), mean, total);
      if (gain > best) {
        second = best;
        best = gain;
        at = start;
      } else if (gain > second) second = gain;
    }
    start = i;
  }
  found.gain = best;
  found.second = second;
  found.start = at;
}

/**
 * Levels of a group that reach `wanted`, from the `skip`-th on (from 0): their number in the high half, where the
 * first of them starts among the entries in the low half. The same sums as in `scanGroups`.
 */
export function findLevels<T>(
  entries: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32, wanted: f64, skip: i32,
): u64 {
  let sums = f64x2.splat(0);
  let count = -skip;
  let first = 0;
  for (let start = 0; start < n; ) {
    const end = runEnd<T>(entries, n, start);
    const before = sums;
    for (let i = start; i < end; i++) sums = f64x2.add(sums, pairOf<T>(pairs, entryAt<T>(entries, i)));
    const size = end - start;
    if (size >= minLeaf && n - size >= minLeaf) {
      const part = f64x2.sub(sums, before);
      if (gainOf(f64x2.extract_lane(part, 0), f64x2.extract_lane(part, 1), mean, total) >= wanted) {
        if (count == 0) first = start;
        count++;
      }
    }
    start = end;
  }
  return (<u64>count << 32) | <u64>first;
}

/** One past the last entry of the run of equal ranks that begins at `start`. */
export function runEnd<T>(entries: usize, n: i32, start: i32): i32 {
  const first = entryAt<T>(entries, start);
  let i = start + 1;
  while (i < n && (entryAt<T>(entries, i) ^ first) <= rowMask<T>()) i++;
  return i;
}
