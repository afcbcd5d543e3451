import { EstimationError } from "../../errors.js";
import type { Kernels } from "../../kernels/instance.js";
import { createSpecial, type Special } from "../../kernels/special.js";
import { criticalValue, normalOfStudent, studentOfNormal } from "../errors/critical.js";
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
  /** Of the estimate by itself, at the level of the joint intervals. */
  readonly ci: readonly [number, number];
  /** All such intervals hold their true values together with the probability `level`. */
  readonly jointCi: readonly [number, number];
  /** What its standard errors are multiplied by in `jointCi`: the median over repetitions. */
  readonly critical: number;
  /** p values for the family of all estimates. */
  readonly romanoWolf: number;
  readonly holm: number;
  readonly bonferroni: number;
}

/** Joint inference over several estimates. Plain data. */
export interface JointInference {
  readonly estimates: readonly JointEstimate[];
  /** The quantile of the draws: the median over repetitions. */
  readonly critical: number;
  /** What the multipliers are drawn by, and how many levels it has. */
  readonly ways: readonly string[];
  readonly levels: readonly number[];
  readonly choice: JointChoice;
}

/**
 * Joint confidence intervals coef -+ c se, c the `level` quantile of max_k |t*_k| (Chernozhukov, Chetverikov and Kato
 * 2013), and p values adjusted for the whole family: Romano-Wolf from the draws, Holm and Bonferroni from the p values
 * reported. Draws are normal: where an estimate is judged by Student's t, c becomes the t, and |t| the normal value, of the
 * same probability, so that no joint interval is narrower than the estimate's own for want of degrees of freedom. Several
 * repetitions of cross-fitting: each by itself, then the medians of limits and of p values, as
 * DoubleML. Errors: those of `joinInfluence` and `tDraws`; `few-draws` below 100. Memory: 8 K B bytes, twice.
 */
export function jointInference(kernels: Kernels, members: readonly JointMember[], choice: JointChoice): JointInference {
  if (!(choice.draws >= 100)) throw new EstimationError("few-draws", `${choice.draws} draws are too few for a joint interval. Take 100 at least; 1,000 are usual.`);
  const special = createSpecial(kernels);
  const joined = joinInfluence(members);
  const judged = joined.repetitions.map((repetition, r) => judge(normalValues(special, repetition, members), tDraws(kernels, joined, r, choice), choice.level));
  const pointwise = members.map((member) => member.p);
  const adjusted = { holm: holm(pointwise), bonferroni: bonferroni(pointwise) };
  const estimates = members.map(({ name, coef, se, p, freedom }, k): JointEstimate => {
    const { quantile } = criticalValue(special, choice.level, freedom);
    const critical = judged.map((one) => studentOfNormal(special, one.critical, freedom));
    const limit = (side: -1 | 1): number =>
      median(joined.repetitions.map(({ coefs, ses }, r) => (coefs[k] ?? NaN) + side * (critical[r] ?? NaN) * (ses[k] ?? NaN)));
    return {
      name, coef, se, p,
      ci: [coef - quantile * se, coef + quantile * se],
      jointCi: [limit(-1), limit(1)],
      critical: median(critical),
      romanoWolf: median(judged.map((one) => one.p[k] ?? NaN)),
      holm: adjusted.holm[k] ?? NaN,
      bonferroni: adjusted.bonferroni[k] ?? NaN,
    };
  });
  return { estimates, critical: median(judged.map((one) => one.critical)), ways: joined.ways, levels: joined.levels, choice };
}

function normalValues(special: Special, { coefs, ses }: JoinedRepetition, members: readonly JointMember[]): readonly number[] {
  return members.map(({ freedom }, k) => normalOfStudent(special, (coefs[k] ?? NaN) / (ses[k] ?? NaN), freedom));
}

/** Critical value and Romano-Wolf p values of one repetition. z: sizes of the statistics, by estimate; draws: by estimate, by draw. */
export function judge(z: readonly number[], draws: readonly Float64Array[], level: number): { readonly critical: number; readonly p: readonly number[] } {
  const { maxima, p } = stepDown(z, draws);
  return { critical: quantileOf(sorted(maxima), level), p };
}
