import { type Codes, codesOf } from "../panel/check.js";
import type { Column, Panel } from "../panel/panel.js";
import { createMemo } from "./memo.js";

const coded = createMemo<Codes>();

/** A column's codes, made once. */
function columnCodes(column: Column): Codes {
  return coded(column, "", () => codesOf(column));
}

/** Codes of the combinations of several columns over some rows of a panel, in order of first appearance. Cost O(rows factors). */
export function productCodes(panel: Panel, factors: readonly string[], rows: Uint32Array): { codes: Int32Array; levels: number; labels: string[] } {
  const parts = factors.map((name) => columnCodes(panel.columns.get(name) as Column));
  const combinations = new Float64Array(rows.length);
  for (const part of parts) {
    const size = part.labels.length;
    for (let i = 0; i < rows.length; i++) combinations[i] = (combinations[i] ?? 0) * size + (part.codes[rows[i] ?? 0] ?? 0);
  }
  const seen = new Map<number, number>();
  const labels: string[] = [];
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const combination = combinations[i] ?? 0;
    let code = seen.get(combination);
    if (code === undefined) {
      seen.set(combination, (code = seen.size));
      labels.push(parts.map((part) => part.labels[part.codes[rows[i] ?? 0] ?? 0] ?? "").join(" "));
    }
    codes[i] = code;
  }
  return { codes, levels: seen.size, labels };
}
