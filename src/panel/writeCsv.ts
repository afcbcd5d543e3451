import { dateText } from "./dates.js";
import type { Column, Panel } from "./panel.js";

/**
 * A panel as CSV: UTF-8 without a mark, commas, LF. Numbers are the shortest that read back to the same bits, dates ISO
 * 8601 text, missing values empty; values keep their numbers, not their labels. Cost: a string a cell.
 */
export function writeCsv(panel: Panel): Uint8Array {
  const columns = [...panel.columns.values()];
  const cells = columns.map(cellWriter);
  const lines = [columns.map((column) => quoted(column.name)).join(",")];
  for (let row = 0; row < panel.rows; row++) {
    const line = cells.map((cell) => cell(row)).join(",");
    // A blank line would be no row.
    lines.push(line === "" ? '""' : line);
  }
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

function cellWriter(column: Column): (row: number) => string {
  if (column.kind === "text") {
    const words = column.levels.map(quoted);
    return (row) => words[column.codes[row] ?? -1] ?? "";
  }
  const { values, date } = column;
  if (date !== undefined && date !== "year") return (row) => dateText(values[row] ?? NaN, date);
  return (row) => {
    const value = values[row] ?? NaN;
    return Number.isNaN(value) ? "" : Object.is(value, -0) ? "-0" : String(value);
  };
}

/** In quotes where the text could be taken for something else: a delimiter, a line end, spaces at its ends. */
function quoted(text: string): string {
  return /[",;\t|\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
