import { array, mark, release, reserve, zeros } from "../core/arena";
import { hasRoom } from "../core/room";
import { OK } from "../core/status";
import { axpy } from "../linalg/vec";
import { columnsOf, layOutBlocks } from "./blocks";
import { findPieces, piecesOfPair } from "./pieces";
import { layOut, Plan } from "./plan";
import { prepareSolver, solveSchur } from "./schur";
import { spread, squares, sweep, takeOff } from "./sweep";

/**
 * The within operator M: what is left of a column after the (weighted) least-squares fit of group effects, on any
 * pattern of rows, exactly. An effect has a level of its own for each group, slopes on some columns, or both.
 * Any number of effects:
 *
 * - one: means.
 * - more: the effect with the most levels is eliminated exactly, since its part of the normal equations is (block) diagonal;
 *   the levels of the others, if there are at most `directLimit`, form one dense system (the Schur complement) that is
 *   factored once. Above the limit: conjugate gradients on the same system, to 1e-10 of the residuals.
 *
 * A column whose residuals are much shorter than itself is demeaned a second time, which removes what rounding left
 * in the span of the effects: residuals are orthogonal to the dummies to rounding *of the residuals*.
 *
 * Cost: O(n effects + R^2) a column, R the number of levels beside the eliminated effect; the plan O(n + R^3 / 6).
 * Rows of weight 0 influence nothing but get their residual. NaN or infinity in a column spreads to an unspecified part
 * of its result, at least to its own row; nothing else happens.
 */

/** Demeaned again where the residuals' squared length is below this share of the column's. */
const SHORT: f64 = 1e-4;

/**
 * Prepares M and returns the address of its plan, 0 when memory ran out. The plan lies in the arena until that is
 * released, as do the arrays passed here, which the plan does not need any more.
 *
 * codes: effects * rows, one effect after the other, codes of effect e in 0 .. levels[e]-1 (levels may be empty).
 * list: u32[count] row numbers, 0 for all rows. weights: f64[rows], not negative, 0 for none.
 * shapes: i32[2 effects], by effect the number of its slopes and 1 where its levels have a constant, 0 where no effect
 * has slopes. slopes: f64[rows] each, one after the other, finite.
 */
export function demeanPlan(
  rows: i32,
  effects: i32,
  levels: StaticArray<i32>,
  codes: StaticArray<i32>,
  count: i32,
  list: StaticArray<u32>,
  weights: StaticArray<f64>,
  shapes: StaticArray<i32>,
  slopes: StaticArray<f64>,
  directLimit: i32,
  maxIterations: i32,
): usize {
  const sloped = changetype<usize>(shapes) != 0;
  if (!hasRoom(48 * <u64>count + 4 * <u64>count * effects + 96 * <u64>total(effects, levels))) return 0;
  const plan = changetype<Plan>(reserve(offsetof<Plan>()));
  plan.rows = rows;
  plan.count = count;
  plan.effects = effects;
  plan.width = effects - 1;
  plan.maxIterations = maxIterations;
  layOut(plan, levels, codes, list, weights);
  findPieces(plan, codes);
  if (sloped && !hasRoom(16 * <u64>count * columnsOf(shapes, effects))) return 0;
  const ranks = sloped ? layOutBlocks(plan, codes, shapes, slopes) : 0;
  plan.direct = plan.others <= directLimit ? 1 : 0;
  plan.z = array<f64>(count);
  plan.fitted = array<f64>(count);
  plan.means = zeros<f64>(plan.leads);
  plan.leadEffects = array<f64>(plan.leads);
  plan.otherEffects = array<f64>(plan.others);
  plan.right = array<f64>(plan.others);
  plan.solution = array<f64>(plan.others);
  plan.scratch = array<f64>(plan.others + 1);
  plan.direction = array<f64>(plan.others);
  plan.image = array<f64>(plan.others);
  if (plan.direct && !hasRoom(12 * <u64>plan.others * plan.others)) return 0;
  prepareSolver(plan);
  plan.rank = sloped ? blockRank(plan, codes, shapes, ranks) : rankOf(plan, codes);
  return changetype<usize>(plan);
}

function total(effects: i32, levels: StaticArray<i32>): i32 {
  let sum = 0;
  for (let e = 0; e < effects; e++) sum += levels[e];
  return sum;
}

