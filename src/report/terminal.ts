import { panelLine, type StudyResult } from "./results.js";
import { printedTables } from "./table.js";
import { alignRows, wrap } from "./text.js";

/** A study's title and panel, then all its tables, as text for a terminal; notes below each. */
export function terminalText(result: StudyResult, columns = 100): string {
  const { title } = result.study;
  const tables = printedTables(result);
  const heading = [[...(title === "" ? [] : [title]), panelLine(result)].join("\n")];
  const blocks = tables.map((table) =>
    [table.title === table.id ? table.id : `${table.id}. ${table.title}`, alignRows(table.rows), ...table.notes.map((note) => wrap(note, columns, "  "))].join("\n"),
  );
  return `${[...heading, ...blocks].join("\n\n")}\n`;
}
