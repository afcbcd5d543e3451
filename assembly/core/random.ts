/**
 * Counter-based random numbers: a stream is a 64-bit key, its numbers follow from the key alone,
 * and keys of sub-streams follow from a key and an index. So a draw depends on what it is for
 * (seed, repetition, fold, tree, node), never on the order in which work is done.
 *
 * The mixer is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom
 * number generators", OOPSLA), applied to key + counter * golden ratio.
 */

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

@inline
function mix(x: u64): u64 {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/** The key of sub-stream `index` of `key`. */
@inline
export function subKey(key: u64, index: u32): u64 {
  return mix(mix(key + GOLDEN) ^ (<u64>index + 1) * 0xd1342543de82ef95);
}

/** Number `counter` of the stream `key`: 64 random bits. */
@inline
export function bits(key: u64, counter: u32): u64 {
  return mix(key + (<u64>counter + 1) * GOLDEN);
}

/** Maps 32 random bits to 0 .. n-1 (multiply and shift, Lemire 2019; bias below n / 2^32). */
@inline
export function below(random: u32, n: u32): u32 {
  return <u32>((<u64>random * <u64>n) >> 32);
}
