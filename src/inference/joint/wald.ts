import { EstimationError } from "../../errors.js";
import { inner, type Matrix, quadratic } from "../../fit/matrix.js";
import type { Special } from "../../kernels/special.js";
import { median } from "../repetitions.js";
import { inverseQuadratic, jointCovariances } from "./covariance.js";
import { joinInfluence, type JointMember } from "./members.js";

/** H0: R theta = r, theta the estimates in their order. */
export interface Restrictions {
  /** R: one row for each restriction, one number for each estimate. */
  readonly weights: Matrix;
  /** r. */
  readonly values: readonly number[];
}

/** A Wald test of restrictions on several estimates. */
export interface JointWaldTest {
  /** (R t - r)' (R V R')^-1 (R t - r), chi-square with `restrictions` degrees of freedom. */
  readonly chiSquare: number;
  readonly restrictions: number;
  readonly p: number;
  /** chiSquare / restrictions, F with `freedom` degrees of freedom in the denominator: the clusters of the estimate and way with fewest, less one. */
  readonly f: number;
  readonly freedom: number;
  readonly pF: number;
}

/** A weighted sum of estimates. */
export interface Combination {
  readonly coef: number;
  readonly se: number;
  readonly t: number;
  /** Of the normal distribution. */
  readonly p: number;
  /** Of Student's t with the same degrees of freedom. */
  readonly pT: number;
}

/**
 * Wald test from the covariance of `jointCovariances`; over repetitions the median of the statistic, which for one
 * restriction is that of the median variance. Throws an EstimationError: those of `joinInfluence`, and
 * `redundant-restrictions` where some follow from others or clusters are too few to tell. Cost O(K^2 G).
 */
export function jointWaldTest(special: Special, members: readonly JointMember[], { weights, values }: Restrictions): JointWaldTest {
  const joined = joinInfluence(members);
  const distance = weights.map((row, i) => inner(row, joined.coefs) - (values[i] ?? NaN));
  const chiSquare = median(
    jointCovariances(joined).map((matrix) => {
      const statistic = inverseQuadratic(weights.map((a) => weights.map((b) => quadratic(a, matrix, b))), distance);
      if (statistic === null) throw redundant();
      return statistic;
    }),
  );
  const restrictions = weights.length;
  const freedom = freedomOf(members);
  const f = chiSquare / restrictions;
  return { chiSquare, restrictions, p: special.chiSquareTail(chiSquare, restrictions), f, freedom, pF: special.fTail(f, restrictions, freedom) };
}

/**
 * sum_k w_k theta_k with the standard error that the estimates' covariance gives it: median over repetitions of the
 * variance. Errors as `jointWaldTest`: `redundant-restrictions` where the sum does not vary, as of an estimate with itself.
 */
export function combine(special: Special, members: readonly JointMember[], weights: readonly number[]): Combination {
  const joined = joinInfluence(members);
  const coef = inner(weights, joined.coefs);
  const variances = jointCovariances(joined).map((matrix) => quadratic(weights, matrix, weights));
  const variance = median(variances);
  const whole = weights.reduce((sum, w, k) => sum + w * w * median(joined.repetitions.map(({ ses }) => (ses[k] ?? NaN) * (ses[k] ?? NaN))), 0);
  if (!(variance > ROUNDING * whole)) throw redundant();
  const se = Math.sqrt(variance);
  const t = coef / se;
  return { coef, se, t, p: 2 * special.normalTail(Math.abs(t)), pT: 2 * special.studentTail(Math.abs(t), freedomOf(members)) };
}

/** The difference of two estimates of one file, a - b, with its standard error; they may share rows or not. */
export function difference(special: Special, a: JointMember, b: JointMember): Combination {
  return combine(special, [a, b], [1, -1]);
}

/** A variance below this share of those that it is made of is rounding. */
const ROUNDING = 1e-12;

/**
 * Each estimate knows its own clusters alone. Equal effects in 5 groups of 12 clusters each are rejected at 5 % in 5.6 %
 * of 1,500 draws with the fewest clusters of a group, and in 12.1 % with those of all groups together.
 */
function freedomOf(members: readonly JointMember[]): number {
  return Math.min(...members.flatMap(({ ways }) => ways.map(({ labels }) => labels.length))) - 1;
}

function redundant(): EstimationError {
  return new EstimationError("redundant-restrictions", "The restrictions follow from each other, compare an estimate with itself, or are more than the clusters can tell apart. Test fewer of them.");
}