/**
 * One effect: its levels. Two: levels less pieces, exactly. More: the rank found by the factor, else an upper bound:
 * each effect loses the most redundancies it has with any one before it (reghdfe counts in the same way).
 */
function rankOf(plan: Plan, codes: StaticArray<i32>): i32 {
  let rank = 0;
  for (let v = 0; v < plan.nodes; v++) rank += plan.nodeWeight[v] > 0 ? 1 : 0;
  if (plan.effects == 1) return rank;
  if (plan.effects == 2) return rank - plan.pieces;
  if (plan.direct) {
    let leads = 0;
    for (let a = 0; a < plan.leads; a++) leads += plan.leadInverse[a] > 0 ? 1 : 0;
    return leads + plan.factorRank;
  }
  for (let b = 1; b < plan.effects; b++) {
    let most = 0;
    for (let a = 0; a < b; a++) most = max(most, piecesOfPair(plan, codes, a, b));
    rank -= most;
  }
  return rank;
}

/**
 * With slopes: the rank found by the factor; else an upper bound, the sum of the blocks' ranks, of which constants
 * lose redundancies as above and slopes none.
 */
function blockRank(plan: Plan, codes: StaticArray<i32>, shapes: StaticArray<i32>, ranks: i32): i32 {
  if (plan.direct) return plan.leadRank + plan.factorRank;
  let rank = ranks;
  for (let b = 1; b < plan.effects; b++) {
    let most = 0;
    for (let a = 0; a < b; a++) if (shapes[2 * a + 1] & shapes[2 * b + 1]) most = max(most, piecesOfPair(plan, codes, a, b));
    rank -= most;
  }
  return rank;
}

/** Pieces that share no level: of two effects, the connected parts of the bipartite graph; of one, its levels. */
export function demeanComponents(plan: Plan): i32 {
  return plan.pieces;
}

/** Independent columns among the dummies and the constant; an upper bound for three or more effects by iteration. */
export function demeanRank(plan: Plan): i32 {
  return plan.rank;
}

/**
 * out = M x at the rows of the plan; other rows of out are left alone. x, out: f64[rows]; out may be x.
 * NOT_CONVERGED where the iteration limit was reached; out is then the last iterate.
 */
export function demeanApply(plan: Plan, x: StaticArray<f64>, out: StaticArray<f64>): i32 {
  take(plan, x);
  const status = project(plan);
  give(plan, out);
  return status;
}

/**
 * out = M x for one column, and the effects, none of which has slopes: x = constant + the effects of a row's levels + out.
 *
 * effects: f64[nodes + 1], the levels of all effects one after the other (0 for absent ones), then the constant.
 * Of the many solutions it is the one with the smallest sum of squares over all levels, the constant being free: what
 * scikit-learn's LinearRegression gives for one 0/1 column per level. Shifts that change no fit move the effects of
 * one piece against each other, so within each piece they are shifted until the means of its effects are to each other
 * as 1 / levels. Every effect then has mean zero over its present levels (with one piece: in that piece). Redundancies
 * of another kind, which need three effects, are left as the solver has them.
 *
 * warm: 1 if `effects` holds a guess (of a similar column), which shortens an iteration; the result is the same to
 * 1e-10.
 */
export function demeanEffects(
  plan: Plan, x: StaticArray<f64>, out: StaticArray<f64>, effects: StaticArray<f64>, warm: i32,
): i32 {
  take(plan, x);
  if (warm) start(plan, effects);
  const status = project(plan);
  give(plan, out);
  for (let v = 0; v <= plan.nodes; v++) effects[v] = 0;
  const first = plan.firstNode[plan.lead];
  for (let a = 0; a < plan.leads; a++) effects[first + a] = plan.leadEffects[a];
  for (let t = 0; t < plan.others; t++) effects[plan.otherNode[t]] = plan.otherEffects[t];
  normalize(plan, effects);
  return status;
}

/** A column to be demeaned in place: the plan's own where rows stand in its order, which spares two copies a time. */
export function demeanColumn(plan: Plan): StaticArray<f64> {
  return plan.sorted ? plan.z : array<f64>(plan.rows);
}

