import type { Special } from "../../src/kernels/special.js";

/** Normal numbers from a seed (a mixed counter, then the quantile): the same on every machine. */
export function normalsOf(special: Special): (seed: number, count: number) => Float64Array {
  return (seed, count) => {
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let h = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
      return ((h ^ (h >>> 15)) >>> 0) + 0.5;
    };
    return Float64Array.from({ length: count }, () => special.normalQuantile(next() / 4294967296));
  };
}
