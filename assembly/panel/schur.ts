import { array, mark, release, zeros } from "../core/arena";
import { NOT_CONVERGED, OK } from "../core/status";
import { factorize, lower, solve } from "../linalg/cholesky";
import { axpy, dot } from "../linalg/vec";
import { formBlockSchur } from "./blockSchur";
import { Plan } from "./plan";
import { spread, sweep } from "./sweep";

/**
 * The lead effect eliminated: with A the dummies of the lead, B those of the other levels and W the weights,
 *   S = B'W B - B'W A (A'W A)^-1 A'W B,     S b = B'W (x - means of x by lead level)
 * gives the other effects b. S is singular: one level of each piece, and whatever else is collinear, is held at zero;
 * the residuals do not depend on the choice. Solved by a dense Cholesky factor made once, or by conjugate gradients.
 */

/** Levels of which less than this share remains are collinear with the others (three effects or more, or slopes). */
const COLLINEAR: f64 = 1e-10;
/** Wanted relative accuracy of the residuals under conjugate gradients, and what rounding allows. */
const TOLERANCE: f64 = 1e-10;
const ROUNDING: f64 = 1e-14;
/** A direction along which S has less than this share of its diagonal is one that S does not see. */
const FLAT: f64 = 1e-14;
/** Iterations between two looks at the error. */
const BLOCK: i32 = 8;

/** Factors S, or prepares its diagonal for conjugate gradients. Reserves what stays, releases what does not. */
export function prepareSolver(plan: Plan): void {
  const r = plan.others;
  plan.scale = array<f64>(r);
  if (plan.direct) {
    plan.factor = array<f64>(r * r);
    plan.factorOrder = array<i32>(r);
  }
  const position = mark();
  const diagonal = array<f64>(r);
  const s = zeros<f64>(plan.direct ? lower(r, 0) : 0);
  if (plan.basis === null) formSchur(plan, s, diagonal);
  else formBlockSchur(plan, s, diagonal, plan.scale);
  for (let t = 0; t < r; t++) {
    const weight = plan.basis === null ? plan.nodeWeight[plan.otherNode[t]] : plan.scale[t];
    const least = plan.basis === null ? 0 : COLLINEAR * weight;
    plan.scale[t] = diagonal[t] > least ? 1 / (plan.direct ? Math.sqrt(weight) : diagonal[t]) : 0;
  }
  if (plan.direct) {
    const isPair = plan.effects == 2 && plan.basis === null;
    if (isPair) ground(plan);
    for (let t = 0; t < r; t++) {
      for (let u = 0; u < t; u++) s[lower(t, u)] *= plan.scale[t] * plan.scale[u];
      s[lower(t, t)] = plan.scale[t] * plan.scale[t] * diagonal[t];
    }
    plan.factorRank = factorize(r, s, isPair ? 0 : COLLINEAR, plan.factor, plan.factorOrder, plan.scratch);
  }
  release(position);
}

/** Holds one level of each piece at zero: with two effects there is just one redundancy a piece. */
function ground(plan: Plan): void {
  const done = zeros<u8>(plan.pieces);
  for (let t = 0; t < plan.others; t++) {
    const piece = plan.piece[plan.otherNode[t]];
    if (piece < 0 || done[piece]) continue;
    done[piece] = 1;
    plan.scale[t] = 0;
  }
}

/** The diagonal of S and, under the direct method, its lower triangle s. */
export function formSchur(plan: Plan, s: StaticArray<f64>, diagonal: StaticArray<f64>): void {
  const r = plan.others;
  for (let t = 0; t < r; t++) diagonal[t] = 0;
  if (plan.direct && plan.width > 1) for (let i = 0; i < plan.count; i++) addRow(plan, i, s);
  const cell = zeros<f64>(r);
  const touched = array<i32>(r);
  for (let a = 0; a < plan.leads; a++) {
    const inverse = plan.leadInverse[a];
    const weight = plan.nodeWeight[plan.firstNode[plan.lead] + a];
    if (weight == 0) continue;
    const cells = weighCells(plan, a, cell, touched);
    for (let k = 0; k < cells; k++) {
      const t = touched[k];
      diagonal[t] += cell[t] * (weight - cell[t]) * inverse; // exactly 0 where the lead level lies within level t
      if (plan.direct) subtractCells(s, t, cell[t] * inverse, cell, touched, k);
    }
    for (let k = 0; k < cells; k++) cell[touched[k]] = 0;
  }
}

/** B'WB between levels of different effects: one row's part. */
function addRow(plan: Plan, i: i32, s: StaticArray<f64>): void {
  const weights = plan.weights;
  const weight = weights === null ? 1 : weights[i];
  const from = i * plan.width;
  for (let k = 1; k < plan.width; k++) {
    // effects are numbered one after the other, so a later effect has the larger number
    const row = lower(plan.codes[from + k], 0);
    for (let l = 0; l < k; l++) s[row + plan.codes[from + l]] += weight;
  }
}

