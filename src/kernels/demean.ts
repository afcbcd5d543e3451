import { EstimationError } from "../errors.js";
import { blocksOf, shapesOf } from "./blocks.js";
import { type Group, packCodes, packColumns } from "./design.js";
import type { Kernels } from "./instance.js";
import { memoryFull, type Pointer } from "./memory.js";

/** What a demeaner is made for; everything may be left out. */
export interface DemeanOptions {
  /** The rows that take part (all by default): a fold is a list of rows, never a copy. */
  readonly rows?: Uint32Array | undefined;
  /** By row, finite and not negative. Rows of weight 0 influence nothing. */
  readonly weights?: Float64Array | undefined;
  /** Levels beside the largest group up to which the system is factored (1,000); above, it is solved by iteration. */
  readonly directLimit?: number | undefined;
  /** Conjugate gradient steps at most (10,000). */
  readonly maxIterations?: number | undefined;
}

/** A column taken apart: x = constant + the effects of a row's levels + residuals. */
export interface FittedEffects {
  readonly constant: number;
  /** By group, by level; 0 for levels without rows. */
  readonly levels: readonly Float64Array[];
  /** By row; 0 for rows that take no part. */
  readonly residuals: Float64Array;
}

/**
 * The within operator M of some groups on some rows. It lives in the kernels' arena: make it inside a `heap.scope`
 * and use it there; after the scope (and after anything that empties the arena) it is gone, and its methods throw.
 */
export interface Demeaner {
  /** Its plan, for kernels that demean by themselves. */
  readonly plan: Pointer;
  /**
   * Independent columns among the dummies and the constant: the degrees of freedom that M takes.
   * Exact up to two groups without slopes, and for more while they are solved directly; else an upper bound. The rank
   * counts what the columns span, so slopes without any level count no constant.
   */
  readonly rank: number;
  /** Sets of rows that share no level, not even by way of other rows; with one group, its levels. */
  readonly components: number;
  /** M x. x has one number for each row of the sample; rows that take no part hold 0 in the result. */
  readonly demean: (x: Float64Array) => Float64Array;
  /** `demean` of each column. */
  demeanColumns(columns: readonly Float64Array[]): Float64Array[];
  /**
   * The fit that M takes away, as scikit-learn's LinearRegression on one 0/1 column per level would give it (smallest
   * sum of squares over the levels; each group has mean zero over its levels). `near`: the effects of a similar
   * column, from which an iteration starts. Throws a RangeError where a group has a slope.
   */
  effects(x: Float64Array, near?: FittedEffects): FittedEffects;
}

/** A demeaned column shorter than this share of the column itself is rounding: the effects determine it. */
export const DETERMINED = 1e-9;

/**
 * Prepares the within operator: the residuals of a (weighted) least-squares fit of one level effect per group, exactly,
 * on any pattern of rows; a group with a slope has coefficients on that column in place of levels. At least one group;
 * one group of one level takes off the mean. Groups of equal codes (a level and slopes of each unit) are one block.
 *
 * Cost: O(rows) and a factor of the levels beside the largest group, R^3 / 6 multiplications; then O(rows + R^2) a column.
 * Above `directLimit` such levels: conjugate gradients to 1e-10 of the residuals.
 * NaN and infinity are not looked for: they spread into the result, at least at their own row.
 *
 * Throws a RangeError for lengths, codes and weights that do not fit, and an EstimationError: `memory-full`, or
 * `not-converged` from a method when the iteration limit is reached.
 * Source: assembly/panel/demean.ts.
 */
export function createDemeaner(
  kernels: Kernels,
  groups: readonly Group[],
  options: DemeanOptions = {},
): Demeaner {
  return demeanerOf(kernels, groups, makePlan(kernels, groups, options), options.maxIterations);
}

const MAX_ITERATIONS = 10_000;

