import { EstimationError } from "../../errors.js";
import { crossProducts, dot } from "../../fit/residuals.js";
import type { Special } from "../../kernels/special.js";
import { added, inner, type Matrix, scaled } from "../../fit/matrix.js";
import type { ErrorSetting } from "../errors/covariance.js";
import { type ConfidenceSet, placed, quadraticSet } from "./confidenceSet.js";
import { momentCovariance } from "./moments.js";
import { chiSquareQuantile } from "./quantiles.js";
import { semidefiniteSet } from "./semidefinite.js";
import { cholesky, choleskySolve, wald } from "../matrices/cholesky.js";
import { type InstrumentalVariables, withoutConstant } from "./system.js";

/** What the instruments say of one effect, however weak they are. */
export interface AndersonRubin {
  /** Effects that the test does not reject at 1 - level. Empty: no effect fits all instruments, so one at least is not valid. */
  readonly set: ConfidenceSet;
  readonly level: number;
  /** The test of no effect: chi-square with `df` = Q degrees of freedom. */
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

/** Moments sum z (u - theta w) = m0 - theta m1 and their covariance, a quadratic in theta. */
interface Moments {
  readonly m0: readonly number[];
  readonly m1: readonly number[];
  readonly uu: Matrix;
  /** Covariance of the moments of u and w, and its transpose, added. */
  readonly uw: Matrix;
  readonly ww: Matrix;
}

/**
 * {theta: g(theta)' S(theta)^-1 g(theta) <= q}, g = sum z (u - theta w), S its covariance of the setting's kind with
 * theta imposed, q the chi-square(Q) quantile of `level`. One treatment, independent instruments; the constant, where
 * there is one, is taken out first. One instrument or homoskedastic errors: closed form; else the exact search of
 * `semidefiniteSet`. Homoskedastic errors: S = e'e / (n - k) Z'Z. Cost O(n Q^2).
 * Throws an EstimationError where S is singular (fewer clusters than instruments).
 * Source: Anderson and Rubin (1949); Stock and Wright (2000), Econometrica 68, theorem 2; Chernozhukov and Hansen (2008).
 */
export function andersonRubin(system: InstrumentalVariables, setting: ErrorSetting, special: Special, level: number): AndersonRubin {
  const { y, x, z } = withoutConstant(system);
  const w = x[0] as Float64Array;
  const own = momentsOf(y, w, z, setting);
  const statistic = wald(own.uu, own.m0);
  if (statistic === null || cholesky(own.ww) === null) throw singular(z.length);
  const q = chiSquareQuantile(1 - level, z.length, special);
  return { set: setOf(y, w, z, setting, q), level, statistic, df: z.length, p: special.chiSquareTail(statistic, z.length) };
}

/** The set in units of u's length by w's around the two-stage estimate, where it is neither small nor far away. */
function setOf(y: Float64Array, w: Float64Array, z: readonly Float64Array[], setting: ErrorSetting, q: number): ConfidenceSet {
  const centre = centreOf(y, w, z);
  const left = y.map((value, i) => value - centre * (w[i] ?? NaN));
  const [sizeOfU, sizeOfW] = [Math.sqrt(dot(left, left)), Math.sqrt(dot(w, w))];
  const own = momentsOf(left.map((value) => value / sizeOfU), w.map((value) => value / sizeOfW), z, setting);
  return placed(setting.kind === "homoskedastic" || z.length === 1 ? closedForm(own, q) : search(own, q), centre, sizeOfU / sizeOfW);
}

/** w' P_Z u / w' P_Z w, or 0 where the instruments do not move the treatment at all. */
function centreOf(y: Float64Array, w: Float64Array, z: readonly Float64Array[]): number {
  const l = cholesky(crossProducts(z, z));
  const first = z.map((column) => dot(column, w));
  if (l === null) throw singular(z.length);
  const weights = choleskySolve(l, first);
  const strength = inner(weights, first);
  return strength > 0 ? inner(weights, z.map((column) => dot(column, y))) / strength : 0;
}

function momentsOf(u: Float64Array, w: Float64Array, z: readonly Float64Array[], setting: ErrorSetting): Moments {
  const all = momentCovariance(z, [u, w], setting);
  const count = z.length;
  const block = (f: number, g: number): Matrix => z.map((_, p) => z.map((_, r) => all[f * count + p]?.[g * count + r] ?? NaN));
  return {
    m0: z.map((column) => dot(column, u)),
    m1: z.map((column) => dot(column, w)),
    uu: block(0, 0),
    uw: added(block(0, 1), block(1, 0)),
    ww: block(1, 1),
  };
}

/** Where S(theta) is a number times one matrix, g' S^-1 g <= q is a quadratic inequality in theta. */
function closedForm({ m0, m1, uu, uw, ww }: Moments, q: number): ConfidenceSet {
  const l = cholesky(uu);
  if (l === null) throw singular(m0.length);
  const times = (matrix: Matrix): number => (matrix[0]?.[0] ?? NaN) / (uu[0]?.[0] ?? NaN);
  const [solved0, solved1] = [choleskySolve(l, m0), choleskySolve(l, m1)];
  return quadraticSet(inner(m1, solved1) - q * times(ww), -2 * inner(m0, solved1) + q * times(uw), inner(m0, solved0) - q);
}

function search({ m0, m1, uu, uw, ww }: Moments, q: number): ConfidenceSet {
  return semidefiniteSet({ m0, m1, qS: { cc: scaled(uu, q), cs: scaled(uw, -q), ss: scaled(ww, q) } });
}

function singular(instruments: number): EstimationError {
  return new EstimationError(
    "singular-moments",
    `The moments of ${instruments} instruments have a singular covariance, so there is no Anderson-Rubin set: there are too few clusters, or the instruments fit a variable exactly. Take fewer instruments or another kind of errors.`,
  );
}
