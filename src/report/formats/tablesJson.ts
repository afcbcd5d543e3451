import type { PrintedTable } from "../text.js";
import { sectionsOf } from "./sections.js";

/** Tables as JSON: id, title, heading rows, groups of rows, notes; cells are texts as printed. The numbers are in estimates.json. */
export function tablesJson(tables: readonly PrintedTable[]): string {
  const plain = tables.map((table) => {
    const { header, groups } = sectionsOf(table);
    return { id: table.id, title: table.title, header, groups, notes: table.notes };
  });
  return `${JSON.stringify({ tables: plain }, null, 2)}\n`;
}
