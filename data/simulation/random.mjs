/**
 * Counter-based random numbers: the n-th number of a named stream depends on (seed, name, n) alone, so adding a
 * variable to the simulation never moves the draws of another.
 */

import { normalQuantile } from "./normal.mjs";

/**
 * @typedef {object} RandomStream
 * @property {() => number} uniform in the open interval (0, 1)
 * @property {() => number} normal standard normal
 * @property {() => number} bounded mean 0, standard deviation 1, symmetric, never beyond -3 or 3
 * @property {(size: number) => number} index an integer in [0, size)
 */

/**
 * @param {number} seed
 * @param {string} name
 * @returns {RandomStream}
 */
export function randomStream(seed, name) {
  const key = mix(seed ^ hashName(name));
  let counter = 0;
  const word = () => mix(mix(counter++) ^ key);
  const uniform = () => ((word() >>> 6) * 2 ** 26 + (word() >>> 6) + 0.5) * 2 ** -52;
  return {
    uniform,
    normal: () => normalQuantile(uniform()),
    bounded: () => 2 * (uniform() + uniform() + uniform()) - 3,
    index: (size) => Math.floor(uniform() * size),
  };
}

/**
 * Takes `count` different items, in random order.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} count
 * @param {RandomStream} random
 * @returns {T[]}
 */
export function sample(items, count, random) {
  const pool = [...items];
  for (let i = 0; i < count; i++) {
    const j = i + random.index(pool.length - i);
    [pool[i], pool[j]] = [pool[j], pool[i]];
  }
  return pool.slice(0, count);
}

/** FNV-1a. @param {string} name @returns {number} */
function hashName(name) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}

/** The finaliser of MurmurHash3, a bijection of 32-bit words. @param {number} word @returns {number} */
function mix(word) {
  let h = (word + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
