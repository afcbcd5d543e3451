import type { Special } from "../../kernels/special.js";
import { mix } from "../../kernels/mix.js";

/**
 * A standard normal draw that follows from (seed, draw, coordinate) alone, so that no other draw moves it: the quantile
 * of a uniform number of 53 bits, never 0 or 1.
 */
export function normalDraw(special: Special, seed: number, draw: number, coordinate: number): number {
  const a = mix(mix(seed ^ 0x9e3779b9) ^ draw);
  const b = mix(a ^ Math.imul(coordinate + 1, 0x85ebca6b));
  const bits = (b >>> 0) * 2097152 + (mix(b ^ 0xc2b2ae35) >>> 11);
  return special.normalQuantile((bits + 0.5) / 9007199254740992);
}
