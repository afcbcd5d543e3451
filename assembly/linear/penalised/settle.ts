import { array, mark, release } from "../../core/arena";
import { isPresent, Problem } from "./problem";

/**
 * The levels of a group sum to the constant: adding t to all of them and taking it from the constant leaves the fit as
 * it is. Where every level is active the normal equations are therefore singular, and the penalty is least where the
 * (weighted) median level is 0. Moves there, and lets that level leave.
 */
export function settle(problem: Problem): void {
  for (let block = 0; block < problem.blocks; block++) {
    const from = problem.ranges[2 * block];
    const to = problem.ranges[2 * block + 1];
    if (allActive(problem, from, to)) shift(problem, from, to);
  }
}

function allActive(problem: Problem, from: i32, to: i32): bool {
  let some = false;
  for (let j = from; j < to; j++) {
    if (!isPresent(problem, j)) continue;
    if (problem.signs[j] == 0) return false;
    some = true;
  }
  return some;
}

function shift(problem: Problem, from: i32, to: i32): void {
  const position = mark();
  const columns = array<i32>(to - from);
  let count = 0;
  for (let j = from; j < to; j++) if (isPresent(problem, j)) columns[count++] = j;
  const middle = weightedMedian(problem.coefficients, problem.penalties, columns, count);
  release(position);
  const by = problem.coefficients[middle];
  for (let j = from; j < to; j++) {
    if (!isPresent(problem, j)) continue;
    const value = problem.coefficients[j] - by;
    problem.coefficients[j] = value;
    problem.signs[j] = j == middle ? 0 : value > 0 ? 1 : value < 0 ? -1 : 0;
  }
  problem.coefficients[0] += by;
}

/** The column at the weighted median of `values`; `columns` is reordered. Quickselect: linear on average. */
function weightedMedian(values: StaticArray<f64>, weights: StaticArray<f64>, columns: StaticArray<i32>, count: i32): i32 {
  let total: f64 = 0;
  for (let i = 0; i < count; i++) total += weights[columns[i]];
  let wanted = total / 2;
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const pivot = values[columns[(low + high) >> 1]];
    let less = low;
    let more = high;
    let below: f64 = 0;
    let equal: f64 = 0;
    for (let i = low; i < more; ) {
      const column = columns[i];
      const value = values[column];
      if (value < pivot) {
        below += weights[column];
        columns[i++] = columns[less];
        columns[less++] = column;
      } else if (value > pivot) {
        more--;
        columns[i] = columns[more];
        columns[more] = column;
      } else {
        equal += weights[column];
        i++;
      }
    }
    if (wanted < below) high = less;
    else if (wanted <= below + equal || more == high) return columns[less];
    else {
      wanted -= below + equal;
      low = more;
    }
  }
  return columns[low];
}
