import type { Kernels } from "./instance.js";

interface Resident {
  readonly key: string;
  readonly at: number;
  /** Where memory is free behind it. */
  readonly end: number;
}

const residents = new WeakMap<Kernels, Resident>();

/**
 * The address of what kernels keep at the bottom of their memory between calls, such as a sorted design or the plan of a demeaning. There is one
 * at a time: where `key` differs from the last one's, the memory is emptied and `make` fills it and returns the address.
 * Call it outside any `heap.scope`.
 */
export function keepResident(kernels: Kernels, key: string, make: () => number): number {
  const known = residents.get(kernels);
  const { exports } = kernels;
  if (known !== undefined && exports.mark() !== known.end) throw new Error("What is to stay in memory was asked for inside a scope.");
  if (known?.key === key) return known.at;
  residents.delete(kernels); // its memory is about to be used anew, whatever becomes of this
  exports.release(kernels.base);
  const at = make();
  residents.set(kernels, { key, at, end: exports.mark() });
  return at;
}
