import type { PrintedTable } from "../text.js";
import { sectionsOf } from "./sections.js";

/** One table as CSV, RFC 4180, rows as printed. The byte order mark has Excel read UTF-8, Chinese included. */
export function csvTable(table: PrintedTable): string {
  const { header, groups } = sectionsOf(table);
  return `\uFEFF${[...header, ...groups.flat()].map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/**
 * Quotes where needed. A text that a spreadsheet would run as a formula (a column named `=cmd`) gets an apostrophe
 * before it; numbers keep their sign.
 */
export function csvCell(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) && !/^[+-][\d.]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
