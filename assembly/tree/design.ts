import { array, take, zeros } from "../core/arena";
import { argsort } from "./argsort";

/**
 * What all trees on one set of features share: every column sorted once, whatever the fold, target or seed.
 *
 * Continuous features are cast to f32 as scikit-learn does. A *class* is a set of continuous features that
 * put the rows into the same order with the same ties (a positive variable and its square): they offer the
 * same partitions of the training rows, so a class is scanned once and counts as many columns as it has
 * members. A *group* is a categorical feature that stands for one 0/1 column per level.
 * Missing values of a feature are NaN and share the highest rank.
 *
 * An *entry* packs a dense rank (or level) and a row: rank << 16 | row in a u32 while n <= 65,536,
 * rank << 32 | row in a u64 beyond. Entries of one class or group stand in ascending order.
 */
@unmanaged
export class Design {
  rows: i32;
  /** Continuous features. */
  features: i32;
  classes: i32;
  groups: i32;
  /** Columns as a one-hot design would have them: features plus levels. */
  columns: i32;
  /** 1 where entries are u64. */
  wide: i32;
  /** f32[features * rows]: the features, one after the other. */
  values: StaticArray<f32>;
  /** Entries of each class, then of each group: (classes + groups) * rows. */
  order: usize;
  /** u32[classes * rows]: rank of each row in each class. */
  ranks: StaticArray<u32>;
  /** i32[classes]: first member of each class in `members`; one more to close the last. */
  memberStart: StaticArray<i32>;
  /** i32[features]: features by class. */
  members: StaticArray<i32>;
  /** i32[features]: class of each feature. */
  classOf: StaticArray<i32>;
  /** u8[classes]: 1 where ties depend on the node (see `addFeature`). */
  close: StaticArray<u8>;
  /** usize[classes]: of a close class the address of f32[distinct values], its values by rank; else 0. */
  ladders: StaticArray<usize>;
  /** u8[classes]: 1 where some row's value is missing. */
  missing: StaticArray<u8>;
  /** 1 where some class has missing values. */
  anyMissing: i32;
  /** i32[groups * rows]: level codes of each group. */
  codes: StaticArray<i32>;
  /** i32[groups]: the column number of a group's level 0. */
  groupStart: StaticArray<i32>;
  /** i32[groups]: number of levels. */
  levels: StaticArray<i32>;
}

/** scikit-learn's FEATURE_THRESHOLD: neighbours closer than this are not separated. */
export const GAP: f32 = 1e-7;

/** Bits that an entry keeps for the row. */
@inline
export function rowBits<T>(): T {
  return <T>(sizeof<T>() * 4);
}

/** Mask of the row in an entry. */
@inline
export function rowMask<T>(): T {
  return (<T>1 << rowBits<T>()) - 1;
}

/**
 * Sorts the features and groups of `rows` rows and returns the address of a `Design`.
 * x: features * rows doubles, one feature after the other, NaN where missing. codes: groups * rows level codes from 0.
 * Cost: O(rows) a column (radix sort), 12 to 16 bytes a cell.
 */
export function treeDesign(
  rows: i32,
  features: i32,
  x: StaticArray<f64>,
  groups: i32,
  codes: StaticArray<i32>,
  levels: StaticArray<i32>,
): usize {
  const design = changetype<Design>(take(offsetof<Design>()));
  design.rows = rows;
  design.features = features;
  design.groups = groups;
  design.wide = rows > 65536 ? 1 : 0;
  design.values = array<f32>(features * rows);
  design.order = take(<usize>((features + groups) * rows) << (design.wide ? 3 : 2));
  design.ranks = array<u32>(features * rows);
  design.memberStart = zeros<i32>(features + 1);
  design.members = array<i32>(features);
  design.classOf = array<i32>(features);
  design.close = zeros<u8>(features + 1);
  design.ladders = zeros<usize>(features + 1);
  design.missing = zeros<u8>(features + 1);
  design.anyMissing = 0;
  design.codes = array<i32>(groups * rows);
  design.levels = array<i32>(groups);
  design.groupStart = array<i32>(groups);
  design.columns = features;
  for (let g = 0; g < groups; g++) {
    design.levels[g] = levels[g];
    design.groupStart[g] = design.columns;
    design.columns += levels[g];
  }
  for (let i = 0, end = groups * rows; i < end; i++) design.codes[i] = codes[i];
  for (let i = 0, end = features * rows; i < end; i++) design.values[i] = <f32>x[i] + 0;
  if (design.wide) sortAll<u64>(design);
  else sortAll<u32>(design);
  return changetype<usize>(design);
}

