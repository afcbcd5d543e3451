import { array } from "../core/arena";
import { highest, Partner } from "./sweep";

/**
 * Where the solver stands. A coefficient is alpha - alpha* of the textbook, of which one is always 0. Rows come in whole
 * blocks; those that fill the last one up have bound 0, and a row of bound 0 never moves.
 */
@unmanaged
export class Solution {
  width: i32;
  epsilon: f64;
  /** f64[width] each, and so are the others. */
  coefficients: StaticArray<f64>;
  /** Greatest size of a coefficient. */
  bounds: StaticArray<f64>;
  /** What is left of the target before the intercept: y - Kb. */
  left: StaticArray<f64>;
  /** Added to `left`: how fast the dual gains where a coefficient goes up, or loses where it goes down; infinite where it may not. */
  up: StaticArray<f64>;
  down: StaticArray<f64>;
  /** Scratch. */
  partner: Partner;
}

/** Bytes that a solution takes. */
export function solutionBytes(width: i32): u64 {
  return 40 * <u64>width + offsetof<Solution>();
}

/** All coefficients 0. target, bounds: f64[count]. */
export function newSolution(width: i32, count: i32, target: StaticArray<f64>, bounds: StaticArray<f64>, epsilon: f64): Solution {
  const solution = changetype<Solution>(array<u8>(offsetof<Solution>()));
  solution.width = width;
  solution.epsilon = epsilon;
  solution.coefficients = array<f64>(width);
  solution.bounds = array<f64>(width);
  solution.left = array<f64>(width);
  solution.up = array<f64>(width);
  solution.down = array<f64>(width);
  solution.partner = changetype<Partner>(array<u8>(offsetof<Partner>()));
  for (let k = 0; k < width; k++) {
    solution.left[k] = k < count ? target[k] : 0;
    solution.bounds[k] = k < count ? bounds[k] : 0;
    setCoefficient(solution, k, 0);
  }
  return solution;
}

/** Sets a coefficient, and where it may go from there; what is left of the target is not touched. */
export function setCoefficient(solution: Solution, k: i32, value: f64): void {
  const epsilon = solution.epsilon;
  const bound = solution.bounds[k];
  solution.coefficients[k] = value;
  solution.up[k] = value < 0 ? epsilon : value < bound ? -epsilon : -Infinity;
  solution.down[k] = value > 0 ? -epsilon : value > -bound ? epsilon : Infinity;
}

/** The mean over the rows between 0 and their bounds, which all but agree; else the middle of what the others allow. */
export function interceptOf(solution: Solution): f64 {
  const left = solution.left;
  const up = solution.up;
  let sum: f64 = 0;
  let free: f64 = 0;
  for (let k = 0; k < solution.width; k++) {
    const size = Math.abs(solution.coefficients[k]);
    if (!(size > 0 && size < solution.bounds[k])) continue;
    sum += left[k] + up[k];
    free++;
  }
  if (free > 0) return sum / free;
  let least = Infinity;
  for (let k = 0; k < solution.width; k++) least = Math.min(least, left[k] + solution.down[k]);
  const i = highest(solution.width, left, up);
  return i < 0 ? NaN : 0.5 * (left[i] + up[i] + least);
}
