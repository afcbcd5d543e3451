import { array, mark, release, reserve } from "../core/arena";
import { hasRoom } from "../core/room";
import { NO_MEMORY, OK } from "../core/status";
import { factorize, lower, solve } from "../linalg/cholesky";
import { gram } from "../linalg/gram";
import { axpy, dot } from "../linalg/vec";

/**
 * Least squares of several targets on the same columns, on some of the rows, with or without an intercept.
 *
 * 1. The rows are copied, columns less their (weighted) means, times the root of the weight; without a list of rows, weights and
 *    intercept they are taken as they are.
 * 2. Columns shorter than a floor are dropped; the Gram matrix of the rest is scaled to unit diagonal.
 * 3. Cholesky with complete pivoting decides the rank: a column is dropped when the squared sine of its angle to
 *    the span of the columns taken before it is at most `tolerance`.
 * 4. Corrected seminormal equations: residuals are formed from the columns and solved for again until the steps
 *    no longer shrink. Each repetition gains a factor of about cond^2 * 1e-16, so the result has the accuracy of
 *    Householder QR while cond^2 < 1 / tolerance. Bjorck 1987, "Stability analysis of the method of seminormal
 *    equations for linear least squares problems", Linear Algebra and its Applications 88/89.
 *
 * Cost: n p^2 / 2 multiplications for the Gram matrix, 2 n p for each repetition (two or three as a rule).
 */

/** Sizes and switches, as the host passes them. */
@unmanaged
export class LinearShape {
  /** Length of a column of x. */
  rows: i32;
  columns: i32;
  targets: i32;
  /** Rows used. */
  count: i32;
  /** 1: an intercept is fitted, unpenalised, by centring. */
  intercept: i32;
}

/** A column whose centred length is below this share of its own is constant but for rounding. */
const CONSTANT: f64 = 1e-14;
/** Corrections at most; they stop sooner when they no longer shrink. */
const CORRECTIONS: i32 = 8;
const EPSILON: f64 = 2.220446049250313e-16;

/** What the steps share. Columns and targets stand side by side in z: p + m columns of `count` rows. */
@unmanaged
class Work {
  count: i32;
  columns: i32;
  z: StaticArray<f64>;
  /** f64[columns + targets] */
  means: StaticArray<f64>;
  /** f64[columns + targets]: lengths in z. */
  norms: StaticArray<f64>;
  /** f64[columns + targets]: lengths of the columns not centred. */
  rawNorms: StaticArray<f64>;
  factor: StaticArray<f64>;
  order: StaticArray<i32>;
  rank: i32;
  /** f64[columns] each: right-hand side, step and scratch of the solver. */
  right: StaticArray<f64>;
  step: StaticArray<f64>;
  scratch: StaticArray<f64>;
  /** f64[count] */
  residual: StaticArray<f64>;
}

/**
 * x: (columns + targets) * rows, one column after the other, the targets last. list: u32[count] row numbers, 0 for all rows.
 * weights: f64[rows], not negative, or 0. floors: f64[columns] lengths below which a column is dropped, or 0.
 *
 * out: for each target `columns` coefficients, the intercept, and the weighted sum of squared residuals.
 * kept: u8[columns], 0 where a column was dropped (its coefficients are 0).
 * residuals: targets * rows; written at the used rows.
 * A NaN or infinity in a used cell of a column makes all of `out` NaN, one in a target its part.
 */
