import type { Special } from "../../kernels/special.js";

/** The x that a chi-square variable with df > 0 exceeds with probability `upper`, 0 < upper < 1. */
export function chiSquareQuantile(upper: number, df: number, special: Special): number {
  return invert((x) => special.chiSquareTail(x, df), upper, df);
}

/**
 * P(T2 > x) of Hotelling's T2 of k moments, (f - k + 1) / (k f) T2 being F(k, f - k + 1), where their covariance has
 * f = `freedom` degrees of freedom, more than k - 1; Infinity: chi-square.
 */
export function hotellingTail(x: number, k: number, freedom: number, special: Special): number {
  const left = freedom - k + 1;
  return freedom === Infinity ? special.chiSquareTail(x, k) : special.fTail((x * left) / (k * freedom), k, left);
}

/** The x that Hotelling's T2 exceeds with probability `upper`. */
export function hotellingQuantile(upper: number, k: number, freedom: number, special: Special): number {
  return invert((x) => hotellingTail(x, k, freedom, special), upper, k);
}

/**
 * The x that a noncentral chi-square variable exceeds with probability `upper`: df > 0, noncentrality >= 0.
 * To about 1e-12; some fifty evaluations of the tail, each of O(sqrt(noncentrality)) terms.
 */
export function noncentralChiSquareQuantile(upper: number, df: number, noncentrality: number, special: Special): number {
  const weights = poisson(noncentrality / 2, special);
  const tail = (x: number): number => weights.reduce((sum, { j, weight }) => sum + weight * special.chiSquareTail(x, df + 2 * j), 0);
  return invert(tail, upper, df + noncentrality);
}

/** Probabilities of the Poisson distribution, all but 1e-16 of them (Johnson, Kotz and Balakrishnan 1995, equation 29.2). */
function poisson(mean: number, special: Special): readonly { readonly j: number; readonly weight: number }[] {
  if (mean === 0) return [{ j: 0, weight: 1 }];
  const reach = 9 * Math.sqrt(mean) + 30;
  const from = Math.max(0, Math.floor(mean - reach));
  const count = Math.floor(mean + reach) - from + 1;
  return Array.from({ length: count }, (_, i) => {
    const j = from + i;
    return { j, weight: special.exp(j * special.log(mean) - mean - special.logGamma(j + 1)) };
  });
}

/** Where a falling function of x >= 0 takes a value: a bracket by doubling, then halving it to the last bit but eight. */
function invert(tail: (x: number) => number, value: number, start: number): number {
  let [low, high] = [0, start];
  while (tail(high) > value) [low, high] = [high, 2 * high];
  for (let step = 0; step < 60 && high - low > 2e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (tail(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
