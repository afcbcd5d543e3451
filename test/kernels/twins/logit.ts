import type { Group } from "../../../src/kernels/design.js";
import { dummies } from "./demean.js";
import { householder } from "./leastSquares.js";

/** A logistic regression as the twin takes it: all rows are used. */
export interface LogitCase {
  readonly columns: readonly Float64Array[];
  readonly groups: readonly Group[];
  readonly target: Float64Array;
  readonly weights: Float64Array;
  /** Penalty of each column, and of each level of all groups. */
  readonly penalty: number;
}

/**
 * The twin: iteratively reweighted least squares on a constant, the columns and one dummy per level, each step by
 * Householder's QR; penalties are further rows. Returns the fitted probabilities.
 */
export function denseLogit({ columns, groups, target, weights, penalty }: LogitCase, steps = 60): Float64Array {
  const rows = target.length;
  const all = [new Float64Array(rows).fill(1), ...columns, ...dummies(groups)];
  let eta = new Float64Array(rows);
  for (let step = 0; step < steps; step++) {
    const chance = eta.map((value) => 1 / (1 + Math.exp(-value)));
    const root = chance.map((p, i) => Math.sqrt((weights[i] as number) * p * (1 - p)));
    const working = eta.map((value, i) => value + ((target[i] as number) - (chance[i] as number)) / ((chance[i] as number) * (1 - (chance[i] as number))));
    const extra = penalty > 0 ? all.length : 0;
    const scaled = all.map((column, j) => {
      const long = new Float64Array(rows + extra);
      column.forEach((value, i) => (long[i] = value * (root[i] as number)));
      if (extra > 0 && j > 0) long[rows + j] = Math.sqrt(penalty);
      return long;
    });
    const right = new Float64Array(rows + extra);
    working.forEach((value, i) => (right[i] = value * (root[i] as number)));
    const { coefficients } = householder(scaled, right);
    eta = Float64Array.from(eta, (_, i) => all.reduce((sum, column, j) => sum + (column[i] as number) * (coefficients[j] as number), 0));
  }
  return eta.map((value) => 1 / (1 + Math.exp(-value)));
}
