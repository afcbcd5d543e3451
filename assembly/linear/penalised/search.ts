import { axpy, dot } from "../../linalg/vec";
import { findGradients, solveActive } from "./factor";
import { entering, isFree, signOf } from "./newton";
import { isPresent, Problem } from "./problem";

/** A change of the penalty along a direction below this share of its parts is rounding. */
const LEVEL: f64 = 1e-10;

/**
 * The active-set search that cannot cycle, for the few penalties where Newton's pattern does not settle. From `current`,
 * a point of its own pattern: move towards the solution for the present signs as far as every sign is kept; what reaches
 * 0 leaves; at the solution the column whose gradient passes its bound by most enters. Each move lowers the objective.
 * Where the active columns are collinear it falls along the direction that leaves the fit as it is: that way, until
 * something reaches 0. Lee, Battle, Raina, Ng (2007), "Efficient sparse coding algorithms"; the moves of LARS.
 *
 * current: f64[dense + wide], the start and then the solution, which ends in `coefficients`, too.
 * Returns whether the search ended within `most` moves. Each costs a solution as in factor.ts.
 */
export function search(problem: Problem, current: StaticArray<f64>, most: i32): bool {
  takePattern(problem, current);
  for (let move = 0; move < most; move++) {
    solveActive(problem);
    if (slide(problem, current)) continue;
    if (!approach(problem, current)) continue;
    findGradients(problem);
    const column = furthest(problem);
    if (column < 0) return true;
    problem.signs[column] = signOf(problem.gradients[column]);
  }
  return false;
}

function takePattern(problem: Problem, current: StaticArray<f64>): void {
  for (let j = 0; j < current.length; j++) {
    problem.signs[j] = isFree(problem, j) ? (isPresent(problem, j) ? 1 : 0) : signOf(current[j]);
  }
}

/** Moves to the solution, or to where the first sign would change; whether the solution was reached. */
function approach(problem: Problem, current: StaticArray<f64>): bool {
  const goal = problem.coefficients;
  let share: f64 = 1;
  let first = -1;
  for (let j = 0; j < current.length; j++) {
    if (problem.signs[j] == 0 || isFree(problem, j) || signOf(goal[j]) == problem.signs[j]) continue;
    const own = current[j] / (current[j] - goal[j]);
    if (own < share) {
      share = own;
      first = j;
    }
  }
  for (let j = 0; j < current.length; j++) current[j] += share * (goal[j] - current[j]);
  if (first < 0) return true;
  current[first] = 0;
  problem.signs[first] = 0;
  return false;
}

/** The inactive column whose gradient passes its bound by most, as a share of the bound; -1: none does. */
function furthest(problem: Problem): i32 {
  let at = -1;
  let most: f64 = 0;
  for (let j = 0; j < problem.signs.length; j++) {
    if (problem.signs[j] != 0 || isFree(problem, j) || entering(problem, j) == 0) continue;
    const share = Math.abs(problem.gradients[j]) / problem.penalties[j];
    if (share > most) {
      most = share;
      at = j;
    }
  }
  return at;
}

/** Where the active columns are collinear: moves along what leaves the fit as it is, while the penalty falls. */
function slide(problem: Problem, current: StaticArray<f64>): bool {
  const factor = problem.factor;
  const dense = problem.moments.dense;
  const direction = problem.gradients; // free until the next `findGradients`
  for (let row = 0; row < factor.count; row++) {
    if (factor.rows[row * dense + row] != 0) continue;
    nullDirection(problem, row, direction);
    const slope = penaltySlope(problem, direction);
    if (slope != 0 && slideAlong(problem, current, direction, slope > 0 ? -1 : 1)) return true;
  }
  return false;
}

/** How the penalty changes along a direction; 0 where that is rounding. */
function penaltySlope(problem: Problem, direction: StaticArray<f64>): f64 {
  let slope: f64 = 0;
  let size: f64 = 0;
  for (let j = 0; j < direction.length; j++) {
    const part = problem.lasso * problem.penalties[j] * direction[j] * <f64>problem.signs[j];
    slope += part;
    size += Math.abs(part);
  }
  return Math.abs(slope) > LEVEL * size ? slope : 0;
}

/** Along sign * direction until the first coefficient reaches 0, which leaves. */
function slideAlong(problem: Problem, current: StaticArray<f64>, direction: StaticArray<f64>, sign: f64): bool {
  let length = Infinity;
  let first = -1;
  for (let j = 0; j < direction.length; j++) {
    const step = sign * direction[j] * <f64>problem.signs[j];
    if (isFree(problem, j) || !(step < 0)) continue;
    const own = Math.abs(current[j] / step);
    if (own < length) {
      length = own;
      first = j;
    }
  }
  if (first < 0) return false;
  for (let j = 0; j < direction.length; j++) current[j] += sign * length * direction[j];
  current[first] = 0;
  problem.signs[first] = 0;
  return true;
}

/** z with x z = 0: 1 at the dependent column, what makes up for it at the active columns before it and at the wide ones. */
function nullDirection(problem: Problem, row: i32, z: StaticArray<f64>): void {
  const factor = problem.factor;
  const moments = problem.moments;
  const dense = moments.dense;
  const scratch = factor.scratch;
  for (let j = 0; j < z.length; j++) z[j] = 0;
  for (let s = 0; s < row; s++) scratch[s] = -factor.rows[row * dense + s];
  z[factor.order[row]] = 1;
  for (let s = row - 1; s >= 0; s--) {
    const pivot = factor.rows[s * dense + s];
    if (pivot == 0) continue;
    const value = scratch[s] / pivot;
    z[factor.order[s]] = value;
    axpy(s, -value, factor.rows, s * dense, scratch, 0);
  }
  for (let i = 0; i < moments.wide; i++) {
    const from = moments.cross + i * dense;
    if (problem.signs[dense + i] != 0) z[dense + i] = -dot(dense, moments.numbers, from, z, 0) / moments.numbers[from];
  }
}
