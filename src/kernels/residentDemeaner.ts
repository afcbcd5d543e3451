import { type Demeaner, demeanerOf, makePlan } from "./demean.js";
import type { Group } from "./design.js";
import { numberOf } from "./identity.js";
import type { Kernels } from "./instance.js";
import type { Pointer } from "./memory.js";
import { keepResident } from "./resident.js";

/** What is left of a column, and of which groups and weights. */
interface Left {
  readonly key: string;
  readonly values: Float64Array;
}

const known = new WeakMap<Float64Array, Left>();

/**
 * A demeaner on all rows whose plan stays in memory until one of other groups (or another resident) is asked for, and that
 * remembers what is left of a column for as long as the column lives: estimates of one sample demean the same columns by
 * the same effects. Arrays are known by identity and must not be written to any more, nor may the results.
 * Errors as in `createDemeaner`. Not inside a `heap.scope`.
 */
export function residentDemeaner(kernels: Kernels, groups: readonly Group[], weights: Float64Array | null): Demeaner {
  const parts = groups.map(({ codes, levels, slope }) => `${numberOf(codes)} ${levels} ${slope === undefined ? "" : numberOf(slope)}`);
  const key = `demean ${parts.join(", ")}; ${weights === null ? "" : numberOf(weights)}`;
  const plan = keepResident(kernels, key, () => makePlan(kernels, groups, { weights: weights ?? undefined }));
  const demeaner = demeanerOf(kernels, groups, plan as Pointer);
  const demean = (x: Float64Array): Float64Array => {
    const before = known.get(x);
    if (before?.key === key) return before.values;
    const values = demeaner.demean(x);
    known.set(x, { key, values });
    return values;
  };
  return { ...demeaner, demean, demeanColumns: (columns) => columns.map(demean) };
}
