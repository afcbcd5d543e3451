import { array, mark, release, take } from "../../core/arena";

/** Rows in the order of each feature: what the bins of every fold are cut from. Missing values (NaN) stand last. */
@unmanaged
export class Order {
  rows: i32;
  features: i32;
  /** u32[features * rows]: rows by ascending value, one feature after the other; equal values in the order of rows. */
  sorted: StaticArray<u32>;
  /** i32[features]: rows with a value. */
  present: StaticArray<i32>;
}

/** Room for the order of `features` columns; each is filled by `histSort`. 4 bytes a cell. */
export function histOrder(rows: i32, features: i32): usize {
  const order = changetype<Order>(take(offsetof<Order>()));
  order.rows = rows;
  order.features = features;
  order.sorted = array<u32>(features * rows);
  order.present = array<i32>(features);
  return changetype<usize>(order);
}

/** Sorts one feature, f64[rows]: radix sort, at most eight passes of some ns a row; 24 bytes a row in the meantime. */
export function histSort(order: Order, feature: i32, column: StaticArray<f64>): void {
  const position = mark();
  const rows = order.rows;
  const keyed = changetype<Keyed>(take(offsetof<Keyed>()));
  keyed.keys = array<u64>(rows);
  keyed.rows = array<u32>(rows);
  keyed.spareKeys = array<u64>(rows);
  keyed.spareRows = array<u32>(rows);
  let present = 0;
  for (let i = 0; i < rows; i++) {
    const value = column[i];
    present += value == value ? 1 : 0;
    keyed.keys[i] = ascending(value);
    keyed.rows[i] = i;
  }
  order.present[feature] = present;
  sort(keyed, rows);
  memory.copy(changetype<usize>(order.sorted) + (<usize>(feature * rows) << 2), changetype<usize>(keyed.rows), <usize>rows << 2);
  release(position);
}

/** Keys, the rows that they belong to, and room for another order of both. */
@unmanaged
class Keyed {
  keys: StaticArray<u64>;
  rows: StaticArray<u32>;
  spareKeys: StaticArray<u64>;
  spareRows: StaticArray<u32>;
}

/** Bits that are ordered as unsigned integers as the values are; -0 as 0, NaN above all. */
@inline
function ascending(value: f64): u64 {
  if (value != value) return u64.MAX_VALUE;
  const bits = reinterpret<u64>(value + 0.0);
  return bits ^ (<u64>(<i64>bits >> 63) | 0x8000000000000000);
}

/** Stable: least significant digit first, 8 bits a pass; passes in which all keys have one digit are skipped. */
function sort(keyed: Keyed, n: i32): void {
  const starts = array<u32>(256);
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    if (countDigits(keyed.keys, shift, n, starts)) scatter(keyed, shift, n, starts);
  }
}

/** Where the keys of each digit start; false where all have the same. */
function countDigits(keys: StaticArray<u64>, shift: u64, n: i32, starts: StaticArray<u32>): bool {
  for (let d = 0; d < 256; d++) starts[d] = 0;
  for (let i = 0; i < n; i++) starts[<i32>((keys[i] >> shift) & 255)]++;
  if (n == 0 || starts[<i32>((keys[0] >> shift) & 255)] == <u32>n) return false;
  let start: u32 = 0;
  for (let d = 0; d < 256; d++) {
    const count = starts[d];
    starts[d] = start;
    start += count;
  }
  return true;
}

function scatter(keyed: Keyed, shift: u64, n: i32, starts: StaticArray<u32>): void {
  const keys = keyed.keys;
  const rows = keyed.rows;
  const toKeys = keyed.spareKeys;
  const toRows = keyed.spareRows;
  for (let i = 0; i < n; i++) {
    const key = keys[i];
    const to = starts[<i32>((key >> shift) & 255)]++;
    toKeys[to] = key;
    toRows[to] = rows[i];
  }
  keyed.keys = toKeys;
  keyed.rows = toRows;
  keyed.spareKeys = keys;
  keyed.spareRows = rows;
}
