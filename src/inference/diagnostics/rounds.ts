import type { Specification } from "../../study/specification.js";
import type { Repeated } from "../repetitions.js";

/** The estimates along a path of rounds or stages; the last place is the extrapolated one (`extrapolate`). Each is made when it is asked for. */
export interface Checkpoints {
  readonly places: number;
  /** By effect. */
  readonly effects: (place: number) => readonly Repeated[];
  /** Standard error of the difference of an effect at two places. */
  readonly apart: (a: number, b: number, effect: number) => number;
}

/** Which of them a row reports, by its place, one for all effects. Chosen when scoring: it never enters a key. */
export type RoundsRule = (path: Checkpoints) => number;

/** All rounds that were fitted. */
const last: RoundsRule = ({ places }) => places - 2;

/**
 * The first checkpoint from which no later estimate of any effect differs by more than two standard errors of the difference
 * or, where that is larger, a quarter of its own. The last always is one: whether that has settled the warning says.
 */
const stable: RoundsRule = (path) => {
  const final = path.places - 2;
  for (let i = 0; i < final; i++) if (staysFrom(path, i, final)) return i;
  return final;
};

function staysFrom({ effects, apart }: Checkpoints, i: number, final: number): boolean {
  const later = Array.from({ length: final - i }, (_, k) => i + 1 + k);
  return effects(i).every(({ coef, se }, e) => later.every((j) => Math.abs((effects(j)[e]?.coef ?? NaN) - coef) <= Math.max(2 * apart(i, j, e), 0.25 * se)));
}

/** Beyond the last. */
const extrapolated: RoundsRule = ({ places }) => places - 1;

/** By the name that studies use. */
export const roundsRules: Readonly<Record<Specification["rounds"], RoundsRule>> = Object.freeze({ extrapolated, last, stable });
