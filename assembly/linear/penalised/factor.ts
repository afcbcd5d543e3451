import { axpy, dot } from "../../linalg/vec";
import { Factor, isPresent, Problem } from "./problem";

/** Eliminations after which the complement is made anew: rounding of each adds 1e-16. */
const MOST_CHANGES: i32 = 1000;
/** A dense column of which the others leave less than this share (the squared sine of the angle) is dependent. */
const DEPENDENT: f64 = 1e-13;

/**
 * The coefficients of the active columns for the given signs: the normal equations
 *
 *   (H_AA + ridge P^2) b_A = x_A'y - lasso P s_A,
 *
 * the wide columns eliminated first, for their block is diagonal. Of what is left only that is recomputed which a
 * changed pattern touches: a wide column that comes or goes is a rank-one change, a dense one a row of the factor.
 * Cost for k active dense columns and m active wide ones: k^3 / 6 at most, and m k.
 */
export function solveActive(problem: Problem): void {
  eliminate(problem);
  orderColumns(problem);
  factorRows(problem.factor, problem.moments.dense);
  rightSide(problem);
  substitute(problem);
}

/** Brings the Schur complement up to the present pattern of wide columns. */
function eliminate(problem: Problem): void {
  const factor = problem.factor;
  const moments = problem.moments;
  if (factor.ridge != problem.ridge || factor.changes > MOST_CHANGES) startAnew(problem);
  for (let i = 0; i < moments.wide; i++) {
    const wanted: u8 = problem.signs[moments.dense + i] != 0 ? 1 : 0;
    if (factor.eliminated[i] == wanted) continue;
    factor.eliminated[i] = wanted;
    factor.changes++;
    factor.valid = 0;
    addOuter(problem, i, wanted ? -1 : 1);
  }
}

function startAnew(problem: Problem): void {
  const factor = problem.factor;
  const moments = problem.moments;
  const dense = moments.dense;
  for (let i = 0; i < dense * dense; i++) factor.complement[i] = moments.numbers[i];
  for (let j = 0; j < dense; j++) {
    factor.complement[j * dense + j] += problem.ridge * problem.penalties[j] * problem.penalties[j];
  }
  for (let i = 0; i < moments.wide; i++) factor.eliminated[i] = 0;
  factor.ridge = problem.ridge;
  factor.changes = 0;
  factor.valid = 0;
}

/** n_i + ridge p_i^2. */
@inline
function wideDiagonal(problem: Problem, i: i32): f64 {
  const moments = problem.moments;
  const penalty = problem.penalties[moments.dense + i];
  return moments.numbers[moments.cross + i * moments.dense] + problem.ridge * penalty * penalty;
}

/** complement += sign h_i h_i' / (n_i + ridge), lower triangle. */
function addOuter(problem: Problem, i: i32, sign: f64): void {
  const moments = problem.moments;
  const dense = moments.dense;
  const numbers = moments.numbers;
  const from = moments.cross + i * dense;
  const scale = sign / wideDiagonal(problem, i);
  const complement = problem.factor.complement;
  for (let r = 0; r < dense; r++) {
    const h = numbers[from + r];
    if (h != 0) axpy(r + 1, scale * h, numbers, from, complement, r * dense);
  }
}

/** Active dense columns in the order in which they came, so that rows of the factor before a change still hold. */
function orderColumns(problem: Problem): void {
  const factor = problem.factor;
  const dense = problem.moments.dense;
  let count = 0;
  for (let r = 0; r < factor.count; r++) {
    const column = factor.order[r];
    if (problem.signs[column] == 0) {
      factor.valid = min(factor.valid, count);
      factor.placed[column] = 0;
      continue;
    }
    factor.order[count++] = column;
  }
  for (let column = 0; column < dense; column++) {
    if (problem.signs[column] == 0 || factor.placed[column]) continue;
    factor.placed[column] = 1;
    factor.order[count++] = column;
  }
  factor.count = count;
}

