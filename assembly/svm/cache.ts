import { array } from "../core/arena";

/** Matrix rows that are kept: as many as there is room for; the one least recently asked for makes place. */
@unmanaged
export class Cache {
  /** Numbers in a row. */
  width: i32;
  slots: i32;
  /** f32[slots][width] */
  values: StaticArray<f32>;
  /** i32[rows of the matrix]: the slot of a row, -1 for none. */
  slotOf: StaticArray<i32>;
  /** i32[slots]: the row in a slot. */
  rowIn: StaticArray<i32>;
  /** u64[slots]: when it was last asked for. */
  asked: StaticArray<u64>;
  filled: i32;
  clock: u64;
}

/** Bytes that a cache takes. */
export function cacheBytes(count: i32, width: i32, slots: i32): u64 {
  return 4 * <u64>slots * width + 4 * <u64>count + 12 * <u64>slots;
}

/** An empty cache for a matrix of `count` rows. */
export function newCache(count: i32, width: i32, slots: i32): Cache {
  const cache = changetype<Cache>(array<u8>(offsetof<Cache>()));
  cache.width = width;
  cache.slots = slots;
  cache.values = array<f32>(slots * width);
  cache.slotOf = array<i32>(count);
  for (let i = 0; i < count; i++) cache.slotOf[i] = -1;
  cache.rowIn = array<i32>(slots);
  cache.asked = array<u64>(slots);
  cache.filled = 0;
  cache.clock = 0;
  return cache;
}

/** Whether a row is kept. */
@inline
export function has(cache: Cache, row: i32): bool {
  return cache.slotOf[row] >= 0;
}

/** The address of a row that is kept; until two others have been asked for. */
@inline
export function kept(cache: Cache, row: i32): usize {
  const slot = cache.slotOf[row];
  cache.asked[slot] = ++cache.clock;
  return changetype<usize>(cache.values) + (<usize>(slot * cache.width) << 2);
}

/** Gives a row a slot, whose contents are to be written to `kept`. Finding it costs less than making a row. */
export function admit(cache: Cache, row: i32): void {
  let slot = cache.filled;
  if (slot < cache.slots) cache.filled = slot + 1;
  else {
    slot = 0;
    for (let s = 1; s < cache.slots; s++) if (cache.asked[s] < cache.asked[slot]) slot = s;
    cache.slotOf[cache.rowIn[slot]] = -1;
  }
  cache.rowIn[slot] = row;
  cache.slotOf[row] = slot;
}
