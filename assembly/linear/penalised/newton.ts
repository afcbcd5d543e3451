import { findGradients, solveActive } from "./factor";
import { settle } from "./settle";
import { diagonal, isPresent, Problem } from "./problem";

/** Newton steps tried before the search takes over. */
const STEPS: i32 = 25;
/** An inactive column enters when its gradient passes its bound by more than this share: the rest is rounding. */
const ENTERS: f64 = 1e-9;
/** A gradient below this share of the lengths of target and column is rounding. */
const LEFT: f64 = 1e-9;

/**
 * Semismooth Newton steps: solve for the active columns and their signs, let those leave whose coefficient has the
 * other sign and those enter whose gradient passes its bound, until the pattern repeats: then the Karush-Kuhn-Tucker
 * conditions hold to rounding. Returns whether that happened. With the pattern of the penalty before, two or three
 * steps are the rule. Hintermueller, Ito, Kunisch (2002), "The primal-dual active set strategy as a semismooth Newton
 * method", SIAM Journal on Optimization 13.
 */
export function newton(problem: Problem): bool {
  keepFree(problem);
  for (let step = 0; step < STEPS; step++) {
    solveActive(problem);
    findGradients(problem);
    if (!changePattern(problem)) return isSolved(problem);
    if (problem.ridge == 0) settle(problem);
  }
  return false;
}

/**
 * Whether nothing is left of the slopes of columns without a lasso penalty. Something is where such a column depends on the
 * active ones and was passed over: then the penalty can fall with the fit as it is, which these steps do not see.
 */
function isSolved(problem: Problem): bool {
  const moments = problem.moments;
  const square = moments.numbers[moments.square];
  for (let j = 0; j < moments.dense + moments.wide; j++) {
    const penalty = problem.penalties[j];
    const slope = problem.gradients[j] - problem.ridge * penalty * penalty * problem.coefficients[j];
    if (isFree(problem, j) && Math.abs(slope) > LEFT * Math.sqrt(square * diagonal(moments, j))) return false;
  }
  return true;
}

/** Unpenalised columns are always active. */
function keepFree(problem: Problem): void {
  const columns = problem.moments.dense + problem.moments.wide;
  for (let j = 0; j < columns; j++) {
    if (isFree(problem, j) && isPresent(problem, j) && problem.signs[j] == 0) problem.signs[j] = 1;
  }
}

/** Whether a column has no lasso penalty: then it is always active. */
@inline
export function isFree(problem: Problem, column: i32): bool {
  return problem.lasso * problem.penalties[column] == 0;
}

/** Lets columns leave and enter; false where none did. */
function changePattern(problem: Problem): bool {
  const columns = problem.moments.dense + problem.moments.wide;
  const signs = problem.signs;
  let changed = false;
  for (let j = 0; j < columns; j++) {
    if (isFree(problem, j)) continue;
    const sign = signs[j];
    const next = sign == 0 ? entering(problem, j) : signOf(problem.coefficients[j]) == sign ? sign : 0;
    if (next == sign) continue;
    signs[j] = next;
    changed = true;
  }
  return changed;
}

/** The sign with which an inactive column enters; 0 where its gradient is within its bound. */
@inline
export function entering(problem: Problem, column: i32): i8 {
  const gradient = problem.gradients[column];
  return Math.abs(gradient) > problem.lasso * problem.penalties[column] * (1 + ENTERS) ? signOf(gradient) : 0;
}

@inline
export function signOf(value: f64): i8 {
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}
