import { panelLine, type StudyResult } from "./results.js";
import { printedTables } from "./table.js";
import type { PrintedTable } from "./text.js";

/** A study's title and panel, then its tables, in Markdown. */
export function markdownText(result: StudyResult, tables: readonly PrintedTable[] = printedTables(result)): string {
  const { title } = result.study;
  const heading = [...(title === "" ? [] : [`# ${escape(title)}`]), panelLine(result)];
  return `${[...heading, ...tables.map(markdownTable)].join("\n\n")}\n`;
}

/** One table in Markdown, its notes below. */
export function markdownTable(table: PrintedTable): string {
  const rows = table.rows.filter((row): row is readonly string[] => typeof row !== "string");
  const [header = [], ...body] = rows;
  const columns = Math.max(...rows.map((row) => row.length));
  const line = (row: readonly string[]): string => `| ${Array.from({ length: columns }, (_, j) => escape(row[j] ?? "")).join(" | ")} |`;
  const rule = `|${Array.from({ length: columns }, (_, j) => (j === 0 ? ":--" : "--:")).join("|")}|`;
  const notes = table.notes.map((note) => `${escape(note)}  `).join("\n");
  return [`## ${escape(table.title)}`, "", line(header), rule, ...body.map(line), "", notes].join("\n");
}

function escape(text: string): string {
  return text.replace(/[\\`*_|<>[\]#]/g, (character) => `\\${character}`);
}
