import type { Columns } from "./design.js";
import type { Kernels } from "./instance.js";
import { type Heap, memoryFull, type Pointer } from "./memory.js";

/** A least-squares problem: several targets on the same columns. */
export interface LeastSquaresProblem {
  /** Each with one number per row of the sample. */
  readonly columns: Columns;
  /** Each with one number per row of the sample. */
  readonly targets: readonly Float64Array[];
  /** False where columns and targets have been demeaned. */
  readonly intercept: boolean;
  /** The rows used (all by default). */
  readonly rows?: Uint32Array | undefined;
  /** By row, finite and not negative. */
  readonly weights?: Float64Array | undefined;
  /**
   * By column: the (weighted, centred) Euclidean length below which it is dropped. For demeaned columns 1e-9 of the
   * length before; columns that are constant but for rounding are dropped without it where there is an intercept.
   */
  readonly floors?: Float64Array | undefined;
  /** A column is dropped when the squared sine of its angle to the span of the others is at most this. Default 1e-13. */
  readonly tolerance?: number | undefined;
}

/** prediction = intercept + sum of coefficient times column. */
export interface LinearFit {
  /** By column; 0 where the column was dropped. */
  readonly coefficients: Float64Array;
  /** 0 where none was asked for. */
  readonly intercept: number;
}

/** The fits of all targets, and what was left out of all of them. */
export interface LeastSquares {
  /** By target. */
  readonly fits: readonly (LinearFit & {
    /** Weighted sum of squared residuals over the rows used. */
    readonly residualSquares: number;
  })[];
  /** By target: what is left, by row; 0 for rows not used. */
  readonly residuals: readonly Float64Array[];
  /** By column: true where it was dropped as constant or collinear. */
  readonly dropped: readonly boolean[];
  /** Columns kept; the intercept is not counted. */
  readonly rank: number;
}

/**
 * Least squares to the accuracy of Householder QR: pivoted Cholesky of the Gram matrix of the columns scaled to unit
 * length, then corrections from explicit residuals. Collinear columns are dropped (of two that are alike the later
 * one), never shared out. About n p^2 / 2 multiplications at 0.2 ns. NaN or infinity in a used cell of a column makes
 * every number NaN, in a target those of that target.
 *
 * Throws a RangeError for lengths that do not fit and an EstimationError when memory is full. Source: assembly/linear/ols.ts.
 */
export function leastSquares(kernels: Kernels, problem: LeastSquaresProblem): LeastSquares {
  const { exports, heap } = kernels;
  const { columns, targets, rows: list, weights, floors, tolerance = 1e-13 } = problem;
  const rows = (targets[0] ?? columns.at(0) ?? []).length;
  check(rows, problem);
  return heap.scope(() => {
    const optional = (array: Float64Array | Uint32Array | undefined): Pointer =>
      array === undefined ? (0 as Pointer) : heap.copyIn(array);
    const p = columns.length;
    const out = heap.reserve(Float64Array, targets.length * (p + 2));
    const kept = heap.reserve(Uint8Array, p);
    const left = heap.zeros(Float64Array, targets.length * rows);
    const status = exports.leastSquares(
      heap.copyIn(Int32Array.of(rows, p, targets.length, list?.length ?? rows, problem.intercept ? 1 : 0)),
      copyColumns(heap, { length: p + targets.length, at: (j) => (j < p ? columns.at(j) : targets[j - p]) }, rows),
      optional(list), optional(weights), optional(floors), tolerance, out, kept, left,
    );
    if (status !== 0) throw memoryFull(`least squares of ${p} columns`);
    const numbers = heap.copyOut(Float64Array, out, targets.length * (p + 2));
    const dropped = Array.from(heap.copyOut(Uint8Array, kept, p), (flag) => flag === 0);
    const fits = targets.map((_, t) => {
      const [intercept = NaN, residualSquares = NaN] = numbers.subarray(t * (p + 2) + p);
      return { coefficients: numbers.slice(t * (p + 2), t * (p + 2) + p), intercept, residualSquares };
    });
    const residuals = targets.map((_, t) => heap.copyOut(Float64Array, (left + t * rows * 8) as Pointer, rows));
    return { fits, residuals, dropped, rank: dropped.filter((gone) => !gone).length };
  });
}

/**
 * Predictions of a linear fit at `list` (all rows by default), by row; rows that are not asked for hold 0.
 * Columns with coefficient 0 are not read.
 */
export function linearPredict(
  kernels: Kernels, columns: Columns, rows: number, fit: LinearFit, list?: Uint32Array,
): Float64Array {
  checkRows(rows, list);
  if (fit.coefficients.length !== columns.length) {
    throw new RangeError(`There are ${columns.length} columns for ${fit.coefficients.length} coefficients.`);
  }
  const { exports, heap } = kernels;
  return heap.scope(() => {
    const out = heap.copyIn(list === undefined ? new Float64Array(rows).fill(fit.intercept) : startAt(rows, list, fit.intercept));
    const [count, at] = list === undefined ? [rows, 0 as Pointer] : [list.length, heap.copyIn(list)];
    const x = heap.reserve(Float64Array, rows);
    fit.coefficients.forEach((coefficient, j) => {
      if (coefficient === 0) return;
      heap.write(x, columnAt(columns, j, rows));
      exports.linearAdd(x, coefficient, count, at, out);
    });
    return heap.copyOut(Float64Array, out, rows);
  });
}

function check(rows: number, { columns, targets, rows: list, weights, floors }: LeastSquaresProblem): void {
  checkColumns(rows, [...targets, ...(weights === undefined ? [] : [weights])]);
  checkRows(rows, list);
  if (rows === 0 || list?.length === 0) throw new RangeError("There are no rows for least squares.");
  if (floors !== undefined && floors.length !== columns.length) {
    throw new RangeError(`There are ${floors.length} floors for ${columns.length} columns.`);
  }
}

/** Columns one after another in the arena, each made as it is copied. */
function copyColumns(heap: Heap, columns: Columns, rows: number): Pointer {
  const at = heap.reserve(Float64Array, columns.length * rows);
  for (let j = 0; j < columns.length; j++) heap.write((at + j * rows * 8) as Pointer, columnAt(columns, j, rows));
  return at;
}

function columnAt(columns: Columns, j: number, rows: number): Float64Array {
  const column = columns.at(j);
  if (column?.length !== rows) throw new RangeError(`A column has ${column?.length ?? 0} numbers, expected ${rows}.`);
  return column;
}

/** By row: the intercept at the rows of a list, 0 elsewhere. */
function startAt(rows: number, list: Uint32Array, intercept: number): Float64Array {
  const start = new Float64Array(rows);
  for (const row of list) start[row] = intercept;
  return start;
}

function checkColumns(rows: number, columns: readonly Float64Array[]): void {
  const odd = columns.find((column) => column.length !== rows);
  if (odd !== undefined) throw new RangeError(`A column has ${odd.length} numbers, expected ${rows}.`);
}

function checkRows(rows: number, list: Uint32Array | undefined): void {
  const outside = list?.find((row) => row >= rows);
  if (outside !== undefined) throw new RangeError(`Row ${outside} is not among the ${rows} rows of the sample.`);
}
