import { array, mark, release, take } from "../../core/arena";
import { hasRoom } from "../../core/room";
import { NO_MEMORY } from "../../core/status";
import { dot } from "../../linalg/vec";
import { Moments, viewMoments } from "../moments";
import { newton } from "./newton";
import { newProblem, Problem, problemBytes } from "./problem";
import { search } from "./search";

/**
 * Solutions for a descending list of penalties, each from the pattern of the one before (see problem.ts).
 *
 * train, held: moments as `linearMoments` writes them; held 0 for none. penalties: f64[dense + wide].
 * lasso, ridge: f64[count]. ranges: i32[2 * blocks], see `Problem`.
 * coefficients: f64[count * (dense + wide)]. errors: f64[count], sum of w (y - x'b)^2 over the held rows, from their
 * moments alone: no row is looked at.
 * maxIterations: moves of the search at one penalty.
 * Returns how many penalties did not settle, or -NO_MEMORY.
 * Cost of one penalty: two or three solutions of k^3 / 6 + m k each, for k active dense and m active wide columns.
 */
export function penalisedPath(
  dense: i32, wide: i32, train: usize, held: usize, penalties: StaticArray<f64>, blocks: i32, ranges: StaticArray<i32>,
  count: i32, lasso: StaticArray<f64>, ridge: StaticArray<f64>, maxIterations: i32,
  coefficients: StaticArray<f64>, errors: StaticArray<f64>,
): i32 {
  const position = mark();
  if (!hasRoom(problemBytes(dense, wide))) return -NO_MEMORY;
  const columns = dense + wide;
  const problem = newProblem(momentsAt(dense, wide, train), penalties, blocks, ranges);
  const moments = momentsAt(dense, wide, held);
  const start = array<f64>(columns);
  let unsettled = 0;
  for (let a = 0; a < count; a++) {
    problem.lasso = lasso[a];
    problem.ridge = ridge[a];
    if (!solve(problem, start, maxIterations)) unsettled++;
    for (let j = 0; j < columns; j++) coefficients[a * columns + j] = problem.coefficients[j];
    if (held != 0) errors[a] = squaredError(moments, problem.coefficients);
  }
  release(position);
  return unsettled;
}

function momentsAt(dense: i32, wide: i32, numbers: usize): Moments {
  const moments = changetype<Moments>(take(offsetof<Moments>()));
  viewMoments(moments, dense, wide, changetype<StaticArray<f64>>(numbers));
  return moments;
}

/** Newton from the pattern of `start`, and where it does not settle the search from that point. */
export function solve(problem: Problem, start: StaticArray<f64>, most: i32): bool {
  const columns = start.length;
  for (let j = 0; j < columns; j++) start[j] = problem.coefficients[j];
  return newton(problem) || search(problem, start, most);
}

/** sum w (y - x'b)^2 = yy - 2 b'xy + b'xx b. */
function squaredError(moments: Moments, coefficients: StaticArray<f64>): f64 {
  const dense = moments.dense;
  const numbers = moments.numbers;
  let error = numbers[moments.square];
  for (let j = 0; j < dense; j++) {
    if (coefficients[j] == 0) continue;
    error += coefficients[j] * (dot(dense, numbers, j * dense, coefficients, 0) - 2 * numbers[moments.denseTarget + j]);
  }
  for (let i = 0; i < moments.wide; i++) {
    const b = coefficients[dense + i];
    if (b == 0) continue;
    const from = moments.cross + i * dense;
    error += b * (2 * dot(dense, numbers, from, coefficients, 0) + b * numbers[from] - 2 * numbers[moments.wideTarget + i]);
  }
  return error;
}
