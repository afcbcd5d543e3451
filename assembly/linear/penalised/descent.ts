import { axpy, dot } from "../../linalg/vec";
import { findGradients } from "./factor";
import { signOf } from "./newton";
import { diagonal, Problem } from "./problem";
import { settle } from "./settle";

/** Sweeps in one call, so that a long descent is many calls of a hot function. */
const SWEEPS: i32 = 8;

/**
 * Cyclic coordinate descent on the cross-products, for the few penalties where Newton's pattern does not settle.
 * Converges always, at last slowly. Returns whether the duality gap fell below `tolerance` times y'y within `most`
 * sweeps. Friedman, Hastie, Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
 * descent"; the gap as scikit-learn computes it. A sweep costs (dense + 2 wide) * dense.
 */
export function descend(problem: Problem, most: i32, tolerance: f64): bool {
  for (let done = 0; done < most; done += SWEEPS) {
    sweeps(problem);
    if (gap(problem) <= tolerance * problem.moments.numbers[problem.moments.square]) return true;
  }
  return false;
}

function sweeps(problem: Problem): void {
  findGradients(problem);
  for (let s = 0; s < SWEEPS; s++) sweep(problem);
  if (problem.ridge == 0) {
    settle(problem);
    findGradients(problem);
  }
}

/** Every column once, its gradient and those of the dense columns kept true; wide gradients are formed when visited. */
function sweep(problem: Problem): void {
  const moments = problem.moments;
  const dense = moments.dense;
  const numbers = moments.numbers;
  for (let j = 0; j < dense; j++) {
    const step = move(problem, j, problem.gradients[j]);
    if (step != 0) axpy(dense, -step, numbers, j * dense, problem.gradients, 0);
  }
  for (let i = 0; i < moments.wide; i++) {
    const from = moments.cross + i * dense;
    const column = dense + i;
    const gradient = numbers[moments.wideTarget + i] - dot(dense, numbers, from, problem.coefficients, 0)
      - numbers[from] * problem.coefficients[column];
    const step = move(problem, column, gradient);
    if (step != 0) axpy(dense, -step, numbers, from, problem.gradients, 0);
  }
}

/** Minimises along one column; the change of its coefficient. */
function move(problem: Problem, column: i32, gradient: f64): f64 {
  const whole = diagonal(problem.moments, column);
  if (!(whole > 0)) return 0;
  const penalty = problem.penalties[column];
  const before = problem.coefficients[column];
  const point = gradient + whole * before;
  const bound = problem.lasso * penalty;
  const size = Math.abs(point) - bound;
  const after = size > 0 ? Math.sign(point) * size / (whole + problem.ridge * penalty * penalty) : 0;
  problem.coefficients[column] = after;
  problem.signs[column] = bound == 0 ? 1 : signOf(after);
  return after - before;
}

/** Primal less dual objective at the present coefficients. Leaves the gradients true. */
function gap(problem: Problem): f64 {
  findGradients(problem);
  const moments = problem.moments;
  const columns = moments.dense + moments.wide;
  const coefficients = problem.coefficients;
  let left = moments.numbers[moments.square];
  let fitted: f64 = 0;
  let lengths: f64 = 0;
  let squares: f64 = 0;
  let furthest: f64 = 0;
  for (let j = 0; j < columns; j++) {
    const b = coefficients[j];
    const p = problem.penalties[j];
    const y = moments.numbers[moments.denseTarget + j];
    left -= b * (y + problem.gradients[j]);
    fitted += b * y;
    lengths += p * Math.abs(b);
    squares += p * p * b * b;
    if (p > 0) furthest = Math.max(furthest, Math.abs(problem.gradients[j] - problem.ridge * p * p * b) / p);
  }
  left = Math.max(left, 0);
  const scale = furthest > problem.lasso ? problem.lasso / furthest : 1;
  const alongTarget = moments.numbers[moments.square] - fitted; // r'y
  return 0.5 * left * (1 + scale * scale) + problem.lasso * lengths - scale * alongTarget
    + 0.5 * problem.ridge * (1 + scale * scale) * squares;
}
