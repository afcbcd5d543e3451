import { costOf, loadColumn, Program } from "./program";

/** An element below this share of its column's largest is no pivot. */
const SINGULAR_PIVOT: f64 = 1e-13;

/** Inverse, values and prices of the present basis from its columns, so that no error outlives it. False: they are dependent. */
export function refresh(program: Program): bool {
  if (!invert(program)) return false;
  const rows = program.rows;
  for (let i = 0; i < rows; i++) {
    let sum: f64 = 0;
    for (let r = 0; r < rows; r++) sum += program.inverse[i * rows + r] * program.rhs[r];
    program.x[i] = sum;
  }
  setPrices(program);
  return true;
}

/** Gauss-Jordan elimination with row exchanges: rows^3 multiplications. */
function invert(program: Program): bool {
  const rows = program.rows;
  const matrix = program.matrix;
  const inverse = program.inverse;
  for (let i = 0; i < rows; i++) {
    loadColumn(program, program.basis[i]);
    for (let r = 0; r < rows; r++) {
      matrix[r * rows + i] = program.column[r];
      inverse[r * rows + i] = r == i ? 1 : 0;
    }
  }
  for (let step = 0; step < rows; step++) {
    if (!bringPivot(rows, step, matrix, inverse)) return false;
    clearColumn(rows, step, matrix, inverse);
  }
  return true;
}

/** Exchanges rows so that the largest remaining element of a column is its pivot. */
function bringPivot(rows: i32, step: i32, matrix: StaticArray<f64>, inverse: StaticArray<f64>): bool {
  let at = step;
  let above: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const size = Math.abs(matrix[r * rows + step]);
    if (r < step) above = Math.max(above, size);
    else if (size > Math.abs(matrix[at * rows + step])) at = r;
  }
  const pivot = Math.abs(matrix[at * rows + step]);
  if (!(pivot > SINGULAR_PIVOT * Math.max(pivot, above))) return false;
  if (at == step) return true;
  for (let c = 0; c < rows; c++) {
    const m = matrix[at * rows + c];
    matrix[at * rows + c] = matrix[step * rows + c];
    matrix[step * rows + c] = m;
    const v = inverse[at * rows + c];
    inverse[at * rows + c] = inverse[step * rows + c];
    inverse[step * rows + c] = v;
  }
  return true;
}

function clearColumn(rows: i32, step: i32, matrix: StaticArray<f64>, inverse: StaticArray<f64>): void {
  const own = step * rows;
  const factor = 1 / matrix[own + step];
  for (let c = step; c < rows; c++) matrix[own + c] *= factor;
  for (let c = 0; c < rows; c++) inverse[own + c] *= factor;
  for (let r = 0; r < rows; r++) {
    const multiple = matrix[r * rows + step];
    if (r == step || multiple == 0) continue;
    for (let c = step; c < rows; c++) matrix[r * rows + c] -= multiple * matrix[own + c];
    for (let c = 0; c < rows; c++) inverse[r * rows + c] -= multiple * inverse[own + c];
  }
}

/** The rows' prices c_B B^-1 in the present phase, and the weights of the peers' rows. */
export function setPrices(program: Program): void {
  const rows = program.rows;
  const prices = program.prices;
  for (let r = 0; r < rows; r++) prices[r] = 0;
  for (let i = 0; i < rows; i++) {
    const cost = costOf(program, program.basis[i]);
    if (cost == 0) continue;
    for (let r = 0; r < rows; r++) prices[r] += cost * program.inverse[i * rows + r];
  }
  for (let r = 0; r < program.peers.rows; r++) program.weights[r] = prices[r] * program.scales[r];
}

/** Writes the column of a variable in terms of the basis to `program.direction`. */
export function setDirection(program: Program, variable: i32): void {
  const rows = program.rows;
  loadColumn(program, variable);
  for (let i = 0; i < rows; i++) {
    let sum: f64 = 0;
    for (let r = 0; r < rows; r++) sum += program.inverse[i * rows + r] * program.column[r];
    program.direction[i] = sum;
  }
}

/** Puts `variable` into the basis at position `at`; its direction has been set. Values that rounding makes negative become 0. */
export function pivot(program: Program, at: i32, variable: i32): void {
  const rows = program.rows;
  const inverse = program.inverse;
  const direction = program.direction;
  const factor = 1 / direction[at];
  const step = program.x[at] * factor;
  for (let c = 0; c < rows; c++) inverse[at * rows + c] *= factor;
  for (let i = 0; i < rows; i++) {
    const multiple = direction[i];
    if (i == at || multiple == 0) continue;
    for (let c = 0; c < rows; c++) inverse[i * rows + c] -= multiple * inverse[at * rows + c];
    program.x[i] = Math.max(0, program.x[i] - multiple * step);
  }
  program.x[at] = step;
  program.basis[at] = variable;
  program.pivots++;
  setPrices(program);
}
