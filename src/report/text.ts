/** Text in columns for a terminal. Widths count East Asian wide characters as two. */

/** A cell is text; a row of cells; `rule` draws a line. */
export type Row = readonly string[] | "rule" | "thick";

/** Aligns rows: the first column to the left, the others to the right. */
export function alignRows(rows: readonly Row[], gap = "  "): string {
  const cells = rows.filter((row): row is readonly string[] => typeof row !== "string");
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, j) => Math.max(0, ...cells.map((row) => width(row[j] ?? ""))));
  const total = widths.reduce((sum, w) => sum + w, 0) + gap.length * (columns - 1);
  return rows
    .map((row) => {
      if (row === "rule") return "─".repeat(total);
      if (row === "thick") return "━".repeat(total);
      return widths.map((w, j) => pad(row[j] ?? "", w, j === 0)).join(gap).trimEnd();
    })
    .join("\n");
}

function pad(text: string, to: number, left: boolean): string {
  const space = " ".repeat(Math.max(0, to - width(text)));
  return left ? text + space : space + text;
}

/** Columns that a text takes in a terminal. */
export function width(text: string): number {
  let sum = 0;
  for (const character of text) sum += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return sum;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** Breaks a paragraph into lines of at most `columns`, later lines indented. */
export function wrap(text: string, columns: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join("\n");
}

/** A table as every writer prints it: rows of text, and the notes under it. */
export interface PrintedTable {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}
