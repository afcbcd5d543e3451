import type { Kernels } from "./instance.js";
import { memoryFull, type Pointer } from "./memory.js";
import type { Moments, PenalisedPath } from "./moments.js";

/** Least squares with penalties on the size and the square of each coefficient. */
export interface PenalisedProblem {
  readonly train: Moments;
  /** Rows on which each solution's squared error is measured; null: none. */
  readonly held: Moments | null;
  /** By column, the constant's 0: multiplied by it a coefficient is that of the standardised column. */
  readonly penalties: Float64Array;
  /** First and last + 1 column of each group of levels. */
  readonly ranges: readonly (readonly [number, number])[];
  /** Descending: 1/2 sum w (y - x'b)^2 + lasso sum p |b| + ridge/2 sum p^2 b^2. */
  readonly penaltyPath: readonly { readonly lasso: number; readonly ridge: number }[];
  /** Moves of the search at one penalty, where Newton's steps do not settle. */
  readonly maxIter: number;
}

/** The path of solutions (assembly/linear/penalised/path.ts). Throws an EstimationError when memory is full. */
export function penalisedPath(kernels: Kernels, problem: PenalisedProblem): PenalisedPath {
  const { exports, heap } = kernels;
  const { train, held, penalties, penaltyPath, ranges } = problem;
  return heap.scope(() => {
    const columns = train.dense + train.wide;
    const count = penaltyPath.length;
    const coefficients = heap.reserve(Float64Array, count * columns);
    const errors = heap.zeros(Float64Array, count);
    const unsettled = exports.penalisedPath(
      train.dense, train.wide, heap.copyIn(train.numbers), held === null ? (0 as Pointer) : heap.copyIn(held.numbers),
      heap.copyIn(penalties), ranges.length, heap.copyIn(Int32Array.from(ranges.flat())), count,
      heap.copyIn(Float64Array.from(penaltyPath, ({ lasso }) => lasso)), heap.copyIn(Float64Array.from(penaltyPath, ({ ridge }) => ridge)),
      problem.maxIter, coefficients, errors,
    );
    if (unsettled < 0) throw memoryFull(`a penalised fit of ${columns} columns`);
    const all = heap.copyOut(Float64Array, coefficients, count * columns);
    return {
      coefficients: penaltyPath.map((_, a) => all.slice(a * columns, (a + 1) * columns)),
      errors: held === null ? new Float64Array(0) : heap.copyOut(Float64Array, errors, count),
      unsettled,
    };
  });
}
