import { array } from "../core/arena";
import { NOT_CONVERGED, OK } from "../core/status";
import { kernelRow, Machine } from "./machine";
import { advance, bestPartner, highest, LEAST_CURVATURE, lowest } from "./sweep";

/**
 * The dual of epsilon-insensitive regression: minimise b'Kb / 2 - b'y + epsilon sum |b_k| under sum b_k = 0 and
 * |b_k| <= C_k, by steps on two rows. b is alpha - alpha* of the textbook, of which one is always 0.
 *
 * Steps: Fan, Chen, Lin 2005, "Working set selection using second order information for training support vector
 * machines", JMLR 6 (WSS 2); ends where the greatest violation of the optimality conditions is below a tolerance, and
 * sets the intercept, as LIBSVM does (Chang, Lin 2011, ACM TIST 2). Cost of a step: about 2 ns a row, and two kernel rows
 * where they are new.
 *
 * A row of bound 0 takes no part; its fit is a prediction.
 */
@unmanaged
export class Solution {
  width: i32;
  epsilon: f64;
  /** f64[width] each, and so are the others. The coefficients b, and how far they may go. */
  coefficients: StaticArray<f64>;
  bounds: StaticArray<f64>;
  /** y - Kb: what is left of the target before the intercept. */
  left: StaticArray<f64>;
  /** Added to `left`: the slope of the dual upwards and downwards; infinite where a coefficient is at its bound. */
  up: StaticArray<f64>;
  low: StaticArray<f64>;
  intercept: f64;
  steps: f64;
}

/** Bytes that a solution takes. */
export function solutionBytes(width: i32): u64 {
  return 40 * <u64>width;
}

/** All coefficients 0. target, bounds: f64[count]. */
export function newSolution(machine: Machine, target: StaticArray<f64>, bounds: StaticArray<f64>, epsilon: f64): Solution {
  const width = machine.width;
  const solution = changetype<Solution>(array<u8>(offsetof<Solution>()));
  solution.width = width;
  solution.epsilon = epsilon;
  solution.coefficients = array<f64>(width);
  solution.bounds = array<f64>(width);
  solution.left = array<f64>(width);
  solution.up = array<f64>(width);
  solution.low = array<f64>(width);
  for (let k = 0; k < width; k++) {
    const real = k < machine.count;
    solution.left[k] = real ? target[k] : 0;
    solution.bounds[k] = real ? bounds[k] : 0;
    setCoefficient(solution, k, 0);
  }
  return solution;
}

/** Steps until the violation is below `tolerance` or their number reaches `most`. */
export function solve(machine: Machine, solution: Solution, tolerance: f64, most: f64): i32 {
  let steps: f64 = 0;
  while (steps < most && improve(machine, solution, tolerance)) steps++;
  solution.steps = steps;
  setIntercept(solution);
  return steps < most ? OK : NOT_CONVERGED;
}

/** One step: row i goes up and row j down by the same amount. False where there is nothing left to improve. */
function improve(machine: Machine, solution: Solution, tolerance: f64): bool {
  const width = solution.width;
  const left = solution.left;
  const low = solution.low;
  const i = highest(width, left, solution.up);
  if (i < 0) return false;
  const top = left[i] + solution.up[i];
  if (!(top - lowest(width, left, low) >= tolerance)) return false;
  const diagonal = machine.diagonal;
  const one = kernelRow(machine, i);
  const j = bestPartner(width, left, low, top, diagonal[i], diagonal, one);
  if (j < 0) return false;
  const curvature = Math.max(LEAST_CURVATURE, diagonal[i] + diagonal[j] - 2 * load<f32>(one + (<usize>j << 2)));
  const step = move(solution, i, j, (top - left[j] - low[j]) / curvature);
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

function setCoefficient(solution: Solution, k: i32, value: f64): void {
  const epsilon = solution.epsilon;
  const bound = solution.bounds[k];
  solution.coefficients[k] = value;
  solution.up[k] = value < 0 ? epsilon : value < bound ? -epsilon : -Infinity;
  solution.low[k] = value > 0 ? -epsilon : value > -bound ? epsilon : Infinity;
}

/** The mean over the rows between 0 and their bounds, which all but agree; else the middle of what is allowed. */
function setIntercept(solution: Solution): void {
  const width = solution.width;
  const left = solution.left;
  let sum: f64 = 0;
  let free: f64 = 0;
  for (let k = 0; k < width; k++) {
    const size = Math.abs(solution.coefficients[k]);
    if (!(size > 0 && size < solution.bounds[k])) continue;
    sum += left[k] + solution.up[k];
    free++;
  }
  if (free > 0) {
    solution.intercept = sum / free;
    return;
  }
  const i = highest(width, left, solution.up);
  const top = i < 0 ? NaN : left[i] + solution.up[i];
  solution.intercept = 0.5 * (top + lowest(width, left, solution.low));
}
