/**
 * Romano and Wolf's (2005) step-down p values of very many estimates, as inference/joint/stepDown.ts has them of a few,
 * from counts of one draw at a time: K numbers are kept, not K B.
 */

/** Estimates by the size of their t statistics, ascending; of equals the last first. */
export function stepDownOrder(sizes: Float64Array): Uint32Array {
  return Uint32Array.from(sizes, (_, k) => k).sort((a, b) => (sizes[a] ?? NaN) - (sizes[b] ?? NaN) || b - a);
}

/** By estimate: adjusted p values, multiples of 1 / draws. reached: by estimate, draws in which the largest |t| up to it is as large. */
export function stepDownPValues(order: Uint32Array, reached: Uint32Array, draws: number): Float64Array {
  const p = new Float64Array(order.length);
  let before = 0;
  for (const k of order.toReversed()) p[k] = before = Math.max(before, (reached[k] ?? NaN) / draws);
  return p;
}
