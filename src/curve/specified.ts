import { InputError } from "../errors.js";
import type { CurveTable } from "../study/curve/table.js";
import type { Specification } from "../study/specification.js";

/** A specification whose options do not go together. */
export interface Undefined {
  /** Its number in the curve. */
  readonly i: number;
  readonly error: { readonly code: string; readonly message: string };
}

/** Specifications whose options go together, and their numbers; and the others. */
export interface Specified {
  readonly known: readonly number[];
  readonly specifications: readonly Specification[];
  readonly refused: readonly Undefined[];
}

/** The specifications of these numbers. */
export function specified(table: CurveTable, numbers: Uint32Array): Specified {
  const known: number[] = [];
  const specifications: Specification[] = [];
  const refused: Undefined[] = [];
  for (const i of numbers) {
    try {
      specifications.push(table.specification(i));
      known.push(i);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push({ i, error: { code: "not-defined", message: error.message } });
    }
  }
  return { known, specifications, refused };
}
