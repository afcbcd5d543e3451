import { InputError } from "../errors.js";
import { columnOfCells } from "./cells.js";
import { requireNames } from "./check.js";
import type { Column, Panel } from "./panel.js";

/** A column in memory: numbers, texts, dates or booleans; null, undefined, NaN and the empty string are missing. */
export type Cells = ArrayLike<number | bigint | string | boolean | Date | null | undefined>;

/**
 * A panel of columns in memory, by name. A Float64Array is taken as it is, not copied: leave it alone while the panel is in
 * use. All else is copied, as `columnOfCells` says. `source` is what messages call it.
 *
 * Throws an `InputError` for no columns or rows, columns of different lengths, an empty name, and cells of other kinds.
 */
export function panelOf(columns: Readonly<Record<string, Cells>>, source = "data"): Panel {
  const entries = Object.entries(columns);
  requireNames(entries.map(([name]) => name), source, "as a key");
  const [[first, { length: rows }] = ["", []]] = entries;
  if (rows === 0) throw new InputError(`${source} has no ${entries.length === 0 ? "columns" : "rows"}. Give one at least.`);
  const other = entries.find(([, cells]) => cells.length !== rows);
  if (other !== undefined) throw new InputError(`${source}: the columns \`${first}\` and \`${other[0]}\` have ${rows} and ${other[1].length} values. Give all the same number.`);
  return { source, rows, columns: new Map(entries.map(([name, cells]) => [name, columnIn(name, cells, source)])) };
}

function columnIn(name: string, cells: Cells, source: string): Column {
  if (cells instanceof Float64Array) return { kind: "number", name, values: cells };
  return columnOfCells(name, [{ cells, start: 0 }], cells.length, `${source}, column \`${name}\``);
}
