import { kernelRow, Machine } from "./machine";
import { setCoefficient, Solution } from "./solution";
import { advance, findPartner, highest, LEAST_CURVATURE } from "./sweep";

/**
 * The dual of epsilon-insensitive regression: the b that minimises b'Kb / 2 - b'y + epsilon sum |b_k| under sum b_k = 0
 * and |b_k| <= C_k, by steps on two rows of which one goes up and the other down.
 *
 * Fan, Chen, Lin 2005, "Working set selection using second order information for training support vector machines",
 * JMLR 6 (WSS 2); ends where the greatest violation of the optimality conditions is below a tolerance, as LIBSVM does
 * (Chang, Lin 2011, ACM TIST 2). Cost of a step: about 2 ns a row, and two kernel rows where they are new.
 */

/** Takes up to `most` steps; returns how many, fewer where the violation is below `tolerance`. */
export function solve(machine: Machine, solution: Solution, tolerance: f64, most: i32): i32 {
  let steps = 0;
  while (steps < most && improve(machine, solution, tolerance)) steps++;
  return steps;
}

/** One step; false where there is none to take. */
function improve(machine: Machine, solution: Solution, tolerance: f64): bool {
  const width = machine.width;
  const partner = solution.partner;
  const left = solution.left;
  const diagonal = machine.diagonal;
  const i = highest(width, left, solution.up);
  if (i < 0) return false;
  const top = left[i] + solution.up[i];
  const one = kernelRow(machine, i);
  findPartner(width, left, solution.down, top, diagonal[i], diagonal, one, partner);
  const j = partner.row;
  if (j < 0 || top - partner.least < tolerance) return false;
  const curvature = Math.max(LEAST_CURVATURE, diagonal[i] + diagonal[j] - 2 * load<f32>(one + (<usize>j << 2)));
  const step = move(solution, i, j, (top - left[j] - solution.down[j]) / curvature);
  advance(width, step, one, kernelRow(machine, j), left);
  return true;
}

/** Moves two coefficients by `wanted`, or less where one of them reaches 0 or its bound; returns by how much. */
function move(solution: Solution, i: i32, j: i32, wanted: f64): f64 {
  const a = solution.coefficients[i];
  const b = solution.coefficients[j];
  const aEnd = a < 0 ? 0 : solution.bounds[i];
  const bEnd = b > 0 ? 0 : -solution.bounds[j];
  const step = Math.min(wanted, Math.min(aEnd - a, b - bEnd));
  setCoefficient(solution, i, step == aEnd - a ? aEnd : a + step);
  setCoefficient(solution, j, step == b - bEnd ? bEnd : b - step);
  return step;
}
