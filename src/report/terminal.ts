import { panelLine, type StudyResult } from "./results.js";
import { printedTables } from "./table.js";
import { headingOf } from "./formats/sections.js";
import { alignRows, type PrintedTable, wrap } from "./text.js";

/** A study's title and panel, then all its tables, as text for a terminal; notes below each. */
export function terminalText(result: StudyResult, columns = 100): string {
  const { title } = result.study;
  const heading = [...(title === "" ? [] : [title]), panelLine(result)].join("\n");
  return `${heading}\n\n${tablesText(printedTables(result), columns)}`;
}

/** Tables as text for a terminal. */
export function tablesText(tables: readonly PrintedTable[], columns = 100): string {
  const blocks = tables.map((table) => [headingOf(table), alignRows(table.rows), ...table.notes.map((note) => wrap(note, columns, "  "))].join("\n"));
  return `${blocks.join("\n\n")}\n`;
}
