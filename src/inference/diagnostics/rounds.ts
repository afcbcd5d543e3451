import type { Specification } from "../../study/specification.js";

/** The estimates along a path of rounds or stages, in their order. */
export interface Checkpoints {
  readonly coefs: readonly number[];
  readonly ses: readonly number[];
  /** Standard error of the difference of two of them, by their places. */
  readonly apart: (a: number, b: number) => number;
}

/** Which of them a row reports, by its place. Chosen when scoring: it never enters a key. */
export type RoundsRule = (path: Checkpoints) => number;

/** All rounds that were fitted. */
const last: RoundsRule = ({ coefs }) => coefs.length - 1;

/**
 * The first checkpoint from which no later estimate differs by more than two standard errors of the difference or, where
 * that is larger, a quarter of its own. The last always is one: whether that has settled the warning says.
 */
const stable: RoundsRule = ({ coefs, ses, apart }) =>
  coefs.findIndex((coef, i) => coefs.every((other, j) => j <= i || Math.abs(other - coef) <= Math.max(2 * apart(i, j), 0.25 * (ses[i] ?? NaN))));

/** By the name that studies use. */
export const roundsRules: Readonly<Record<Specification["rounds"], RoundsRule>> = Object.freeze({ last, stable });
