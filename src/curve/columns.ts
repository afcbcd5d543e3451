import type { CurveTable } from "../study/curve/table.js";
import type { CurveRows } from "./rows.js";

/** What one specification came to. */
export type CurveRow =
  | { readonly theta: number; readonly se: number; readonly p: number; readonly ci: readonly [number, number]; readonly n: number; readonly clusters: number | null; readonly warnings: readonly string[] }
  | { readonly error: { readonly code: string; readonly message: string } };

/** The code of a row that was left out of a run, or that time did not suffice for. */
export const NOT_RUN = "not-run";

/** Collects rows in any order. Some 60 bytes a specification. */
export interface RowCollector {
  set(i: number, row: CurveRow): void;
  /** What has been collected; the rest is `not-run`. */
  rows(): CurveRows;
}

/** For the rows of a curve. */
export function collectRows({ dimensions, size, preferred, choices }: CurveTable): RowCollector {
  const numbers = (): Float64Array => new Float64Array(size).fill(NaN);
  const columns = { theta: numbers(), se: numbers(), lower: numbers(), upper: numbers(), p: numbers(), n: numbers(), clusters: numbers() };
  const warned = new Uint8Array(size);
  const error = new Array<string | null>(size).fill(NOT_RUN);
  const codes = new Map<string, string>(); // one text for all rows of a code
  return {
    set(i, row) {
      if ("error" in row) {
        const { code } = row.error;
        if (!codes.has(code)) codes.set(code, code);
        error[i] = codes.get(code) ?? code;
        return;
      }
      error[i] = null;
      columns.theta[i] = row.theta;
      columns.se[i] = row.se;
      columns.p[i] = row.p;
      [columns.lower[i], columns.upper[i]] = row.ci;
      columns.n[i] = row.n;
      columns.clusters[i] = row.clusters ?? NaN;
      warned[i] = Math.min(255, row.warnings.length);
    },
    rows() {
      const all = new Uint16Array(size * dimensions.length);
      for (let i = 0; i < size; i++) all.set(choices(i), i * dimensions.length);
      return { dimensions, size, preferred, choices: all, ...columns, warned, error };
    },
  };
}