/** Puts a column into the order of the plan. */
function take(plan: Plan, x: StaticArray<f64>): void {
  const z = plan.z;
  const order = plan.order;
  const count = plan.count;
  if (x !== z) {
    if (plan.sorted) for (let i = 0; i < count; i++) z[i] = x[i];
    else for (let i = 0; i < count; i++) z[i] = x[order[i]];
  }
  for (let a = 0; a < plan.leads; a++) plan.leadEffects[a] = 0;
  for (let t = 0; t < plan.others; t++) plan.otherEffects[t] = 0;
}

function give(plan: Plan, out: StaticArray<f64>): void {
  const z = plan.z;
  const order = plan.order;
  const count = plan.count;
  if (out === z) return;
  if (plan.sorted) for (let i = 0; i < count; i++) out[i] = z[i];
  else for (let i = 0; i < count; i++) out[order[i]] = z[i];
}

/** Begins from a guess: M is blind to what is taken off. */
function start(plan: Plan, effects: StaticArray<f64>): void {
  for (let t = 0; t < plan.others; t++) plan.otherEffects[t] = effects[plan.otherNode[t]];
  spread(plan, plan.otherEffects, plan.fitted);
  axpy(plan.count, -1, plan.fitted, 0, plan.z, 0);
}

/** z = M z; the effects are added to leadEffects and otherEffects. */
function project(plan: Plan): i32 {
  const before = squares(plan, plan.z);
  let status = pass(plan);
  if (squares(plan, plan.z) < SHORT * before) status = max(status, pass(plan));
  return status;
}

function pass(plan: Plan): i32 {
  const z = plan.z;
  sweep(plan, z, plan.right);
  for (let a = 0; a < plan.leads; a++) plan.leadEffects[a] += plan.means[a];
  if (plan.others == 0) return OK;
  const status = solveSchur(plan, plan.direct ? 0 : squares(plan, z));
  for (let t = 0; t < plan.others; t++) plan.otherEffects[t] += plan.solution[t];
  takeOff(plan, plan.solution, z);
  for (let a = 0; a < plan.leads; a++) plan.leadEffects[a] -= plan.means[a];
  return status;
}

/** Shifts effects within pieces to the smallest sum of squares; the constant goes to effects[nodes]. */
function normalize(plan: Plan, effects: StaticArray<f64>): void {
  const position = mark();
  const width = plan.effects;
  const levels = zeros<i32>(plan.pieces * width);
  const sums = zeros<f64>(plan.pieces * width);
  for (let e = 0; e < width; e++) {
    for (let v = plan.firstNode[e]; v < plan.firstNode[e + 1]; v++) {
      if (plan.piece[v] < 0) continue;
      levels[plan.piece[v] * width + e]++;
      sums[plan.piece[v] * width + e] += effects[v];
    }
  }
  // piece g: mean of effect e m(g,e), levels n(g,e), s = sum of m(g,.), h = 1 / sum of 1 / n(g,.);
  // the constant is the h-weighted mean of s, and effect e is to have the mean h (s - constant) / n(g,e)
  let weight: f64 = 0;
  let constant: f64 = 0;
  for (let g = 0; g < plan.pieces; g++) {
    const h = harmonic(levels, g, width);
    weight += h;
    constant += h * meanSum(levels, sums, g, width);
  }
  constant /= weight;
  for (let v = 0, e = 0; v < plan.nodes; v++) {
    while (v >= plan.firstNode[e + 1]) e++;
    const g = plan.piece[v];
    if (g < 0) {
      effects[v] = 0;
      continue;
    }
    const n = levels[g * width + e];
    const excess = harmonic(levels, g, width) * (meanSum(levels, sums, g, width) - constant);
    effects[v] += (excess - sums[g * width + e]) / n;
  }
  effects[plan.nodes] = constant;
  release(position);
}

/** 1 / sum over effects of 1 / levels of a piece. */
function harmonic(levels: StaticArray<i32>, piece: i32, width: i32): f64 {
  let sum: f64 = 0;
  for (let e = 0; e < width; e++) sum += 1 / <f64>levels[piece * width + e];
  return 1 / sum;
}

function meanSum(levels: StaticArray<i32>, sums: StaticArray<f64>, piece: i32, width: i32): f64 {
  let sum: f64 = 0;
  for (let e = 0; e < width; e++) sum += sums[piece * width + e] / levels[piece * width + e];
  return sum;
}
