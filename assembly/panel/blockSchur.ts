import { array, zeros } from "../core/arena";
import { lower } from "../linalg/cholesky";
import { Plan } from "./plan";

/**
 * The Schur complement of schur.ts where effects have slopes: with B the columns of the other effects' blocks and Q the
 * orthonormal ones of the lead's, S = B'WB - (Q'WB)'(Q'WB).
 */

/**
 * The diagonal of S, under the direct method its lower triangle s (zeros on entry), and the squared lengths of the
 * columns of B. Reserves scratch, which the caller releases. Cost: O(rows width^2) and, by lead level, its depth times
 * the square of the columns it touches.
 */
export function formBlockSchur(plan: Plan, s: StaticArray<f64>, diagonal: StaticArray<f64>, squares: StaticArray<f64>): void {
  const r = plan.others;
  const depth = plan.depth;
  for (let t = 0; t < r; t++) squares[t] = 0;
  for (let i = 0; i < plan.count; i++) addRow(plan, i, s, squares);
  for (let t = 0; t < r; t++) diagonal[t] = squares[t];
  const cell = zeros<f64>(r * depth);
  const seen = zeros<u8>(r);
  const touched = array<i32>(r);
  for (let a = 0; a < plan.leads; a++) {
    const cells = weighCells(plan, a, cell, seen, touched);
    for (let k = 0; k < cells; k++) {
      const t = touched[k];
      diagonal[t] -= product(depth, cell, t, t);
      if (plan.direct) subtractCells(s, depth, cell, touched, k);
    }
    for (let k = 0; k < cells; k++) {
      seen[touched[k]] = 0;
      for (let d = 0; d < depth; d++) cell[touched[k] * depth + d] = 0;
    }
  }
}

/** B'WB: one row's part, and of its diagonal. */
function addRow(plan: Plan, i: i32, s: StaticArray<f64>, squares: StaticArray<f64>): void {
  const weights = plan.weights;
  const weight = weights === null ? 1 : weights[i];
  const from = i * plan.width;
  for (let k = 0; k < plan.width; k++) {
    const value = weight * plan.values[from + k];
    const t = plan.codes[from + k];
    squares[t] += value * plan.values[from + k];
    // columns are numbered one effect after the other, so a later one has the larger number
    if (plan.direct) for (let l = 0; l < k; l++) s[lower(t, plan.codes[from + l])] += value * plan.values[from + l];
  }
}

/** Q'WB of level a of the lead, by column touched and column of Q; returns how many were touched. */
function weighCells(plan: Plan, a: i32, cell: StaticArray<f64>, seen: StaticArray<u8>, touched: StaticArray<i32>): i32 {
  const weights = plan.weights;
  const depth = plan.depth;
  const width = plan.width;
  const basis = plan.basis!;
  let cells = 0;
  for (let i = plan.start[a], to = plan.start[a + 1]; i < to; i++) {
    const weight = weights === null ? 1 : weights[i];
    for (let at = i * width, end = at + width; at < end; at++) {
      const t = plan.codes[at];
      if (!seen[t]) {
        seen[t] = 1;
        touched[cells++] = t;
      }
      const value = weight * plan.values[at];
      for (let d = 0; d < depth; d++) cell[t * depth + d] += value * basis[i * depth + d];
    }
  }
  return cells;
}

/** Takes the products with the columns touched before number k from its row or column of s. */
function subtractCells(s: StaticArray<f64>, depth: i32, cell: StaticArray<f64>, touched: StaticArray<i32>, k: i32): void {
  const t = touched[k];
  for (let l = 0; l < k; l++) {
    const u = touched[l];
    s[t > u ? lower(t, u) : lower(u, t)] -= product(depth, cell, t, u);
  }
}

function product(depth: i32, cell: StaticArray<f64>, t: i32, u: i32): f64 {
  let sum: f64 = 0;
  for (let d = 0; d < depth; d++) sum += cell[t * depth + d] * cell[u * depth + d];
  return sum;
}
