import { GAP, rowMask } from "./design";
import { gainOf } from "./scan";

/**
 * Best split of one node along a sorted column whose last entries are missing values (NaN): every cut is tried with
 * them on the right, among these "missing against the rest", and with them on the left; the first of equal gains wins.
 * scikit-learn's rule (_splitter.pyx, node_split_best). Cost: one pass for the gain, two more for the column chosen.
 */

/** Entries of the node that are not missing. `values` is the feature by row, from `offset` on; `rowOf` the row of a local number. */
function countKnown<T>(entries: usize, n: i32, values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>): i32 {
  if (!isNaN(valueOf<T>(entries, n - 1, values, offset, rowOf))) return n;
  const last = entryOf<T>(entries, n - 1);
  let known = n - 1;
  while (known > 0 && (entryOf<T>(entries, known - 1) ^ last) <= rowMask<T>()) known--;
  return known;
}

/** Sums over the entries from `known` on. */
function sumMissing<T>(entries: usize, known: i32, n: i32, pairs: StaticArray<f64>): v128 {
  let sums = f64x2.splat(0);
  for (let i = known; i < n; i++) sums = f64x2.add(sums, pairOf<T>(entries, i, pairs));
  return sums;
}

/** Best gain along a column that is not close; -1 if there is no cut. */
export function gainMissing<T>(
  entries: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32,
  values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>,
): f64 {
  const known = countKnown<T>(entries, n, values, offset, rowOf);
  const missing = sumMissing<T>(entries, known, n, pairs);
  // Lane 0 has missing values on the right, lane 1 on the left.
  const besideS = f64x2.replace_lane(f64x2.splat(0), 1, f64x2.extract_lane(missing, 0));
  const besideW = f64x2.replace_lane(f64x2.splat(0), 1, f64x2.extract_lane(missing, 1));
  const least = f64x2.replace_lane(f64x2.splat(<f64>minLeaf), 1, <f64>(minLeaf - (n - known)));
  const most = f64x2.replace_lane(f64x2.splat(<f64>(n - minLeaf)), 1, <f64>(known - minLeaf));
  const means = f64x2.splat(mean);
  const totals = f64x2.splat(total);
  const one = f64x2.splat(1);
  let sums = f64x2.splat(0);
  let size = f64x2.splat(0);
  let best = f64x2.splat(-1);
  for (let i = 0, end = min(known, n - 1); i < end; i++) {
    sums = f64x2.add(sums, pairOf<T>(entries, i, pairs));
    size = f64x2.add(size, one);
    const s = f64x2.add(v128.shuffle<f64>(sums, sums, 0, 0), besideS);
    const w = f64x2.add(v128.shuffle<f64>(sums, sums, 1, 1), besideW);
    const c = f64x2.sub(s, f64x2.mul(w, means));
    const gain = f64x2.div(f64x2.mul(c, c), f64x2.mul(w, f64x2.sub(totals, w)));
    const tied = i64x2.splat(-(<i64>((entryOf<T>(entries, i) ^ entryOf<T>(entries, i + 1)) <= rowMask<T>())));
    const barred = v128.or(tied, v128.or(f64x2.lt(size, least), f64x2.gt(size, most)));
    // All ones is NaN, and pmax keeps `best` where the other operand is NaN.
    best = f64x2.pmax(best, v128.or(gain, barred));
  }
  return max(f64x2.extract_lane(best, 0), f64x2.extract_lane(best, 1));
}

/** The right part of a split: entries begin .. end-1 of the column. gain -1: there is none. */
@unmanaged
export class Part {
  gain: f64;
  begin: i32;
  end: i32;
  /** Whether missing values go right; where the node has none, whether no more rows go left than right. */
  missingRight: i32;
}

/** Finds the best split, of a close column, too. */
export function scanMissing<T>(
  entries: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32,
  values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>, found: Part,
): void {
  const known = countKnown<T>(entries, n, values, offset, rowOf);
  found.gain = -1;
  scanSide<T>(entries, known, n, 0, f64x2.splat(0), pairs, mean, total, minLeaf, values, offset, rowOf, found);
  if (known < n) {
    const missing = sumMissing<T>(entries, known, n, pairs);
    scanSide<T>(entries, known, known, n - known, missing, pairs, mean, total, minLeaf, values, offset, rowOf, found);
  } else {
    found.missingRight = <i32>(2 * found.begin <= n);
  }
}

/** Tries every cut of the known entries; `size` entries with these sums are on the left already, the right part ends at `end`. */
function scanSide<T>(
  entries: usize, known: i32, end: i32, size: i32, sums: v128, pairs: StaticArray<f64>, mean: f64, total: f64,
  minLeaf: i32, values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>, found: Part,
): void {
  const most = min(known, end - 1);
  for (let i = 0; i < most; i++) {
    sums = f64x2.add(sums, pairOf<T>(entries, i, pairs));
    if (size + i + 1 < minLeaf || end - i - 1 < minLeaf) continue;
    const here = valueOf<T>(entries, i, values, offset, rowOf);
    if (valueOf<T>(entries, i + 1, values, offset, rowOf) <= here + GAP) continue;
    const gain = gainOf(f64x2.extract_lane(sums, 0), f64x2.extract_lane(sums, 1), mean, total);
    if (gain <= found.gain) continue;
    found.gain = gain;
    found.begin = i + 1;
    found.end = end;
    found.missingRight = <i32>(size == 0);
  }
}

@inline
function entryOf<T>(entries: usize, i: i32): T {
  return load<T>(entries + <usize>i * sizeof<T>());
}

@inline
function pairOf<T>(entries: usize, i: i32, pairs: StaticArray<f64>): v128 {
  return v128.load(changetype<usize>(pairs) + (<usize>(entryOf<T>(entries, i) & rowMask<T>()) << 4));
}

@inline
function valueOf<T>(entries: usize, i: i32, values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>): f32 {
  return values[offset + rowOf[<i32>(entryOf<T>(entries, i) & rowMask<T>())]];
}
