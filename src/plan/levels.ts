import { codesOf } from "../panel/check.js";
import type { Column, Panel } from "../panel/panel.js";

/** Codes of the combinations of several columns over some rows of a panel, in order of first appearance. Cost O(rows factors). */
export function productCodes(panel: Panel, factors: readonly string[], rows: Uint32Array): { codes: Int32Array; levels: number; labels: string[] } {
  const parts = factors.map((name) => codesOf(panel.columns.get(name) as Column));
  const seen = new Map<number, number>();
  const labels: string[] = [];
  const codes = Int32Array.from(rows, (row) => {
    const combination = parts.reduce((sum, part) => sum * part.labels.length + (part.codes[row] ?? 0), 0);
    let code = seen.get(combination);
    if (code === undefined) {
      seen.set(combination, (code = seen.size));
      labels.push(parts.map((part) => part.labels[part.codes[row] ?? 0] ?? "").join(" "));
    }
    return code;
  });
  return { codes, levels: seen.size, labels };
}
