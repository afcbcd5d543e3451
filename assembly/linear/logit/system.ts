import { factorize, lower, solve } from "../../linalg/cholesky";
import { gram } from "../../linalg/gram";
import { axpy, dot } from "../../linalg/vec";
import { Plan } from "../../panel/plan";
import { formSchur } from "../../panel/schur";
import { Logit } from "./state";

/**
 * One Newton step with the lead eliminated. With A the dummies of the lead, B the border, W the curvature, L and K the
 * penalties of the two, g and h their gradients, and M = (A'WA + L)^-1 A'WB, the shrunken means of B by lead level:
 *   S = (B - AM)' W (B - AM) + M'LM + K,    S b = h - M'g,    a = (A'WA + L)^-1 (g - A'W B b).
 * For columns, B - AM and the roots of L times M stand in z, one below the other, so that S is a Gram matrix; between
 * columns and levels it is B'W (B - AM), and between levels the Schur complement of demeaning (panel/schur.ts).
 */

/** What is shorter than this share of itself once the lead is taken off is rounding (squared). */
const DETERMINED: f64 = 1e-18;
/** Squared sine of the angle below which a column is in the span of others; in later steps, what rounding allows. */
const COLLINEAR: f64 = 1e-12;
const ROUNDING: f64 = 1e-15;

/** S and its right-hand side at the present coefficients. */
export function formSystem(state: Logit): void {
  const plan = state.plan;
  const p = state.columns;
  plan.weights = state.curvature;
  weighLeads(state);
  for (let j = 0; j < p; j++) {
    centre(state, j);
    cross(state, j);
  }
  gram(plan.count + plan.leads, p, state.z, state.system);
  levelPart(state);
  for (let j = 0; j < state.size; j++) state.system[lower(j, j)] += state.borderPenalty[j];
}

/** A'WA + L and its inverse, into the plan, and g. */
function weighLeads(state: Logit): void {
  const plan = state.plan;
  const first = plan.firstNode[plan.lead];
  for (let a = 0; a < plan.leads; a++) {
    let weight: f64 = 0;
    let gradient: f64 = 0;
    for (let i = plan.start[a], to = plan.start[a + 1]; i < to; i++) {
      weight += state.curvature[i];
      gradient += state.residual[i];
    }
    weight += state.leadPenalty[a];
    plan.nodeWeight[first + a] = weight;
    plan.leadInverse[a] = weight > 0 ? 1 / weight : 0;
    state.leadGradient[a] = gradient - state.leadPenalty[a] * state.lead[a];
  }
}

/** Column j of z, and its part of the right-hand side. */
function centre(state: Logit, j: i32): void {
  const plan = state.plan;
  const x = state.x;
  const z = state.z;
  const curvature = state.curvature;
  const root = state.root;
  const residual = state.residual;
  const from = j * plan.count;
  const at = j * (plan.count + plan.leads);
  let right = -state.borderPenalty[j] * state.border[j];
  for (let a = 0, leads = plan.leads, to = 0; a < leads; a++) {
    const start = to;
    to = plan.start[a + 1];
    let sum: f64 = 0;
    for (let i = start; i < to; i++) sum += curvature[i] * x[from + i];
    const mean = sum * plan.leadInverse[a];
    for (let i = start; i < to; i++) {
      const rest = x[from + i] - mean;
      z[at + i] = root[i] * rest;
      right += residual[i] * rest;
    }
    const penalty = state.leadPenalty[a];
    z[at + plan.count + a] = Math.sqrt(penalty) * mean;
    right += mean * penalty * state.lead[a];
  }
  state.right[j] = right;
}

/** What column j has in common with the other levels. */
function cross(state: Logit, j: i32): void {
  const plan = state.plan;
  const codes = plan.codes;
  const width = plan.width;
  const root = state.root;
  const z = state.z;
  const sums = state.scratch;
  const at = j * (plan.count + plan.leads);
  for (let t = 0; t < plan.others; t++) sums[t] = 0;
  for (let i = 0, c = 0, n = plan.count; i < n; i++) {
    const value = root[i] * z[at + i];
    for (const end = c + width; c < end; c++) sums[codes[c]] += value;
  }
  for (let t = 0; t < plan.others; t++) state.system[lower(state.columns + t, j)] = sums[t];
}