/** Weights of the other levels within level a of the lead; returns how many were touched. */
function weighCells(plan: Plan, a: i32, cell: StaticArray<f64>, touched: StaticArray<i32>): i32 {
  const weights = plan.weights;
  const width = plan.width;
  let cells = 0;
  for (let i = plan.start[a], to = plan.start[a + 1]; i < to; i++) {
    const weight = weights === null ? 1 : weights[i];
    if (weight == 0) continue;
    for (let at = i * width, end = at + width; at < end; at++) {
      const t = plan.codes[at];
      if (cell[t] == 0) touched[cells++] = t;
      cell[t] += weight;
    }
  }
  return cells;
}

/** Takes value times the cells touched before number k from row and column t of s. */
function subtractCells(
  s: StaticArray<f64>, t: i32, value: f64, cell: StaticArray<f64>, touched: StaticArray<i32>, k: i32,
): void {
  for (let l = 0; l < k; l++) {
    const u = touched[l];
    s[t > u ? lower(t, u) : lower(u, t)] -= value * cell[u];
  }
}

/** Solves S solution = right. `size` is the weighted sum of squares of the column less its lead means. */
export function solveSchur(plan: Plan, size: f64): i32 {
  if (!plan.direct) return conjugateGradients(plan, size);
  const r = plan.others;
  const right = plan.right;
  const solution = plan.solution;
  for (let t = 0; t < r; t++) right[t] *= plan.scale[t];
  solve(r, plan.factorRank, plan.factor, plan.factorOrder, right, solution, plan.scratch);
  for (let t = 0; t < r; t++) solution[t] *= plan.scale[t];
  return OK;
}

/**
 * Conjugate gradients on S from zero, preconditioned by its diagonal: for two effects the same Krylov space as
 * accelerated alternating projections (Correia 2017, "Linear models with high-dimensional fixed effects").
 *
 * The energy norm of the error is the weighted norm of the error in the residuals, and each iteration lowers its
 * square by alpha * rho. So the sum of the last BLOCK decreases estimates the squared error before them (Strakos and
 * Tichy 2002, ETNA 13), and `size` less the sum of all is the squared norm of the residuals that it is compared with.
 */
function conjugateGradients(plan: Plan, size: f64): i32 {
  const r = plan.others;
  for (let t = 0; t < r; t++) {
    plan.solution[t] = 0;
    plan.scratch[t] = plan.right[t] * plan.scale[t];
    plan.direction[t] = plan.scratch[t];
  }
  let rho = dot(r, plan.right, 0, plan.scratch, 0);
  const floor = ROUNDING * ROUNDING * size;
  let left = size;
  for (let done = 0; done < plan.maxIterations; done += BLOCK) {
    let gained: f64 = 0;
    for (let k = 0; k < BLOCK; k++) {
      if (!(rho > floor)) return OK; // solved to rounding, or not a number
      const before = rho;
      rho = iterate(plan, before);
      gained += before * plan.scratch[r];
    }
    left -= gained;
    if (gained <= TOLERANCE * TOLERANCE * left) return OK;
  }
  return NOT_CONVERGED;
}

/** One iteration; returns the new rho (0 when the direction leads nowhere) and leaves alpha in scratch[others]. */
function iterate(plan: Plan, rho: f64): f64 {
  const r = plan.others;
  const direction = plan.direction;
  const z = plan.scratch;
  spread(plan, direction, plan.fitted);
  sweep(plan, plan.fitted, plan.image);
  const curvature = dot(r, direction, 0, plan.image, 0);
  z[r] = 0;
  if (!(curvature > FLAT * diagonalNorm(plan))) return 0;
  const alpha = rho / curvature;
  axpy(r, alpha, direction, 0, plan.solution, 0);
  axpy(r, -alpha, plan.image, 0, plan.right, 0);
  for (let t = 0; t < r; t++) z[t] = plan.right[t] * plan.scale[t];
  const next = dot(r, plan.right, 0, z, 0);
  const ratio = next / rho;
  for (let t = 0; t < r; t++) direction[t] = z[t] + ratio * direction[t];
  z[r] = alpha;
  return next;
}

/** Squared length of the direction in the diagonal of S. */
function diagonalNorm(plan: Plan): f64 {
  let sum: f64 = 0;
  for (let t = 0; t < plan.others; t++) {
    if (plan.scale[t] > 0) sum += (plan.direction[t] * plan.direction[t]) / plan.scale[t];
  }
  return sum;
}
