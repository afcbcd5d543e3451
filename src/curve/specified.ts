import { InputError } from "../errors.js";
import type { CurveTable } from "../study/curve/table.js";
import type { Specification } from "../study/specification.js";

/** Specifications whose options go together, and their numbers; `refuse` is told of the others. */
export function specified(
  table: CurveTable, numbers: Uint32Array, refuse: (i: number, error: { readonly code: string; readonly message: string }) => void,
): { readonly known: readonly number[]; readonly specifications: readonly Specification[] } {
  const known: number[] = [];
  const specifications: Specification[] = [];
  for (const i of numbers) {
    try {
      specifications.push(table.specification(i));
      known.push(i);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refuse(i, { code: "not-defined", message: error.message });
    }
  }
  return { known, specifications };
}
