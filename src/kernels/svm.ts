import type { EstimationError } from "../errors.js";
import { type Design, packCodes, packColumns } from "./design.js";
import type { Kernels } from "./instance.js";
import { memoryFull } from "./memory.js";

/** Where a machine's points lie, and how alike two of them are. */
export interface SvmSpace {
  readonly design: Design;
  /** Rows of the design, one at least. */
  readonly train: Uint32Array;
  /** By feature: what is subtracted, and what the rest is divided by (positive). */
  readonly centres: Float64Array;
  readonly scales: Float64Array;
  /** By group, by level: what the level's 0/1 column is divided by; Infinity for a column that is 0 everywhere. */
  readonly levels: readonly Float64Array[];
  readonly kernel: "rbf" | "linear";
  /** k(a, b) = exp(-gamma |a - b|^2); not used by the linear kernel, k(a, b) = a'b. */
  readonly gamma: number;
  /** Bytes for kernel rows, 4 a pair of training rows; by default 512 MB, all rows of 11,500. With less the work is the same, done anew. */
  readonly cacheBytes?: number;
}

/** One regression on a machine's training rows. */
export interface SvmProblem {
  /** By position in `train`. */
  readonly target: Float64Array;
  /** Greatest |coefficient| by position in `train`: C times the weight. A row of 0 is left out of the fit. */
  readonly bounds: Float64Array;
  readonly epsilon: number;
  /** Ends when the optimality conditions are violated by less, on the scale of the target. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** f(x) = intercept + sum of coefficient times k(x_k, x). */
export interface SvmFit {
  /** By position in `train`: alpha - alpha*; 0 for rows that are no support vectors. */
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** f by position in `train`, also of rows that were left out. */
  readonly fitted: Float64Array;
  /** Steps on two coefficients. */
  readonly iterations: number;
  /** False where `maxIterations` ended it. */
  readonly converged: boolean;
}

/** A training set and its kernel matrix, made as it is needed; it lives in the kernels' arena, within the `heap.scope` it was made in. */
export interface SvmMachine {
  fit(problem: SvmProblem): SvmFit;
  /** f at rows of the design, in their order. */
  predict(fit: SvmFit, rows: Uint32Array): Float64Array;
}

/** Steps in one call: few enough that the engine soon replaces what it compiled in haste. */
const CHUNK = 256;

const CACHE_BYTES = 512 * 1024 * 1024;

/**
 * Epsilon support vector regression as LIBSVM's, with its stopping rule and intercept; the kernel matrix is f32, as
 * there. Cost: about 3 ns for a kernel value of 18 columns or groups (once for all fits of a machine), and 3 ns for a
 * row in each of some thousand iterations.
 *
 * Throws an EstimationError when memory is full. Sources: assembly/svm.
 */
export function createSvm(kernels: Kernels, space: SvmSpace): SvmMachine {
  const { exports, heap } = kernels;
  const { train } = space;
  const machine = makeMachine(kernels, space);
  return {
    fit: (problem) => heap.scope(() => {
      const { epsilon, tolerance, maxIterations } = problem;
      const target = heap.copyIn(problem.target);
      const solution = exports.svmStart(machine, target, heap.copyIn(problem.bounds), epsilon);
      if (solution === 0) throw full(train.length);
      const { iterations, converged } = iterate((most) => exports.svmSteps(machine, solution, tolerance, most), maxIterations);
      const coefficients = heap.reserve(Float64Array, train.length);
      const fitted = heap.reserve(Float64Array, train.length);
      const intercept = exports.svmFinish(machine, solution, target, coefficients, fitted);
      return {
        coefficients: heap.copyOut(Float64Array, coefficients, train.length), intercept,
        fitted: heap.copyOut(Float64Array, fitted, train.length), iterations, converged,
      };
    }),
    predict: ({ coefficients, intercept }, rows) => heap.scope(() => {
      const out = heap.reserve(Float64Array, rows.length);
      const status = exports.svmPredict(machine, heap.copyIn(coefficients), intercept, rows.length, heap.copyIn(rows), out);
      if (status !== 0) throw full(train.length);
      return heap.copyOut(Float64Array, out, rows.length);
    }),
  };
}

/** Steps in chunks until one comes back short, or `most` are taken. */
function iterate(steps: (most: number) => number, most: number): { iterations: number; converged: boolean } {
  for (let iterations = 0; iterations < most; ) {
    const chunk = Math.min(CHUNK, most - iterations);
    const taken = steps(chunk);
    iterations += taken;
    if (taken < chunk) return { iterations, converged: true };
  }
  return { iterations: most, converged: false };
}

function makeMachine({ exports, heap }: Kernels, space: SvmSpace): number {
  const { design, train, levels, cacheBytes = CACHE_BYTES } = space;
  const starts = Int32Array.from(levels, (_, g) => levels.slice(0, g).reduce((sum, group) => sum + group.length, 0));
  const lengths = Float64Array.from(levels.flatMap((group) => [...group]), (scale) => 1 / (scale * scale));
  const machine = exports.svmMachine(
    heap.copyIn(Int32Array.of(design.rows, design.features.length, levels.length, space.kernel === "rbf" ? 1 : 0, train.length)),
    space.gamma, cacheBytes, heap.copyIn(packColumns(design.features, design.rows)), heap.copyIn(space.centres), heap.copyIn(space.scales),
    heap.copyIn(packCodes(design.groups, design.rows)), heap.copyIn(starts), heap.copyIn(lengths), heap.copyIn(train),
  );
  if (machine === 0) throw full(train.length);
  return machine;
}

function full(rows: number): EstimationError {
  return memoryFull(`a support vector machine of ${rows} rows`);
}
