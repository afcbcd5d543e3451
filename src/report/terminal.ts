import type { PrintedTable } from "./table.js";
import { alignRows, wrap } from "./text.js";

/** All tables as text for a terminal, title first, notes below. */
export function terminalText(title: string, tables: readonly PrintedTable[], columns = 100): string {
  const heading = title === "" ? [] : [title];
  const blocks = tables.map((table) =>
    [`${table.id}. ${table.title}`, alignRows(table.rows), ...table.notes.map((note) => wrap(note, columns, "  "))].join("\n"),
  );
  return `${[...heading, ...blocks].join("\n\n")}\n`;
}
