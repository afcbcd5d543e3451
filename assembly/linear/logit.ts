import { mark, release, reserve } from "../core/arena";
import { hasRoom } from "../core/room";
import { NO_MEMORY, NOT_CONVERGED, OK, SEPARATED } from "../core/status";
import { layOut, Plan } from "../panel/plan";
import { assess, move } from "./logit/likelihood";
import { Logit, reserveState, stateBytes, takeColumn } from "./logit/state";
import { formSystem, solveStep } from "./logit/system";

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares: McCullagh and Nelder 1989, Generalized
 * Linear Models, section 2.5), with a quadratic penalty for each coefficient. The dummies of effects are never made:
 * those of the effect with the most levels are eliminated exactly in each step, the levels of the others are sparse
 * columns of a dense system. Steps are halved until the objective falls.
 *
 * Rows may be weighted. Columns and levels collinear with others are left out (pivoted Cholesky at the first step,
 * where all curvatures are alike); their coefficients are 0.
 *
 * Cost of a step: n p^2 / 2 multiplications for p columns, and (p + R)^3 / 6 with R levels beside the largest effect.
 */

/** Sizes, as the host passes them. */
@unmanaged
export class LogitShape {
  /** Length of a column. */
  rows: i32;
  columns: i32;
  effects: i32;
  /** Rows used. */
  count: i32;
  maxIterations: i32;
}

/** Gain, as a share of the weights, below which nothing is left to fit; a step this large all the same: no maximum. */
const EXHAUSTED: f64 = 1e-12;
const ENDLESS: f64 = 0.5;
/** Halvings of a step at most, and the rise of the objective that is rounding. */
const HALVINGS: i32 = 40;
const ROUNDING: f64 = 1e-13;

/**
 * x: columns * rows. levels, codes: as for `demeanPlan`; at least one effect (the constant is an effect of one level).
 * list: u32[count]. y: f64[rows], 0 or 1. weights: f64[rows], positive, or 0.
 * penalties: f64[columns]; levelPenalties: f64[nodes], the levels of all effects one after the other.
 * tolerance: iterations end when no row's linear predictor moved further.
 *
 * out: f64[columns + nodes + 1]: coefficients (0 for levels that do not occur), then the constant that makes up for
 * the columns' means. SEPARATED where the likelihood has no maximum; `out` is then far along the way there.
 */
export function logit(
  shape: LogitShape, x: StaticArray<f64>, levels: StaticArray<i32>, codes: StaticArray<i32>, list: StaticArray<u32>,
  y: StaticArray<f64>, weights: StaticArray<f64>, penalties: StaticArray<f64>, levelPenalties: StaticArray<f64>,
  tolerance: f64, out: StaticArray<f64>,
): i32 {
  const position = mark();
  const state = changetype<Logit>(reserve(offsetof<Logit>()));
  const plan = changetype<Plan>(reserve(offsetof<Plan>()));
  let status = NO_MEMORY;
  if (hasRoom(16 * <u64>shape.count * shape.effects + 64 * <u64>levelPenalties.length)) {
    plan.rows = shape.rows;
    plan.count = shape.count;
    plan.effects = shape.effects;
    plan.width = shape.effects - 1;
    plan.direct = 1;
    layOut(plan, levels, codes, list, weights);
    if (hasRoom(stateBytes(plan.count, plan.leads, shape.columns, plan.others))) {
      prepare(state, plan, shape.columns, x, y, penalties, levelPenalties);
      status = iterate(state, shape.maxIterations, tolerance);
      give(state, out);
    }
  }
  release(position);
  return status;
}

function prepare(
  state: Logit, plan: Plan, columns: i32, x: StaticArray<f64>, y: StaticArray<f64>, penalties: StaticArray<f64>,
  levelPenalties: StaticArray<f64>,
): void {
  state.plan = plan;
  state.columns = columns;
  state.size = columns + plan.others;
  reserveState(state);
  const weights = plan.weights;
  state.totalWeight = 0;
  for (let i = 0; i < plan.count; i++) {
    state.y[i] = y[plan.order[i]];
    state.weight[i] = weights === null ? 1 : weights[i];
    state.totalWeight += state.weight[i];
  }
  const first = plan.firstNode[plan.lead];
  for (let a = 0; a < plan.leads; a++) state.leadPenalty[a] = levelPenalties[first + a];
  for (let t = 0; t < plan.others; t++) state.borderPenalty[columns + t] = levelPenalties[plan.otherNode[t]];
  for (let j = 0; j < columns; j++) {
    state.borderPenalty[j] = penalties[j];
    takeColumn(state, j, x);
  }
}

function iterate(state: Logit, maxIterations: i32, tolerance: f64): i32 {
  let objective = assess(state);
  for (let done = 0; done < maxIterations; done++) {
    formSystem(state);
    const gain = solveStep(state, done == 0);
    objective = advance(state, objective);
    const change = furthest(state);
    if (change <= tolerance) return OK;
    if (gain <= EXHAUSTED * state.totalWeight && change > ENDLESS) return SEPARATED;
  }
  return NOT_CONVERGED;
}

/** Takes the step, or as small a part of it as lowers the objective, which is returned. */
function advance(state: Logit, before: f64): f64 {
  move(state, 1);
  let objective = assess(state);
  let share: f64 = 1;
  for (let k = 0; k < HALVINGS && !(objective <= before + ROUNDING * (before + state.totalWeight)); k++) {
    share *= 0.5;
    move(state, -share);
    objective = assess(state);
  }
  return objective;
}

function furthest(state: Logit): f64 {
  let largest: f64 = 0;
  for (let i = 0; i < state.plan.count; i++) largest = Math.max(largest, Math.abs(state.change[i]));
  return largest;
}

function give(state: Logit, out: StaticArray<f64>): void {
  const plan = state.plan;
  const p = state.columns;
  const end = p + plan.nodes;
  for (let k = 0; k <= end; k++) out[k] = 0;
  for (let j = 0; j < p; j++) {
    out[j] = state.border[j];
    out[end] -= state.border[j] * state.means[j];
  }
  const first = p + plan.firstNode[plan.lead];
  for (let a = 0; a < plan.leads; a++) out[first + a] = state.lead[a];
  for (let t = 0; t < plan.others; t++) out[p + plan.otherNode[t]] = state.border[p + t];
}