function sortAll<T>(design: Design): void {
  const rows = design.rows;
  const keys = array<u32>(rows);
  const from = array<u32>(rows);
  const to = array<u32>(rows);
  design.classes = 0;
  for (let f = 0; f < design.features; f++) {
    const offset = f * rows;
    for (let i = 0; i < rows; i++) {
      const bits = reinterpret<u32>(design.values[offset + i]);
      keys[i] = isNaN(design.values[offset + i]) ? u32.MAX_VALUE : bits ^ (<u32>(<i32>bits >> 31) | 0x80000000);
    }
    const sorted = argsort(keys, from, to, rows);
    addFeature<T>(design, f, sorted);
  }
  closeClasses(design);
  rankRows<T>(design);
  for (let g = 0; g < design.groups; g++) {
    for (let i = 0; i < rows; i++) keys[i] = design.codes[g * rows + i];
    const sorted = argsort(keys, from, to, rows);
    const out = design.order + (<usize>((design.classes + g) * rows)) * sizeof<T>();
    for (let i = 0; i < rows; i++) {
      const row = sorted[i];
      store<T>(out + <usize>i * sizeof<T>(), (<T>keys[row] << rowBits<T>()) | <T>row);
    }
  }
}

/**
 * Writes the entries of feature f as a new class, or joins the class that has the same entries.
 * Values that are never separated, because they span GAP at most, share a rank. Where neighbours closer than GAP
 * form a longer chain, whether two of them are separated depends on which of those between are in the node: then
 * each value has a rank of its own and the class is marked as close.
 */
function addFeature<T>(design: Design, f: i32, sorted: StaticArray<u32>): void {
  const rows = design.rows;
  const fresh = design.order + <usize>(design.classes * rows) * sizeof<T>();
  const close = hasLongChain(design, f, sorted);
  const missing = <u8>(rows > 0 && isNaN(design.values[f * rows + sorted[rows - 1]]));
  const reach: f32 = close ? 0 : GAP;
  const values = design.values;
  const offset = f * rows;
  let rank: T = 0;
  let previous = rows > 0 ? values[offset + sorted[0]] : <f32>0;
  for (let i = 0; i < rows; i++) {
    const row = sorted[i];
    const value = values[offset + row];
    if (value > previous + reach || (isNaN(value) && !isNaN(previous))) rank++;
    previous = value;
    store<T>(fresh + <usize>i * sizeof<T>(), (rank << rowBits<T>()) | <T>row);
  }
  const own = close ? design.classes : sameClass<T>(design, fresh, missing);
  design.classOf[f] = own;
  if (own == design.classes) {
    design.close[design.classes] = close ? 1 : 0;
    if (close) design.ladders[design.classes] = ladderOf<T>(design, f, fresh, <i32>rank + 1);
    design.missing[design.classes] = missing;
    design.anyMissing |= missing;
    design.classes++;
  }
}

/** Values of feature f by rank. */
function ladderOf<T>(design: Design, f: i32, entries: usize, ranks: i32): usize {
  const ladder = array<f32>(ranks);
  for (let i = 0; i < design.rows; i++) {
    const entry = load<T>(entries + <usize>i * sizeof<T>());
    ladder[<i32>(entry >> rowBits<T>())] = design.values[f * design.rows + <i32>(entry & rowMask<T>())];
  }
  return changetype<usize>(ladder);
}

/** Whether neighbours closer than GAP form a chain that is longer than GAP. */
function hasLongChain(design: Design, f: i32, sorted: StaticArray<u32>): bool {
  const values = design.values;
  const offset = f * design.rows;
  let first: f32 = 0;
  let previous: f32 = -Infinity;
  for (let i = 0; i < design.rows; i++) {
    const value = values[offset + sorted[i]];
    if (value > previous + GAP) first = value;
    else if (value > first + GAP) return true;
    previous = value;
  }
  return false;
}

/** The class whose entries, missing ones included, equal those at `fresh`, or the next free number. */
function sameClass<T>(design: Design, fresh: usize, missing: u8): i32 {
  const bytes = <usize>design.rows * sizeof<T>();
  for (let c = 0; c < design.classes; c++) {
    if (design.close[c] == 0 && design.missing[c] == missing && memory.compare(design.order + <usize>c * bytes, fresh, bytes) == 0) return c;
  }
  return design.classes;
}

/** The entries of each class read by row. */
function rankRows<T>(design: Design): void {
  for (let i = 0, end = design.classes * design.rows; i < end; i++) {
    const entry = load<T>(design.order + <usize>i * sizeof<T>());
    const c = i / design.rows;
    design.ranks[c * design.rows + <i32>(entry & rowMask<T>())] = <u32>(entry >> rowBits<T>());
  }
}

/** Lists the members of each class. */
function closeClasses(design: Design): void {
  let next = 0;
  for (let c = 0; c < design.classes; c++) {
    design.memberStart[c] = next;
    for (let f = 0; f < design.features; f++) if (design.classOf[f] == c) design.members[next++] = f;
  }
  design.memberStart[design.classes] = next;
}

/** Copies `n` entries under their rows' local numbers, leaving out rows without one. Writes one entry past the last. */
export function filter<T>(from: usize, n: i32, local: StaticArray<i32>, to: usize): void {
  for (let i = 0; i < n; i++) {
    const entry = load<T>(from + <usize>i * sizeof<T>());
    const id = local[<i32>(entry & rowMask<T>())];
    store<T>(to, (entry & ~rowMask<T>()) | (<T>id & rowMask<T>()));
    to += <usize>(id >= 0) * sizeof<T>();
  }
}
