import type { EstimationError } from "../errors.js";
import { type Group, packCodes, packColumns } from "./design.js";
import type { Kernels } from "./instance.js";
import { memoryFull, type Pointer } from "./memory.js";

/** The columns of a penalised fit: features, of which each is centred and scaled, and groups as one 0/1 column a level. */
export interface LinearColumns {
  readonly rows: number;
  /** Each with one finite number per row. */
  readonly features: readonly Float64Array[];
  /** By feature: what is subtracted, and what the rest is multiplied by; 0 leaves the feature out. */
  readonly centres: Float64Array;
  readonly factors: Float64Array;
  /** The group with most levels first: its columns are eliminated, those of the others are dense. */
  readonly groups: readonly Group[];
}

/** Cross-products of some rows: assembly/linear/moments.ts, `Moments`. They add up over disjoint rows. */
export interface Moments {
  /** The constant, the features, the levels of all groups but the first. */
  readonly dense: number;
  /** Levels of the first group. */
  readonly wide: number;
  readonly numbers: Float64Array;
}

/** Columns with the constant, in the order of coefficients: constant, features, levels of the second group ..., of the first. */
export function linearSize({ features, groups }: Pick<LinearColumns, "features" | "groups">): { dense: number; wide: number } {
  const dense = groups.slice(1).reduce((sum, group) => sum + group.levels, 1 + features.length);
  return { dense, wide: groups[0]?.levels ?? 0 };
}

/** Where each group's coefficients stand: first and last + 1, in the order of the groups. */
export function groupRanges(columns: Pick<LinearColumns, "features" | "groups">): readonly (readonly [number, number])[] {
  const { dense, wide } = linearSize(columns);
  let next = 1 + columns.features.length;
  return columns.groups.map((group, g) => {
    if (g === 0) return [dense, dense + wide] as const;
    next += group.levels;
    return [next - group.levels, next] as const;
  });
}

/** One solution a penalty. */
export interface PenalisedPath {
  /** By penalty, by column. */
  readonly coefficients: readonly Float64Array[];
  /** By penalty: weighted sum of squared errors over the held rows; empty without them. */
  readonly errors: Float64Array;
  /** Penalties at which the active set did not settle. */
  readonly unsettled: number;
}

/** Rows and penalties of a path of logistic fits. */
export interface LogitProblem {
  /** By row, 0 or 1. */
  readonly target: Float64Array;
  readonly train: Uint32Array;
  readonly held: Uint32Array;
  readonly penalties: Float64Array;
  readonly ranges: readonly (readonly [number, number])[];
  readonly lasso: Float64Array;
  /** Moves of the search at one penalty. */
  readonly maxIter: number;
}

/** A linear design that lies in a kernel's memory. */
export interface ResidentColumns {
  /** Cross-products of some rows, with the target less `centre`. */
  readonly moments: (target: Float64Array, centre: number, rows: Uint32Array) => Moments;
  /** Sums of squared leave-one-out errors of ridge fits, by penalty; `whole` are the moments of the rows. */
  readonly leaveOneOut: (
    target: Float64Array, centre: number, rows: Uint32Array, whole: Moments, penalties: Float64Array, ridge: Float64Array,
  ) => Float64Array;
  /** Logistic fits along a path of penalties; `errors` are the summed losses of the held rows. */
  readonly logit: (problem: LogitProblem) => PenalisedPath;
}

/**
 * Copies a design into the kernels: call it inside `heap.scope` and use it there. weights: by row.
 * Throws an EstimationError when memory is full, here and later.
 */
export function placeColumns(kernels: Kernels, columns: LinearColumns, weights: Float64Array | null): ResidentColumns {
  const { exports, heap } = kernels;
  const { rows, features, groups } = columns;
  const levels = Int32Array.from(groups, (group) => group.levels);
  const design = heap.copyIn(
    Int32Array.of(
      rows, features.length, heap.copyIn(packColumns(features, rows)), heap.copyIn(columns.centres), heap.copyIn(columns.factors),
      groups.length, heap.copyIn(packCodes(groups, rows)), heap.copyIn(levels),
    ),
  );
  const weightsAt = weights === null ? (0 as Pointer) : heap.copyIn(weights);
  const { dense, wide } = linearSize(columns);
  const length = dense * dense + wide * dense + dense + wide + 1;
  const full = (): EstimationError => memoryFull(`a linear fit of ${dense + wide} columns`);
  return {
    moments: (target, centre, list) =>
      heap.scope(() => {
        const out = heap.reserve(Float64Array, length);
        const status = exports.linearMoments(design, list.length, heap.copyIn(list), heap.copyIn(target), centre, weightsAt, out);
        if (status !== 0) throw full();
        return { dense, wide, numbers: heap.copyOut(Float64Array, out, length) };
      }),
    leaveOneOut: (target, centre, list, whole, penalties, ridge) =>
      heap.scope(() => {
        const errors = heap.zeros(Float64Array, ridge.length);
        const status = exports.ridgeLeaveOneOut(
          design, list.length, heap.copyIn(list), heap.copyIn(target), centre, weightsAt,
          dense, wide, heap.copyIn(whole.numbers), heap.copyIn(penalties), ridge.length, heap.copyIn(ridge), errors,
        );
        if (status !== 0) throw full();
        return heap.copyOut(Float64Array, errors, ridge.length);
      }),
    logit: ({ target, train, held, penalties, ranges, lasso, maxIter }) =>
      heap.scope(() => {
        const coefficients = heap.reserve(Float64Array, lasso.length * (dense + wide));
        const errors = heap.reserve(Float64Array, lasso.length);
        const unsettled = exports.logitPath(
          design, train.length, heap.copyIn(train), held.length, heap.copyIn(held), heap.copyIn(target), weightsAt,
          heap.copyIn(penalties), ranges.length, heap.copyIn(Int32Array.from(ranges.flat())), lasso.length, heap.copyIn(lasso),
          maxIter, coefficients, errors,
        );
        if (unsettled < 0) throw full();
        return {
          coefficients: Array.from(lasso, (_, a) => heap.copyOut(Float64Array, (coefficients + a * (dense + wide) * 8) as Pointer, dense + wide)),
          errors: heap.copyOut(Float64Array, errors, lasso.length),
          unsettled,
        };
      }),
  };
}

/** Moments of the rows of all parts together. */
export function addMoments(parts: readonly Moments[]): Moments {
  const [first] = parts;
  if (first === undefined) throw new RangeError("There are no moments to add.");
  const numbers = new Float64Array(first.numbers.length);
  for (const part of parts) for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] ?? 0) + (part.numbers[i] ?? NaN);
  return { dense: first.dense, wide: first.wide, numbers };
}

/** x_j'y by column. */
export function targetMoments({ dense, wide, numbers }: Moments): Float64Array {
  const from = dense * dense + wide * dense;
  return numbers.subarray(from, from + dense + wide);
}

/** The summed weight of the rows. */
export function totalWeight({ numbers }: Moments): number {
  return numbers[0] ?? NaN;
}
