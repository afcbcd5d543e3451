import type { NuisanceFit } from "../../fit/store.js";
import { numberOf } from "../../kernels/identity.js";
import { createMemo } from "../../plan/memo.js";
import type { Specification } from "../../study/specification.js";

/** The estimates of one effect along a path of rounds or stages, in their order; the last one is the extrapolated (`extrapolate`). */
export interface Checkpoints {
  readonly coefs: readonly number[];
  readonly ses: readonly number[];
  /** Standard error of the difference of two of them, by their places. */
  readonly apart: (a: number, b: number) => number;
}

/** Which of them a row reports, by its place, one for all effects. Chosen when scoring: it never enters a key. */
export type RoundsRule = (paths: readonly Checkpoints[]) => number;

/** All rounds that were fitted. */
const last: RoundsRule = (paths) => placesOf(paths) - 2;

/**
 * The first checkpoint from which no later estimate of any effect differs by more than two standard errors of the difference
 * or, where that is larger, a quarter of its own. The last always is one: whether that has settled the warning says.
 */
const stable: RoundsRule = (paths) => {
  const fitted = placesOf(paths) - 1;
  for (let i = 0; i < fitted - 1; i++) if (paths.every((path) => staysFrom(path, i))) return i;
  return fitted - 1;
};

function staysFrom({ coefs, ses, apart }: Checkpoints, i: number): boolean {
  return coefs.slice(0, -1).every((other, j) => j <= i || Math.abs(other - (coefs[i] ?? NaN)) <= Math.max(2 * apart(i, j), 0.25 * (ses[i] ?? NaN)));
}

/** Beyond the last. */
const extrapolated: RoundsRule = (paths) => placesOf(paths) - 1;

function placesOf([first]: readonly Checkpoints[]): number {
  return first?.coefs.length ?? 0;
}

/** By the name that studies use. */
export const roundsRules: Readonly<Record<Specification["rounds"], RoundsRule>> = Object.freeze({ extrapolated, last, stable });

/**
 * A nuisance beyond its last checkpoint: last + (last - the one before), which removes a bias that each doubling of the
 * rounds, or each further stage, halves, and most of one that falls otherwise. Unchanged where there is no path.
 * Richardson's extrapolation over the rounds of a learner: Bach (2021), SIAM Journal on Mathematics of Data Science 3.
 */
export function extrapolate({ predictions }: NuisanceFit): Float64Array {
  const [before, all] = [predictions.at(-2), predictions.at(-1) as Float64Array];
  return before === undefined ? all : beyond(all, String(numberOf(before)), () => all.map((value, i) => 2 * value - (before[i] ?? NaN)));
}

const beyond = createMemo<Float64Array>();
