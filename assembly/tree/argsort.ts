import { array } from "../core/arena";

/** Stable argsort of u32 keys: least significant digit first, 8 bits a pass, passes with one digit skipped. */
export function argsort(keys: StaticArray<u32>, from: StaticArray<u32>, to: StaticArray<u32>, n: i32): StaticArray<u32> {
  const counts = array<i32>(256);
  for (let i = 0; i < n; i++) from[i] = i;
  for (let shift: u32 = 0; shift < 32; shift += 8) {
    for (let d = 0; d < 256; d++) counts[d] = 0;
    for (let i = 0; i < n; i++) counts[(keys[i] >> shift) & 255]++;
    if (n > 0 && counts[(keys[0] >> shift) & 255] == n) continue;
    let start = 0;
    for (let d = 0; d < 256; d++) {
      const count = counts[d];
      counts[d] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const row = from[i];
      to[counts[(keys[row] >> shift) & 255]++] = row;
    }
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}