export function leastSquares(
  shape: LinearShape,
  x: StaticArray<f64>,
  list: StaticArray<u32>,
  weights: StaticArray<f64>,
  floors: StaticArray<f64>,
  tolerance: f64,
  out: StaticArray<f64>,
  kept: StaticArray<u8>,
  residuals: StaticArray<f64>,
): i32 {
  const p = shape.columns;
  const all = p + shape.targets;
  const asTheyAre = changetype<usize>(list) == 0 && changetype<usize>(weights) == 0 && shape.intercept == 0;
  if (!hasRoom(8 * <u64>((asTheyAre ? 0 : all) + 2) * shape.count + 12 * <u64>p * p + 64 * <u64>all)) return NO_MEMORY;
  const position = mark();
  const work = changetype<Work>(reserve(offsetof<Work>()));
  work.count = shape.count;
  work.columns = p;
  work.means = array<f64>(all);
  work.norms = array<f64>(all);
  work.rawNorms = array<f64>(all);
  work.right = array<f64>(p);
  work.step = array<f64>(p);
  work.scratch = array<f64>(p);
  work.order = array<i32>(p);
  work.factor = array<f64>(p * p);
  work.residual = array<f64>(shape.count);
  work.z = asTheyAre ? x : array<f64>(all * shape.count); // there is nothing to change in a copy
  const roots = rootWeights(shape, list, weights);
  for (let j = 0; j < all; j++) prepare(work, shape, j, x, j * shape.rows, list, roots);
  const finite = decide(work, floors, tolerance);
  for (let j = 0; j < p; j++) kept[j] = 0;
  for (let s = 0; s < work.rank; s++) kept[work.order[s]] = 1;
  for (let t = 0; t < shape.targets; t++) {
    fit(work, t, shape.intercept != 0, finite, out);
    giveResiduals(work, shape, t, x, list, roots, out, residuals);
  }
  release(position);
  return OK;
}

/** Square roots of the weights of the used rows (1 without weights), then the sum of the weights. */
function rootWeights(shape: LinearShape, list: StaticArray<u32>, weights: StaticArray<f64>): StaticArray<f64> {
  const roots = array<f64>(shape.count + 1);
  let total: f64 = 0;
  for (let i = 0; i < shape.count; i++) {
    const weight = changetype<usize>(weights) == 0 ? 1 : weights[rowOf(list, i)];
    roots[i] = Math.sqrt(weight);
    total += weight;
  }
  roots[shape.count] = total;
  return roots;
}

/** Row number i of a list; 0 stands for all rows. */
@inline
function rowOf(list: StaticArray<u32>, i: i32): i32 {
  return changetype<usize>(list) == 0 ? i : <i32>list[i];
}

/** Column j of z: the used rows of a column, less their mean, times the roots of the weights. */
function prepare(
  work: Work,
  shape: LinearShape,
  j: i32,
  source: StaticArray<f64>,
  from: i32,
  list: StaticArray<u32>,
  roots: StaticArray<f64>,
): void {
  const n = work.count;
  const z = work.z;
  const at = j * n;
  gather(n, source, from, list, 0, roots, z, at);
  work.rawNorms[j] = Math.sqrt(dot(n, z, at, z, at));
  let mean: f64 = 0;
  if (shape.intercept) {
    mean = dot(n, z, at, roots, 0) / roots[n];
    gather(n, source, from, list, mean, roots, z, at);
    const rest = dot(n, z, at, roots, 0) / roots[n]; // what rounding left
    axpy(n, -rest, roots, 0, z, at);
    mean += rest;
  }
  work.means[j] = mean;
  work.norms[j] = Math.sqrt(dot(n, z, at, z, at));
}

/** z = (column - mean) * root at the used rows; the difference is rounded once, and not at all near the mean. */
function gather(
  n: i32, source: StaticArray<f64>, from: i32, list: StaticArray<u32>, mean: f64, roots: StaticArray<f64>,
  z: StaticArray<f64>, at: i32,
): void {
  for (let i = 0; i < n; i++) z[at + i] = (source[from + rowOf(list, i)] - mean) * roots[i];
}

/** Factors the Gram matrix of the columns that are long enough; false where a column is not finite. */
function decide(work: Work, floors: StaticArray<f64>, tolerance: f64): bool {
  const p = work.columns;
  const norms = work.norms;
  const position = mark();
  const g = array<f64>(lower(p, 0));
  gram(work.count, p, work.z, g);
  let finite = true;
  for (let j = 0; j < p; j++) {
    let floor = CONSTANT * work.rawNorms[j];
    if (changetype<usize>(floors) != 0) floor = Math.max(floor, floors[j]);
    if (!(norms[j] < Infinity)) finite = false;
    if (norms[j] <= floor) norms[j] = 0;
  }
  for (let i = 0; i < p; i++) {
    const scale = norms[i] > 0 ? 1 / norms[i] : 0;
    for (let j = 0; j < i; j++) g[lower(i, j)] *= norms[j] > 0 ? scale / norms[j] : 0;
    g[lower(i, i)] = norms[i] > 0 ? 1 : 0;
  }
  work.rank = finite ? factorize(p, g, tolerance, work.factor, work.order, work.scratch) : 0;
  release(position);
  return finite;
}

