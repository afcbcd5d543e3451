import { type Group, packCodes, packColumns } from "./design.js";
import type { Kernels } from "./instance.js";
import { memoryFull } from "./memory.js";

/** A logistic regression: columns, groups that stand for one 0/1 column per level, and a constant. */
export interface LogitProblem {
  /** Each with one number per row of the sample, finite. */
  readonly columns: readonly Float64Array[];
  readonly groups: readonly Group[];
  /** By row of the sample: 0 or 1. */
  readonly target: Float64Array;
  /** The rows used; at least one. */
  readonly rows: Uint32Array;
  /** By row of the sample, positive. */
  readonly weights: Float64Array | null;
  /** By column: what half its squared coefficient costs, in units of the log-likelihood; 0: nothing. */
  readonly penalties: Float64Array;
  /** By group, by level. */
  readonly levelPenalties: readonly Float64Array[];
  /** Newton steps at most. */
  readonly maxIterations: number;
  /** Steps end when no row's linear predictor moved further. */
  readonly tolerance: number;
}

/** P(target = 1) = 1 / (1 + exp(-linear predictor)). */
export interface LogitFit {
  readonly constant: number;
  /** By column; 0 where it was collinear. */
  readonly coefficients: Float64Array;
  /** By group, by level; 0 for levels without rows. Without penalties one of many equal solutions. */
  readonly levels: readonly Float64Array[];
  /** separated: the likelihood has no maximum, and the coefficients are far along the way there. */
  readonly end: "converged" | "limit" | "separated";
}

/** The statuses of assembly/core/status.ts that come with a fit. */
const ENDS = new Map([[0, "converged"], [1, "limit"], [4, "separated"]] as const);

/**
 * Newton's method on the (penalised) log-likelihood; no dummy is made. A step costs n p^2 / 2 multiplications and
 * (p + R)^3 / 6, R the levels beside the largest group; six to nine steps as a rule.
 * Throws an EstimationError when memory is full. Source: assembly/linear/logit.ts.
 */
export function fitLogit(kernels: Kernels, problem: LogitProblem): LogitFit {
  const { exports, heap } = kernels;
  const { columns, target, rows: list, weights, penalties, levelPenalties, maxIterations, tolerance } = problem;
  const rows = target.length;
  const p = columns.length;
  const groups = [...problem.groups, { codes: new Int32Array(rows), levels: 1 }]; // the constant
  const costs = concat([...levelPenalties, Float64Array.of(0)]);
  return heap.scope(() => {
    const out = heap.zeros(Float64Array, p + costs.length + 1);
    const status = exports.logit(
      heap.copyIn(Int32Array.of(rows, p, groups.length, list.length, maxIterations)),
      heap.copyIn(packColumns(columns, rows)), heap.copyIn(Int32Array.from(groups, (group) => group.levels)), heap.copyIn(packCodes(groups, rows)),
      heap.copyIn(list), heap.copyIn(target), weights === null ? (0 as typeof out) : heap.copyIn(weights),
      heap.copyIn(penalties), heap.copyIn(costs), tolerance, out,
    );
    const end = ENDS.get(status as 0 | 1 | 4);
    if (end === undefined) throw memoryFull(`a logistic regression of ${p} columns and ${costs.length} levels`);
    const numbers = heap.copyOut(Float64Array, out, p + costs.length + 1);
    const [ofConstant = NaN, ofMeans = NaN] = numbers.subarray(-2);
    return { constant: ofConstant + ofMeans, coefficients: numbers.slice(0, p), levels: byGroup(numbers.subarray(p), problem.groups), end };
  });
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((from, part) => (all.set(part, from), from + part.length), 0);
  return all;
}

function byGroup(values: Float64Array, groups: readonly Group[]): readonly Float64Array[] {
  let from = 0;
  return groups.map(({ levels }) => values.slice(from, (from += levels)));
}
