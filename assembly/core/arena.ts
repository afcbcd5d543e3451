/**
 * The only allocator: a pointer that moves up through linear memory.
 * The host marks it before a task and releases it after; kernels do the same around their scratch.
 * Arrays are `StaticArray`s laid over the memory, so that the debug build checks every index.
 */

/** Bytes of an AssemblyScript object header before the payload; its last word holds the payload's size. */
const HEADER: usize = 20;

let top: usize = (__heap_base + 15) & ~15;

/** The present top of the arena, to be handed back to `release`. */
export function mark(): usize {
  return top;
}

/** Frees everything reserved since `position` was marked. */
export function release(position: usize): void {
  top = position;
}

/**
 * Reserves `bytes` bytes, aligned to 16, with the size word that `StaticArray` reads.
 * Contents are whatever was there before. Returns 0 when the 4 GiB address space is used up.
 */
export function reserve(bytes: usize): usize {
  const start = (top + HEADER + 15) & ~15;
  const end = start + bytes;
  const have = <usize>memory.size() << 16;
  if (end < start) return 0;
  if (end > have) {
    const pages = <i32>((end - have + 0xffff) >> 16);
    if (memory.grow(pages) < 0) return 0;
  }
  store<u32>(start - 4, <u32>bytes);
  top = end;
  return start;
}

/** As `reserve`; traps where memory is used up, for kernels that have no status to return. */
export function take(bytes: usize): usize {
  const start = reserve(bytes);
  if (start == 0) unreachable();
  return start;
}

/** An array of `length` elements with unspecified contents. */
export function array<T>(length: i32): StaticArray<T> {
  return changetype<StaticArray<T>>(take((<usize>length) * sizeof<T>()));
}

/** An array of `length` zeros. */
export function zeros<T>(length: i32): StaticArray<T> {
  const bytes = (<usize>length) * sizeof<T>();
  const start = take(bytes);
  memory.fill(start, 0, bytes);
  return changetype<StaticArray<T>>(start);
}
