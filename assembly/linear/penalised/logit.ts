import { array, mark, release, take, zeros } from "../../core/arena";
import { hasRoom } from "../../core/room";
import { NO_MEMORY, OK } from "../../core/status";
import { denseColumns, LinearDesign, linearMoments, Moments, momentsLength, viewMoments } from "../moments";
import { solve as solveStep } from "./path";
import { newProblem, Problem, problemBytes } from "./problem";

/** Quadratic approximations for one penalty, at most. */
const ROUNDS: i32 = 50;
/** They end when the objective falls by less than this share of it. */
const ENOUGH: f64 = 1e-10;
/** Least curvature of a row, as a share of its weight: probabilities of 0 and 1 would divide by it. */
const LEAST: f64 = 1e-9;

/**
 * Penalised logistic regression for a descending list of penalties:
 *
 *   minimise sum w (log(1 + exp(eta)) - y eta) + lasso sum_j p_j |b_j|,   eta = x'b,
 *
 * by iteratively reweighted penalised least squares, each solved as in newton.ts from the pattern before it and halved
 * until the objective falls. Friedman, Hastie, Tibshirani (2010), section 3.
 *
 * target: by row, 0 or 1. list, held: rows to fit on, and rows whose summed loss goes to `losses` (f64[count]).
 * coefficients: f64[count * (dense + wide)]. The rest as in `penalisedPath`. Returns the penalties that did not
 * converge, or -NO_MEMORY. Cost: two or three rounds a penalty, each `linearMoments` and its solution.
 */
export function logitPath(
  design: usize, trainCount: i32, train: StaticArray<u32>, heldCount: i32, held: StaticArray<u32>,
  target: StaticArray<f64>, weights: StaticArray<f64>, penalties: StaticArray<f64>, blocks: i32, ranges: StaticArray<i32>,
  count: i32, lasso: StaticArray<f64>, maxIterations: i32,
  coefficients: StaticArray<f64>, losses: StaticArray<f64>,
): i32 {
  const position = mark();
  const columns = changetype<LinearDesign>(design);
  const dense = denseColumns(columns);
  const wide = columns.groups > 0 ? columns.levels[0] : 0;
  if (!hasRoom(problemBytes(dense, wide) + <u64>momentsLength(dense, wide) * 8 + <u64>columns.rows * 24)) return -NO_MEMORY;
  const state = newState(columns, dense, wide, trainCount, train, target, weights, penalties);
  state.problem.blocks = blocks;
  state.problem.ranges = ranges;
  let open = 0;
  for (let a = 0; a < count; a++) {
    state.problem.lasso = lasso[a];
    const status = solve(state, maxIterations);
    if (status < 0) return status;
    open += status;
    for (let j = 0; j < dense + wide; j++) coefficients[a * (dense + wide) + j] = state.current[j];
    losses[a] = loss(state, state.current, heldCount, held);
  }
  release(position);
  return open;
}

@unmanaged
class LogitState {
  design: LinearDesign;
  problem: Problem;
  count: i32;
  rows: StaticArray<u32>;
  target: StaticArray<f64>;
  /** Observation weights by row, or null. */
  weights: StaticArray<f64>;
  /** f64[rows]: working response and weight. */
  response: StaticArray<f64>;
  curvature: StaticArray<f64>;
  /** f64[dense + wide]: the coefficients so far. */
  current: StaticArray<f64>;
  /** f64[dense + wide]: scratch of a solution. */
  start: StaticArray<f64>;
}

function newState(
  design: LinearDesign, dense: i32, wide: i32, count: i32, rows: StaticArray<u32>, target: StaticArray<f64>,
  weights: StaticArray<f64>, penalties: StaticArray<f64>,
): LogitState {
  const state = changetype<LogitState>(take(offsetof<LogitState>()));
  const moments = changetype<Moments>(take(offsetof<Moments>()));
  viewMoments(moments, dense, wide, array<f64>(momentsLength(dense, wide)));
  state.design = design;
  state.problem = newProblem(moments, penalties, 0, changetype<StaticArray<i32>>(0));
  state.count = count;
  state.rows = rows;
  state.target = target;
  state.weights = weights;
  state.response = array<f64>(design.rows);
  state.curvature = array<f64>(design.rows);
  state.current = zeros<f64>(dense + wide);
  state.start = array<f64>(dense + wide);
  return state;
}

