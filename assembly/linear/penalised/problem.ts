import { array, take, zeros } from "../../core/arena";
import { Moments } from "../moments";

/**
 * minimise 1/2 sum w (y - x'b)^2 + lasso sum_j p_j |b_j| + ridge/2 sum_j p_j^2 b_j^2
 *
 * over the columns of `Moments`; p_j is a column's scale, so that b_j p_j is the coefficient of the standardised column.
 * The constant has p = 0; columns that have no scale, or no weight in these rows, keep b = 0.
 */
@unmanaged
export class Problem {
  moments: Moments;
  /** f64[dense + wide] */
  penalties: StaticArray<f64>;
  lasso: f64;
  ridge: f64;
  /** f64[dense + wide]: the solution; the start at entry. */
  coefficients: StaticArray<f64>;
  /** i8[dense + wide]: sign of an active coefficient, 0 where it is 0. Unpenalised columns are always active. */
  signs: StaticArray<i8>;
  /** i32[2 * blocks]: first and last + 1 column of each group: with the constant they are collinear. */
  ranges: StaticArray<i32>;
  blocks: i32;
  /** f64[dense + wide]: x_j'(y - x b). */
  gradients: StaticArray<f64>;
  /** Factor of what is left of the dense columns once the wide ones are eliminated: see factor.ts. */
  factor: Factor;
}

/** Cholesky factor of the Schur complement of the active wide columns on the active dense ones. */
@unmanaged
export class Factor {
  /** f64[dense * dense]: H + ridge less h h' / (n + ridge) of the wide columns in `eliminated`; lower triangle. */
  complement: StaticArray<f64>;
  /** u8[wide]: 1 where a wide column has been eliminated from `complement`. */
  eliminated: StaticArray<u8>;
  /** The ridge in `complement`; negative: it must be made anew. */
  ridge: f64;
  /** Columns eliminated or put back since it was made anew. */
  changes: i32;
  /** i32[dense]: active dense columns in the order of the factor's rows. */
  order: StaticArray<i32>;
  count: i32;
  /** u8[dense]: 1 where a column has a row in the factor. */
  placed: StaticArray<u8>;
  /** Rows of the factor that still hold. */
  valid: i32;
  /** f64[dense * dense]: row r of L; a dependent column's diagonal is 0. */
  rows: StaticArray<f64>;
  /** f64[dense] each: right side and scratch. */
  right: StaticArray<f64>;
  scratch: StaticArray<f64>;
}

/** A problem with nothing active but what is unpenalised. */
export function newProblem(moments: Moments, penalties: StaticArray<f64>, blocks: i32, ranges: StaticArray<i32>): Problem {
  const problem = changetype<Problem>(take(offsetof<Problem>()));
  const columns = moments.dense + moments.wide;
  problem.moments = moments;
  problem.penalties = penalties;
  problem.lasso = 0;
  problem.ridge = 0;
  problem.coefficients = zeros<f64>(columns);
  problem.signs = zeros<i8>(columns);
  problem.gradients = zeros<f64>(columns);
  problem.blocks = blocks;
  problem.ranges = ranges;
  problem.factor = newFactor(moments);
  return problem;
}

function newFactor(moments: Moments): Factor {
  const factor = changetype<Factor>(take(offsetof<Factor>()));
  const dense = moments.dense;
  factor.complement = array<f64>(dense * dense);
  factor.eliminated = zeros<u8>(moments.wide);
  factor.ridge = -1;
  factor.changes = 0;
  factor.order = array<i32>(dense);
  factor.placed = zeros<u8>(dense);
  factor.count = 0;
  factor.valid = 0;
  factor.rows = array<f64>(dense * dense);
  factor.right = array<f64>(dense);
  factor.scratch = array<f64>(dense);
  return factor;
}

/** Bytes that `newProblem` takes. */
export function problemBytes(dense: i32, wide: i32): u64 {
  return <u64>dense * <u64>dense * 16 + <u64>(dense + wide) * 40 + 4096;
}

/** x_j'x_j. */
@inline
export function diagonal(moments: Moments, column: i32): f64 {
  const dense = moments.dense;
  return column < dense
    ? moments.numbers[column * dense + column]
    : moments.numbers[moments.cross + (column - dense) * dense];
}

/** Whether a column has any weight in these rows, and any scale: else its coefficient is 0. */
@inline
export function isPresent(problem: Problem, column: i32): bool {
  return diagonal(problem.moments, column) > 0 && (column == 0 || problem.penalties[column] > 0);
}
