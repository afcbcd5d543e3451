import type { Kernels } from "./instance.js";

/**
 * Distribution functions and the elementary functions they rest on, the same to the bit on every host: use these
 * wherever a number reaches a result or a key, never `Math.exp` or `Math.log`. NaN for arguments outside the domain.
 * Relative accuracy: about 1e-13 for tails, 1e-14 for quantiles, one unit in the last place for exp, log, sin, cos and asin.
 * About 0.01 to 1 microsecond a call (longer for degrees of freedom in the millions).
 * Sources: assembly/core/special.ts.
 */
export interface Special {
  readonly exp: (x: number) => number;
  readonly log: (x: number) => number;
  /** Of an angle in radians. */
  readonly sin: (x: number) => number;
  readonly cos: (x: number) => number;
  /** The angle in [-pi/2, pi/2] whose sine is x. */
  readonly asin: (x: number) => number;
  /** log Gamma(x), x > 0. */
  readonly logGamma: (x: number) => number;
  /** P(Z <= x). */
  readonly normalCdf: (x: number) => number;
  /** P(Z > x), accurate far out. */
  readonly normalTail: (x: number) => number;
  /** The x with P(Z <= x) = p; infinite at 0 and 1. */
  readonly normalQuantile: (p: number) => number;
  /** P(T <= t) for any df > 0; df = Infinity is the normal. */
  readonly studentCdf: (t: number, df: number) => number;
  /** P(T > t). */
  readonly studentTail: (t: number, df: number) => number;
  readonly studentQuantile: (p: number, df: number) => number;
  /** P(F > f); d2 may be Infinity. */
  readonly fTail: (f: number, d1: number, d2: number) => number;
  /** P(X > x). */
  readonly chiSquareTail: (x: number, df: number) => number;
}

/** The functions of one instance of the kernels; they need no memory and no scope. */
export function createSpecial(kernels: Kernels): Special {
  const { exports } = kernels;
  return {
    exp: (x) => exports.exp(x),
    log: (x) => exports.log(x),
    sin: (x) => exports.sin(x),
    cos: (x) => exports.cos(x),
    asin: (x) => exports.asin(x),
    logGamma: (x) => exports.logGamma(x),
    normalCdf: (x) => exports.normalCdf(x),
    normalTail: (x) => exports.normalTail(x),
    normalQuantile: (p) => exports.normalQuantile(p),
    studentCdf: (t, df) => exports.studentCdf(t, df),
    studentTail: (t, df) => exports.studentTail(t, df),
    studentQuantile: (p, df) => exports.studentQuantile(p, df),
    fTail: (f, d1, d2) => exports.fTail(f, d1, d2),
    chiSquareTail: (x, df) => exports.chiSquareTail(x, df),
  };
}