/** Coefficients of one target: solve, then correct from the residuals. */
function fit(work: Work, target: i32, intercept: bool, finite: bool, out: StaticArray<f64>): void {
  const n = work.count;
  const p = work.columns;
  const from = target * (p + 2);
  const y = p + target;
  const residual = work.residual;
  for (let j = 0; j < p; j++) out[from + j] = 0;
  for (let i = 0; i < n; i++) residual[i] = work.z[y * n + i];
  let size: f64 = 0;
  let before = Infinity;
  for (let round = 0; round <= CORRECTIONS && work.rank > 0; round++) {
    const change = correct(work);
    if (change > 0.5 * before) break;
    size = apply(work, out, from, y);
    before = change;
    if (change <= EPSILON * size) break;
  }
  let constant = work.means[y];
  if (intercept) for (let j = 0; j < p; j++) constant -= out[from + j] * work.means[j];
  if (!finite || !(work.norms[y] < Infinity)) {
    for (let j = 0; j < p + 2; j++) out[from + j] = NaN;
    for (let i = 0; i < n; i++) residual[i] = NaN;
    return;
  }
  out[from + p] = constant;
  out[from + p + 1] = dot(n, residual, 0, residual, 0);
}

/** Residuals by row, the weights taken out again; rows of weight 0 from their own cells. */
function giveResiduals(
  work: Work, shape: LinearShape, target: i32, x: StaticArray<f64>, list: StaticArray<u32>,
  roots: StaticArray<f64>, out: StaticArray<f64>, residuals: StaticArray<f64>,
): void {
  const from = target * shape.rows;
  const fit = target * (work.columns + 2);
  const intercept = out[fit + work.columns];
  for (let i = 0; i < work.count; i++) {
    const row = rowOf(list, i);
    residuals[from + row] = roots[i] > 0
      ? work.residual[i] / roots[i]
      : x[(work.columns + target) * shape.rows + row] - intercept - fitted(work, x, row, shape.rows, out, fit);
  }
}

/** Sum of coefficient times column at a row. */
function fitted(work: Work, x: StaticArray<f64>, row: i32, rows: i32, out: StaticArray<f64>, fitAt: i32): f64 {
  let value: f64 = 0;
  for (let j = 0; j < work.columns; j++) value += out[fitAt + j] * x[j * rows + row];
  return value;
}

/** The step that the present residual asks for, on columns of unit length; its largest element. */
function correct(work: Work): f64 {
  const n = work.count;
  const p = work.columns;
  for (let s = 0; s < work.rank; s++) {
    const j = work.order[s];
    work.right[j] = dot(n, work.z, j * n, work.residual, 0) / work.norms[j];
  }
  solve(p, work.rank, work.factor, work.order, work.right, work.step, work.scratch);
  let largest: f64 = 0;
  for (let j = 0; j < p; j++) largest = Math.max(largest, Math.abs(work.step[j]));
  return largest;
}

/** Adds the step to the coefficients and forms the residual anew; the largest coefficient on unit columns. */
function apply(work: Work, out: StaticArray<f64>, from: i32, y: i32): f64 {
  const n = work.count;
  const residual = work.residual;
  for (let i = 0; i < n; i++) residual[i] = work.z[y * n + i];
  let largest: f64 = 0;
  for (let s = 0; s < work.rank; s++) {
    const j = work.order[s];
    const coefficient = out[from + j] + work.step[j] / work.norms[j];
    out[from + j] = coefficient;
    axpy(n, -coefficient, work.z, j * n, residual, 0);
    largest = Math.max(largest, Math.abs(coefficient) * work.norms[j]);
  }
  return largest;
}

/** out[row] += coefficient x[row], for `count` rows of a list (0: all rows). */
export function linearAdd(x: StaticArray<f64>, coefficient: f64, count: i32, list: StaticArray<u32>, out: StaticArray<f64>): void {
  if (changetype<usize>(list) == 0) axpy(count, coefficient, x, 0, out, 0);
  else for (let i = 0; i < count; i++) out[list[i]] += coefficient * x[list[i]];
}
