import type { Kernels } from "./instance.js";
import { memoryFull } from "./memory.js";

/** Estimates of one sample, and the families that they are summarised in. */
export interface CurveEstimates {
  /** By estimate: its standard error, and the |t| above which it is significant. */
  readonly se: Float64Array;
  readonly critical: Float64Array;
  /** By family: its estimates, ascending; one at least. */
  readonly families: readonly Uint32Array[];
}

/** What estimates come to, in the data or in a draw. */
export interface CurveCounts {
  /** By family: the median of its estimates, and the sum of their t statistics. */
  readonly medians: Float64Array;
  readonly sums: Float64Array;
  /** Three a family: t statistics above 0, above the critical value, below its negative. */
  readonly counts: Uint32Array;
  /** t statistics, by estimate. */
  readonly t: Float64Array;
  /** All estimates, ascending. */
  readonly sorted: Float64Array;
}

/**
 * Counts of many draws of one list of estimates, none of which is NaN. Make it inside a `heap.scope` and use it there. Cost of a draw: some 12 ns
 * an estimate, and 2 ns for each family that it is in. Throws an EstimationError where memory is full.
 * Source: assembly/inference/curve.ts.
 */
export function createCurveCounter({ exports, heap }: Kernels, { se, critical, families }: CurveEstimates): (theta: Float64Array) => CurveCounts {
  const size = se.length;
  const { starts, lists } = listsOf(families, size);
  const given = [heap.copyIn(se), heap.copyIn(critical), families.length, heap.copyIn(starts), heap.copyIn(lists), heap.copyIn(Uint32Array.from(families, ({ length }) => length))] as const;
  const [values, t, sorted] = [heap.reserve(Float64Array, size), heap.reserve(Float64Array, size), heap.reserve(Float64Array, size)];
  const [medians, sums, counts] = [heap.reserve(Float64Array, families.length), heap.reserve(Float64Array, families.length), heap.reserve(Uint32Array, 3 * families.length)];
  return (theta) => {
    if (theta.length !== size) throw new RangeError(`A draw has ${theta.length} estimates, expected ${size}.`);
    heap.write(values, theta);
    if (exports.curveStatistics(size, values, ...given, t, sorted, medians, sums, counts) !== 0) throw memoryFull(`the statistics of ${size} estimates`);
    return {
      medians: heap.copyOut(Float64Array, medians, families.length), sums: heap.copyOut(Float64Array, sums, families.length), counts: heap.copyOut(Uint32Array, counts, 3 * families.length),
      t: heap.copyOut(Float64Array, t, size), sorted: heap.copyOut(Float64Array, sorted, size),
    };
  };
}

/** By estimate: the families that it is in, one after another. */
function listsOf(families: readonly Uint32Array[], size: number): { readonly starts: Uint32Array; readonly lists: Uint32Array } {
  const starts = new Uint32Array(size + 1);
  for (const members of families) for (const k of members) starts[k + 1] = (starts[k + 1] ?? 0) + 1;
  for (let k = 0; k < size; k++) starts[k + 1] = (starts[k + 1] ?? 0) + (starts[k] ?? 0);
  const next = starts.slice();
  const lists = new Uint32Array(starts[size] ?? 0);
  families.forEach((members, f) => {
    for (const k of members) {
      const at = next[k] ?? 0;
      lists[at] = f;
      next[k] = at + 1;
    }
  });
  return { starts, lists };
}

/** Counts draws of many t statistics for Romano and Wolf's (2005) step-down. */
export interface StepDownCounter {
  /** Takes one draw. Gives the largest |t|. */
  readonly add: (t: Float64Array) => number;
  /** By estimate: draws in which the largest |t| of it and of all smaller ones is at least its own size. */
  readonly reached: () => Uint32Array;
}

/** sizes: |t| of the data, by estimate; order: estimates, ascending by it. As `createCurveCounter` for a `heap.scope`; 4 ns an estimate and draw. */
export function createStepDownCounter({ exports, heap }: Kernels, sizes: Float64Array, order: Uint32Array): StepDownCounter {
  const { length } = sizes;
  const [ordered, limits, values, reached] = [heap.copyIn(order), heap.copyIn(sizes), heap.reserve(Float64Array, length), heap.zeros(Uint32Array, length)];
  return {
    add(t) {
      heap.write(values, t);
      return exports.curveStepDown(length, ordered, values, limits, reached);
    },
    reached: () => heap.copyOut(Uint32Array, reached, length),
  };
}
