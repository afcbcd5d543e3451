import { array, mark, release, take } from "../../core/arena";
import { hasRoom } from "../../core/room";
import { NO_MEMORY, OK } from "../../core/status";
import { axpy, dot } from "../../linalg/vec";
import { firstColumn, LinearDesign, Moments, viewMoments } from "../moments";
import { newton } from "./newton";
import { newProblem, Problem, problemBytes } from "./problem";

/**
 * Leave-one-out errors of ridge regression, without refitting: e_i = (y_i - x_i'b) / (1 - w_i x_i'(X'WX + ridge)^-1 x_i),
 * the constant among the columns. Golub, Heath, Wahba (1979), Technometrics 21; scikit-learn's RidgeCV.
 *
 * moments: of the rows in the list. ridge: f64[ridges]. errors: f64[ridges], sum of w e_i^2. The rest as `linearMoments`
 * and `penalisedPath` have it. Cost for each penalty: k^2 / 2 a row for k dense columns.
 */
export function ridgeLeaveOneOut(
  design: usize, count: i32, list: StaticArray<u32>, target: StaticArray<f64>, centre: f64, weights: StaticArray<f64>,
  dense: i32, wide: i32, moments: usize, penalties: StaticArray<f64>, ridges: i32, ridge: StaticArray<f64>,
  errors: StaticArray<f64>,
): i32 {
  const position = mark();
  if (!hasRoom(problemBytes(dense, wide))) return NO_MEMORY;
  const all = changetype<Moments>(take(offsetof<Moments>()));
  viewMoments(all, dense, wide, changetype<StaticArray<f64>>(moments));
  const problem = newProblem(all, penalties, 0, changetype<StaticArray<i32>>(0));
  const columns = changetype<LinearDesign>(design);
  const row = array<f64>(dense);
  for (let r = 0; r < ridges; r++) {
    problem.ridge = ridge[r];
    newton(problem);
    let sum: f64 = 0;
    for (let i = 0; i < count; i++) {
      const weight = changetype<usize>(weights) == 0 ? 1 : weights[list[i]];
      const left = leave(problem, columns, list[i], weight, target[list[i]] - centre, row);
      sum += weight * left * left;
    }
    errors[r] = sum;
  }
  release(position);
  return OK;
}

/** The error of one row, had the fit not seen it. */
function leave(problem: Problem, design: LinearDesign, at: u32, weight: f64, y: f64, row: StaticArray<f64>): f64 {
  const moments = problem.moments;
  const dense = moments.dense;
  fillRow(design, dense, at, row);
  let fitted = dot(dense, row, 0, problem.coefficients, 0);
  let leverage: f64 = 0;
  if (moments.wide > 0) {
    const level = design.codes[at];
    fitted += problem.coefficients[dense + level];
    const penalty = problem.penalties[dense + level];
    const from = moments.cross + level * dense;
    const inverse = 1 / (moments.numbers[from] + problem.ridge * penalty * penalty);
    leverage = inverse;
    axpy(dense, -inverse, moments.numbers, from, row, 0);
  }
  return (y - fitted) / (1 - weight * (leverage + lengthThrough(problem, row)));
}

/** The dense columns of a row. */
function fillRow(design: LinearDesign, dense: i32, at: u32, row: StaticArray<f64>): void {
  for (let j = 0; j < dense; j++) row[j] = 0;
  row[0] = 1;
  for (let f = 0; f < design.features; f++) {
    row[1 + f] = (design.x[f * design.rows + at] - design.centres[f]) * design.factors[f];
  }
  for (let g = 1; g < design.groups; g++) row[firstColumn(design, g) + design.codes[g * design.rows + at]] = 1;
}

/** v'S^-1 v, by forward substitution through the factor of S. */
function lengthThrough(problem: Problem, v: StaticArray<f64>): f64 {
  const factor = problem.factor;
  const dense = problem.moments.dense;
  const scratch = factor.scratch;
  for (let r = 0; r < factor.count; r++) {
    const pivot = factor.rows[r * dense + r];
    scratch[r] = pivot > 0 ? (v[factor.order[r]] - dot(r, factor.rows, r * dense, scratch, 0)) / pivot : 0;
  }
  return dot(factor.count, scratch, 0, scratch, 0);
}