/** The other levels' rows of S and of the right-hand side. */
function levelPart(state: Logit): void {
  const plan = state.plan;
  const p = state.columns;
  const s = state.levelSystem;
  for (let k = 0; k < s.length; k++) s[k] = 0;
  formSchur(plan, s, state.levelDiagonal);
  for (let t = 0; t < plan.others; t++) {
    for (let u = 0; u < t; u++) state.system[lower(p + t, p + u)] = s[lower(t, u)];
    state.system[lower(p + t, p + t)] = state.levelDiagonal[t];
    state.right[p + t] = -state.borderPenalty[p + t] * state.border[p + t];
  }
  for (let a = 0; a < plan.leads; a++) {
    const mean = state.leadGradient[a] * plan.leadInverse[a];
    for (let i = plan.start[a], to = plan.start[a + 1]; i < to; i++) {
      const rest = state.residual[i] - state.curvature[i] * mean;
      for (let at = i * plan.width, end = at + plan.width; at < end; at++) state.right[p + plan.codes[at]] += rest;
    }
  }
}

/**
 * Solves for the step of all coefficients and of the linear predictor; returns the gain in the objective that the
 * quadratic model promises, twice. The first call decides what is collinear.
 */
export function solveStep(state: Logit, isFirst: bool): f64 {
  const size = state.size;
  if (isFirst) dropDetermined(state);
  scaleSystem(state);
  const tolerance = isFirst ? COLLINEAR : ROUNDING;
  const rank = factorize(size, state.system, tolerance, state.factor, state.order, state.scratch);
  if (isFirst) for (let s = rank; s < size; s++) state.kept[state.order[s]] = 0;
  solve(size, rank, state.factor, state.order, state.right, state.solution, state.scratch);
  let gain: f64 = 0;
  for (let j = 0; j < size; j++) {
    gain += state.right[j] * state.solution[j];
    state.borderStep[j] = state.scale[j] * state.solution[j];
  }
  stepOfRows(state);
  return gain + stepOfLeads(state);
}

/** Leaves out what the lead determines, the mean included: a column's length as it was given is the measure. */
function dropDetermined(state: Logit): void {
  const plan = state.plan;
  for (let j = 0; j < state.size; j++) {
    let own: f64 = 0;
    if (j < state.columns) {
      const from = j * plan.count;
      for (let i = 0; i < plan.count; i++) {
        const given = state.x[from + i] + state.means[j];
        own += state.curvature[i] * given * given;
      }
    } else {
      own = plan.nodeWeight[plan.otherNode[j - state.columns]];
    }
    state.kept[j] = state.system[lower(j, j)] > DETERMINED * own ? 1 : 0;
  }
}

/** To a diagonal of 1. */
function scaleSystem(state: Logit): void {
  const scale = state.scale;
  for (let i = 0; i < state.size; i++) {
    const diagonal = state.system[lower(i, i)];
    scale[i] = state.kept[i] && diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
    for (let j = 0; j < i; j++) state.system[lower(i, j)] *= scale[i] * scale[j];
    state.system[lower(i, i)] = scale[i] > 0 ? 1 : 0;
    state.right[i] *= scale[i];
  }
}

/** The border's part of the change in the linear predictor. */
function stepOfRows(state: Logit): void {
  const plan = state.plan;
  const n = plan.count;
  const p = state.columns;
  for (let i = 0; i < n; i++) state.change[i] = levelsAt(plan, p, state.borderStep, i);
  for (let j = 0; j < p; j++) axpy(n, state.borderStep[j], state.x, j * n, state.change, 0);
}

/** Sum of a row's other levels, whose numbers start at p in `values`. */
@inline
function levelsAt(plan: Plan, p: i32, values: StaticArray<f64>, i: i32): f64 {
  let sum: f64 = 0;
  for (let at = i * plan.width, end = at + plan.width; at < end; at++) sum += values[p + plan.codes[at]];
  return sum;
}

/** The lead's step, given the border's; returns its part of the gain. */
function stepOfLeads(state: Logit): f64 {
  const plan = state.plan;
  let gain: f64 = 0;
  for (let a = 0; a < plan.leads; a++) {
    const from = plan.start[a];
    const count = plan.start[a + 1] - from;
    const taken = dot(count, state.curvature, from, state.change, from);
    const step = (state.leadGradient[a] - taken) * plan.leadInverse[a];
    state.leadStep[a] = step;
    for (let i = from; i < from + count; i++) state.change[i] += step;
    gain += state.leadGradient[a] * state.leadGradient[a] * plan.leadInverse[a];
  }
  return gain;
}
