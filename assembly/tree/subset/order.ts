import { rowBits, rowMask } from "../design";
import { Node } from "../node";
import { Subset } from "./state";

/** Up to so many rows an insertion sort is faster. */
const SHORT: i32 = 32;

/** A node with more than this part of the bag is read off the bag's order instead of sorted. */
const FILTER_SHARE: i32 = 6;

/** Writes the node's rows into `keys`, by ascending rank in class c. */
export function sortNode<T>(grower: Subset, node: Node, c: i32): void {
  const rows = grower.rows;
  const ranks = grower.ranks;
  const offset = c * grower.capacity;
  const n = node.end - node.begin;
  if (n * FILTER_SHARE > grower.bag.size) {
    readSorted<T>(grower, node, c);
    return;
  }
  let highest: u32 = 0;
  for (let i = 0; i < n; i++) {
    const id = rows[node.begin + i];
    const rank = ranks[offset + id];
    highest = max(highest, rank);
    store<T>(grower.keys + <usize>i * sizeof<T>(), (<T>rank << rowBits<T>()) | <T>id);
  }
  if (n <= SHORT) insertionSort<T>(grower.keys, n);
  else radixSort<T>(grower, n, highest);
}

/** The node's rows out of the whole bag's order. */
function readSorted<T>(grower: Subset, node: Node, c: i32): void {
  const inNode = grower.inNode;
  for (let i = node.begin; i < node.end; i++) inNode[grower.rows[i]] = 1;
  const from = grower.sorted + <usize>(c * grower.capacity) * sizeof<T>();
  let to = grower.keys;
  for (let i = 0; i < grower.bag.size; i++) {
    const entry = load<T>(from + <usize>i * sizeof<T>());
    store<T>(to, entry);
    to += <usize>inNode[<i32>(entry & rowMask<T>())] * sizeof<T>();
  }
  for (let i = node.begin; i < node.end; i++) inNode[grower.rows[i]] = 0;
}

function insertionSort<T>(keys: usize, n: i32): void {
  for (let i = 1; i < n; i++) {
    const key = load<T>(keys + <usize>i * sizeof<T>());
    let j = i;
    for (; j > 0; j--) {
      const before = load<T>(keys + <usize>(j - 1) * sizeof<T>());
      if (before <= key) break;
      store<T>(keys + <usize>j * sizeof<T>(), before);
    }
    store<T>(keys + <usize>j * sizeof<T>(), key);
  }
}

/** Least significant digit first, 7 bits a pass, over the bits that ranks up to `highest` use. */
function radixSort<T>(grower: Subset, n: i32, highest: u32): void {
  const counts = grower.digits;
  for (let shift: u32 = 0; shift < 32 && (highest >> shift) > 0; shift += 7) {
    for (let d = 0; d < 128; d++) counts[d] = 0;
    const bit = <T>shift + rowBits<T>();
    for (let i = 0; i < n; i++) counts[<i32>(load<T>(grower.keys + <usize>i * sizeof<T>()) >> bit) & 127]++;
    let start: u32 = 0;
    for (let d = 0; d < 128; d++) {
      const count = counts[d];
      counts[d] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const key = load<T>(grower.keys + <usize>i * sizeof<T>());
      const digit = <i32>(key >> bit) & 127;
      store<T>(grower.spareKeys + <usize>counts[digit] * sizeof<T>(), key);
      counts[digit]++;
    }
    const swap = grower.keys;
    grower.keys = grower.spareKeys;
    grower.spareKeys = swap;
  }
}