/** Rounds at one penalty: 0 where they converged, 1 where not, -NO_MEMORY. */
function solve(state: LogitState, maxIterations: i32): i32 {
  let before = objective(state, state.current);
  for (let round = 0; round < ROUNDS; round++) {
    const status = approximate(state);
    if (status != OK) return -status;
    solveStep(state.problem, state.start, maxIterations);
    const after = moveBy(state, before);
    if (!(before - after > ENOUGH * (Math.abs(after) + ENOUGH))) return 0;
    before = after;
  }
  return 1;
}

/** Cross-products of the quadratic approximation at the present coefficients. */
function approximate(state: LogitState): i32 {
  for (let i = 0; i < state.count; i++) {
    const row = state.rows[i];
    const eta = predictor(state, state.current, row);
    const e = Math.exp(-Math.abs(eta));
    const smaller = e / (1 + e);
    const curvature = Math.max(smaller / (1 + e), LEAST);
    const probability = eta > 0 ? 1 - smaller : smaller;
    state.response[row] = eta + (state.target[row] - probability) / curvature;
    state.curvature[row] = weightOf(state, row) * curvature;
  }
  const problem = state.problem;
  problem.factor.ridge = -1; // the cross-products change: nothing of the factor holds
  return linearMoments(
    changetype<usize>(state.design), state.count, state.rows, state.response, 0, state.curvature, problem.moments.numbers,
  );
}

/** Moves towards the approximation's solution, half as far while the objective does not fall; the objective there. */
function moveBy(state: LogitState, before: f64): f64 {
  const goal = state.problem.coefficients;
  const current = state.current;
  const position = mark();
  const start = array<f64>(current.length);
  for (let j = 0; j < current.length; j++) start[j] = current[j];
  let after = before;
  for (let share: f64 = 1; share > 1e-6; share *= 0.5) {
    for (let j = 0; j < current.length; j++) current[j] = start[j] + share * (goal[j] - start[j]);
    after = objective(state, current);
    if (after <= before) {
      release(position);
      return after;
    }
  }
  for (let j = 0; j < current.length; j++) current[j] = start[j];
  release(position);
  return before;
}

function objective(state: LogitState, coefficients: StaticArray<f64>): f64 {
  let sum = loss(state, coefficients, state.count, state.rows);
  const problem = state.problem;
  for (let j = 0; j < coefficients.length; j++) sum += problem.lasso * problem.penalties[j] * Math.abs(coefficients[j]);
  return sum;
}

/** sum w (log(1 + exp(eta)) - y eta) over some rows. */
function loss(state: LogitState, coefficients: StaticArray<f64>, count: i32, rows: StaticArray<u32>): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i];
    const eta = predictor(state, coefficients, row);
    const against = state.target[row] > 0 ? -eta : eta;
    sum += weightOf(state, row) * (Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(eta))));
  }
  return sum;
}

@inline
function weightOf(state: LogitState, row: u32): f64 {
  return changetype<usize>(state.weights) == 0 ? 1 : state.weights[row];
}

/** x'b at a row. */
function predictor(state: LogitState, coefficients: StaticArray<f64>, row: u32): f64 {
  const design = state.design;
  const rows = design.rows;
  let eta = coefficients[0];
  for (let f = 0; f < design.features; f++) {
    const b = coefficients[1 + f];
    if (b != 0) eta += b * (design.x[f * rows + row] - design.centres[f]) * design.factors[f];
  }
  let column = 1 + design.features;
  for (let g = 1; g < design.groups; g++) {
    eta += coefficients[column + design.codes[g * rows + row]];
    column += design.levels[g];
  }
  return design.groups > 0 ? eta + coefficients[column + design.codes[row]] : eta;
}
