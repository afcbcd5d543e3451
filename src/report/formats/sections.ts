import type { PrintedTable, Row } from "../text.js";

/** A table as documents print it: heading rows, then groups of rows with a rule between them. */
export interface Sections {
  readonly header: readonly (readonly string[])[];
  readonly groups: readonly (readonly (readonly string[])[])[];
  /** Cells in the longest row; every row above has as many. */
  readonly columns: number;
}

/** Cuts a table at its rules; short rows are filled with empty cells. */
export function sectionsOf({ rows }: PrintedTable): Sections {
  const columns = Math.max(0, ...rows.map((row) => (typeof row === "string" ? 0 : row.length)));
  const parts: (readonly string[])[][] = [[]];
  for (const row of rows) {
    if (row === "rule") parts.push([]);
    else if (row !== "thick") parts.at(-1)?.push(Array.from({ length: columns }, (_, j) => row[j] ?? ""));
  }
  const [header = [], ...groups] = parts;
  return { header, groups: groups.filter((group) => group.length > 0), columns };
}

/** Whether a row goes on with the one above it: a standard error, an interval. */
export function continues(row: Row | undefined): boolean {
  return typeof row !== "string" && row?.[0] === "";
}

/** `table2`, or `table2. Benchmark regression`. */
export function headingOf({ id, title }: PrintedTable): string {
  return title === id ? id : `${id}. ${title}`;
}

/** An estimate's text and its stars apart. */
export function starred(cell: string): { readonly text: string; readonly stars: string } {
  const [, text = cell, stars = ""] = /^(.*\d)(\*{1,3})$/.exec(cell) ?? [];
  return { text, stars };
}
