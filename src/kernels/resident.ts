import type { Kernels } from "./instance.js";

const residents = new WeakMap<Kernels, { readonly key: string; readonly at: number }>();

/**
 * The address of what kernels keep at the bottom of their memory between calls, such as a sorted design. There is one
 * at a time: where `key` differs from the last one's, the memory is emptied and `make` fills it and returns the address.
 * Call it outside any `heap.scope`.
 */
export function keepResident(kernels: Kernels, key: string, make: () => number): number {
  const known = residents.get(kernels);
  if (known?.key === key) return known.at;
  residents.delete(kernels); // its memory is about to be used anew, whatever becomes of this
  kernels.exports.release(kernels.base);
  const at = make();
  residents.set(kernels, { key, at });
  return at;
}