/** The operator of a plan that lies in the arena. */
export function demeanerOf(kernels: Kernels, groups: readonly Group[], plan: Pointer, maxIterations = MAX_ITERATIONS): Demeaner {
  const { exports, heap } = kernels;
  const rows = groups[0]?.codes.length ?? 0;
  const end = exports.mark() >>> 0;
  const nodes = groups.reduce((sum, group) => sum + group.levels, 0);

  /** Runs a kernel that writes the residuals of x, and fails in words. */
  const residuals = (x: Float64Array, kernel: (from: Pointer, to: Pointer) => number): Float64Array => {
    if (exports.mark() >>> 0 < end) throw new Error("A demeaner was used after the scope in which it was made.");
    if (x.length !== rows) throw new RangeError(`A column to be demeaned has ${x.length} numbers, expected ${rows}.`);
    const out = heap.zeros(Float64Array, rows);
    if (kernel(heap.copyIn(x), out) !== 0) throw notConverged(maxIterations);
    return heap.copyOut(Float64Array, out, rows);
  };

  const demean = (x: Float64Array): Float64Array =>
    heap.scope(() => residuals(x, (from, to) => exports.demeanApply(plan, from, to)));

  return {
    plan,
    rank: exports.demeanRank(plan),
    components: exports.demeanComponents(plan),
    demean,
    demeanColumns: (columns) => columns.map(demean),
    effects: (x, near) => {
      if (groups.some((group) => group.slope !== undefined)) throw new RangeError("Effects with slopes are removed, not taken apart.");
      return heap.scope(() => {
        const at = heap.copyIn(flatten(near, groups, nodes + 1));
        const rest = residuals(x, (from, to) => exports.demeanEffects(plan, from, to, at, near === undefined ? 0 : 1));
        return takeApart(heap.copyOut(Float64Array, at, nodes + 1), groups, rest);
      });
    },
  };
}

/** Copies the groups in and makes a plan, which stays at the top of the arena. */
export function makePlan(kernels: Kernels, groups: readonly Group[], options: DemeanOptions): Pointer {
  const { exports, heap } = kernels;
  const { rows: list, weights, directLimit = 1000, maxIterations = MAX_ITERATIONS } = options;
  const blocks = blocksOf(groups);
  const rows = check(groups, options);
  const partitions = blocks.map(({ group }) => group);
  const slopes = blocks.flatMap((block) => block.slopes);
  const plan = exports.demeanPlan(
    rows, partitions.length, heap.copyIn(Int32Array.from(partitions, (group) => group.levels)), heap.copyIn(packCodes(partitions, rows)),
    list?.length ?? rows, list === undefined ? none : heap.copyIn(list),
    weights === undefined ? none : heap.copyIn(weights),
    slopes.length === 0 ? none : heap.copyIn(shapesOf(blocks)), slopes.length === 0 ? none : heap.copyIn(packColumns(slopes, rows)),
    directLimit, maxIterations,
  );
  if (plan === 0) throw memoryFull(`demeaning ${rows} rows`);
  return (plan >>> 0) as Pointer;
}

function notConverged(iterations: number): EstimationError {
  return new EstimationError(
    "not-converged",
    `The fixed effects were not found to 1e-10 in ${iterations} iterations: their levels hang together too loosely.`,
  );
}

/** What a kernel takes for an array that is not given. */
const none = 0 as Pointer;

/** The number of rows, once all fits together. */
function check(groups: readonly Group[], { rows: list, weights }: DemeanOptions): number {
  const rows = groups[0]?.codes.length ?? 0;
  if (rows < 1 || list?.length === 0) throw new RangeError("There are no rows to demean.");
  for (const { codes, levels, slope } of groups) {
    if (slope !== undefined && (slope.length !== rows || !slope.every(Number.isFinite))) throw new RangeError(`A slope needs ${rows} finite numbers.`);
    if (codes.length !== rows) throw new RangeError(`A group has ${codes.length} codes, expected ${rows}.`);
    for (let row = 0; row < rows; row++) { // a plain loop: a third of a small plan's time otherwise
      const code = codes[row] ?? -1;
      if (!(code >= 0 && code < levels)) throw new RangeError(`A group of ${levels} levels has the code ${code}.`);
    }
  }
  for (let i = 0; i < (list?.length ?? 0); i++) {
    const row = list?.[i] ?? 0;
    if (row >= rows) throw new RangeError(`Row ${row} is not among the ${rows} rows of the sample.`);
  }
  if (weights !== undefined && weights.length !== rows) {
    throw new RangeError(`There are ${weights.length} weights, expected ${rows}.`);
  }
  for (const weight of weights ?? []) {
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`A weight is ${weight}; weights are finite and not negative.`);
  }
  return rows;
}

/** Effects as the kernel has them: one level after the other, then the constant. */
function flatten(effects: FittedEffects | undefined, groups: readonly Group[], length: number): Float64Array {
  const values = new Float64Array(length);
  let from = 0;
  groups.forEach((group, g) => {
    values.set(effects?.levels[g] ?? [], from);
    from += group.levels;
  });
  return values;
}

/** The kernel's list of effects by group. */
function takeApart(values: Float64Array, groups: readonly Group[], residuals: Float64Array): FittedEffects {
  let from = 0;
  const levels = groups.map((group) => values.slice(from, (from += group.levels)));
  return { constant: values[values.length - 1] ?? 0, levels, residuals };
}