/** Rows `valid` .. of L, row by row: k^2 / 2 multiplications each. */
function factorRows(factor: Factor, dense: i32): void {
  const rows = factor.rows;
  for (let r = factor.valid; r < factor.count; r++) {
    const column = factor.order[r];
    const at = r * dense;
    for (let s = 0; s < r; s++) {
      const pivot = rows[s * dense + s];
      const other = factor.order[s];
      const element = factor.complement[max(column, other) * dense + min(column, other)];
      rows[at + s] = pivot > 0 ? (element - dot(s, rows, at, rows, s * dense)) / pivot : 0;
    }
    const whole = factor.complement[column * dense + column];
    const rest = whole - dot(r, rows, at, rows, at);
    rows[at + r] = rest > DEPENDENT * whole ? Math.sqrt(rest) : 0;
  }
  factor.valid = factor.count;
}

/** What the normal equations have on the right, the wide columns eliminated; scratch of wide ones in `gradients`. */
function rightSide(problem: Problem): void {
  const factor = problem.factor;
  const moments = problem.moments;
  const dense = moments.dense;
  const right = factor.right;
  for (let j = 0; j < dense; j++) right[j] = target(problem, j);
  for (let i = 0; i < moments.wide; i++) {
    if (problem.signs[dense + i] == 0) continue;
    const own = target(problem, dense + i) / wideDiagonal(problem, i);
    axpy(dense, -own, moments.numbers, moments.cross + i * dense, right, 0);
  }
}

/** x_j'y - lasso p_j s_j. */
@inline
function target(problem: Problem, column: i32): f64 {
  const moments = problem.moments;
  return moments.numbers[moments.denseTarget + column] - problem.lasso * problem.penalties[column] * <f64>problem.signs[column];
}

/** Forward and back through the factor, then the wide columns one by one. */
function substitute(problem: Problem): void {
  const factor = problem.factor;
  const moments = problem.moments;
  const dense = moments.dense;
  const rows = factor.rows;
  const scratch = factor.scratch;
  const coefficients = problem.coefficients;
  const count = factor.count;
  for (let r = 0; r < count; r++) {
    const pivot = rows[r * dense + r];
    scratch[r] = pivot > 0 ? (factor.right[factor.order[r]] - dot(r, rows, r * dense, scratch, 0)) / pivot : 0;
  }
  for (let j = 0; j < dense; j++) coefficients[j] = 0;
  for (let r = count - 1; r >= 0; r--) {
    const pivot = rows[r * dense + r];
    if (!(pivot > 0)) continue;
    const value = scratch[r] / pivot;
    coefficients[factor.order[r]] = value;
    axpy(r, -value, rows, r * dense, scratch, 0);
  }
  for (let i = 0; i < moments.wide; i++) {
    coefficients[dense + i] = problem.signs[dense + i] == 0
      ? 0
      : (target(problem, dense + i) - dot(dense, moments.numbers, moments.cross + i * dense, coefficients, 0)) / wideDiagonal(problem, i);
  }
}

/** gradients = x_j'(y - x b) for every column. */
export function findGradients(problem: Problem): void {
  const moments = problem.moments;
  const dense = moments.dense;
  const numbers = moments.numbers;
  const coefficients = problem.coefficients;
  const gradients = problem.gradients;
  for (let j = 0; j < dense; j++) {
    gradients[j] = numbers[moments.denseTarget + j] - dot(dense, numbers, j * dense, coefficients, 0);
  }
  for (let i = 0; i < moments.wide; i++) {
    const from = moments.cross + i * dense;
    const own = coefficients[dense + i];
    gradients[dense + i] = numbers[moments.wideTarget + i] - dot(dense, numbers, from, coefficients, 0) - numbers[from] * own;
    if (own != 0) axpy(dense, -own, numbers, from, gradients, 0);
  }
  for (let j = 0; j < dense + moments.wide; j++) if (!isPresent(problem, j)) gradients[j] = 0;
}
