import { GAP, rowMask } from "./design";
import { gainOf } from "./scan";

/**
 * Best split of one node along a sorted column whose last entries are missing values (NaN): every cut is tried with
 * them on the right, among these "missing against the rest", then with them on the left; the first of equal gains
 * wins. scikit-learn's rule (_splitter.pyx, node_split_best). Cost: two passes of `scan`, one where the node has none.
 */

/** The right part of a split: entries begin .. end-1 of the column. gain -1: there is none. */
@unmanaged
export class Part {
  gain: f64;
  begin: i32;
  end: i32;
  /** Whether missing values go right; where the node has none, whether no more rows go left than right. */
  missingRight: i32;
}

/** Finds the best split. Arguments as for `scanClose` in scan.ts. */
export function scanMissing<T>(
  entries: usize, n: i32, pairs: StaticArray<f64>, mean: f64, total: f64, minLeaf: i32,
  values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>, found: Part,
): void {
  let known = n;
  let sum: f64 = 0;
  let weight: f64 = 0;
  while (known > 0 && isNaN(valueOf<T>(entries, known - 1, values, offset, rowOf))) {
    const at = placeOf<T>(entries, --known);
    sum += pairs[at];
    weight += pairs[at + 1];
  }
  found.gain = -1;
  scanSide<T>(entries, known, n, 0, 0, 0, pairs, mean, total, minLeaf, values, offset, rowOf, found);
  if (known < n) scanSide<T>(entries, known, known, n - known, sum, weight, pairs, mean, total, minLeaf, values, offset, rowOf, found);
  else found.missingRight = <i32>(2 * found.begin <= n);
}

/** Tries every cut of the known entries; `size` entries with these sums are on the left already, the right part ends at `end`. */
function scanSide<T>(
  entries: usize, known: i32, end: i32, size: i32, sum: f64, weight: f64, pairs: StaticArray<f64>, mean: f64, total: f64,
  minLeaf: i32, values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>, found: Part,
): void {
  const most = min(known, end - 1);
  for (let i = 0; i < most; i++) {
    const at = placeOf<T>(entries, i);
    sum += pairs[at];
    weight += pairs[at + 1];
    if (size + i + 1 < minLeaf || end - i - 1 < minLeaf) continue;
    const here = valueOf<T>(entries, i, values, offset, rowOf);
    if (valueOf<T>(entries, i + 1, values, offset, rowOf) <= here + GAP) continue;
    const gain = gainOf(sum, weight, mean, total);
    if (gain <= found.gain) continue;
    found.gain = gain;
    found.begin = i + 1;
    found.end = end;
    found.missingRight = <i32>(size == 0);
  }
}

/** Where an entry's pair begins. */
@inline
function placeOf<T>(entries: usize, i: i32): i32 {
  return <i32>(load<T>(entries + <usize>i * sizeof<T>()) & rowMask<T>()) << 1;
}

@inline
function valueOf<T>(entries: usize, i: i32, values: StaticArray<f32>, offset: i32, rowOf: StaticArray<u32>): f32 {
  return values[offset + rowOf[placeOf<T>(entries, i) >> 1]];
}
