import { EstimationError } from "../../errors.js";
import type { Kernels } from "../../kernels/instance.js";
import { quantileOf, sorted } from "../quantile.js";
import { median } from "../repetitions.js";
import { type BootstrapChoice, tDraws } from "./draws.js";
import { type JoinedRepetition, joinInfluence, type JointMember } from "./members.js";
import { bonferroni, holm, stepDown } from "./stepDown.js";

/** A multiplier bootstrap and the level of its joint intervals, above 0 and below 1. */
export interface JointChoice extends BootstrapChoice {
  readonly level: number;
}

/** One of several estimates that are judged together. */
export interface JointEstimate {
  readonly name: string;
  /** Of the estimate by itself. */
  readonly coef: number;
  readonly se: number;
  readonly p: number;
  readonly ci: readonly [number, number];
  /** All such intervals hold their true values together with the probability `level`. */
  readonly jointCi: readonly [number, number];
  /** p values for the family of all estimates. */
  readonly romanoWolf: number;
  readonly holm: number;
  readonly bonferroni: number;
}

/** Joint inference over several estimates. Plain data. */
export interface JointInference {
  readonly estimates: readonly JointEstimate[];
  /** What the standard errors are multiplied by in joint intervals: the median over repetitions. */
  readonly critical: number;
  /** What the multipliers are drawn by, and how many levels it has. */
  readonly ways: readonly string[];
  readonly levels: readonly number[];
  readonly choice: JointChoice;
}

/**
 * Joint confidence intervals coef -+ c se, c the `level` quantile of max_k |t*_k| (Chernozhukov, Chetverikov and Kato
 * 2013), and p values adjusted for the whole family: Romano-Wolf from the draws, Holm and Bonferroni from the p values
 * reported. Several repetitions of cross-fitting: each by itself, then the medians of limits and of p values, as
 * DoubleML. Errors: those of `joinInfluence` and `tDraws`; `few-draws` below 100. Memory: 8 K B bytes, twice.
 */
export function jointInference(kernels: Kernels, members: readonly JointMember[], choice: JointChoice): JointInference {
  if (!(choice.draws >= 100)) throw new EstimationError("few-draws", `${choice.draws} draws are too few for a joint interval. Take 100 at least; 1,000 are usual.`);
  const joined = joinInfluence(members);
  const judged = joined.repetitions.map((repetition, r) => judge(repetition, tDraws(kernels, joined, r, choice), choice.level));
  const pointwise = members.map((member) => member.p);
  const adjusted = { holm: holm(pointwise), bonferroni: bonferroni(pointwise) };
  const limit = (k: number, side: -1 | 1): number =>
    median(joined.repetitions.map(({ coefs, ses }, r) => (coefs[k] ?? NaN) + side * (judged[r]?.critical ?? NaN) * (ses[k] ?? NaN)));
  const estimates = members.map(({ name, coef, se, p, ci }, k): JointEstimate => ({
    name, coef, se, p, ci,
    jointCi: [limit(k, -1), limit(k, 1)],
    romanoWolf: median(judged.map((one) => one.p[k] ?? NaN)),
    holm: adjusted.holm[k] ?? NaN,
    bonferroni: adjusted.bonferroni[k] ?? NaN,
  }));
  return { estimates, critical: median(judged.map((one) => one.critical)), ways: joined.ways, levels: joined.levels, choice };
}

/** Critical value and Romano-Wolf p values of one repetition. draws: by estimate, by draw. */
export function judge(
  { coefs, ses }: Pick<JoinedRepetition, "coefs" | "ses">, draws: readonly Float64Array[], level: number,
): { readonly critical: number; readonly p: readonly number[] } {
  const { maxima, p } = stepDown(coefs.map((coef, k) => coef / (ses[k] ?? NaN)), draws);
  return { critical: quantileOf(sorted(maxima), level), p };
}
