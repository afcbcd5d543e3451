import { mark, release, reserve } from "./arena";

/** Whether so many bytes, and a little for what lies between arrays, can be reserved: to be asked before many `array`s. */
export function hasRoom(bytes: u64): bool {
  const position = mark();
  bytes += 4096;
  const there = bytes < <u64>u32.MAX_VALUE && reserve(<usize>bytes) != 0;
  release(position);
  return there;
}
