/** Delimited text to a panel: RFC 4180 in the dialects that spreadsheets, R, Stata and pandas write. */
import { InputError } from "../errors.js";
import { requireNames } from "./check.js";
import { numberAt } from "./decimal.js";
import type { Column, Panel } from "./panel.js";

/** How a delimited text is written. What is left out is found in the text. */
export interface CsvOptions {
  /** Between cells; found in the first lines, outside quotes. */
  readonly delimiter?: "," | ";" | "\t" | "|";
  /** Before the fraction of a number; a comma is looked for only where the delimiter is none. */
  readonly decimal?: "." | ",";
  /** Cells that mean "missing" besides the usual ones. A number stands for every cell of equal value. */
  readonly missing?: readonly string[];
}

/** Cells that mean "missing" in every text. */
export const usualMissing = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "."];
const delimiters = [",", ";", "\t", "|"];
const [lineFeed, carriageReturn, space, quote] = [10, 13, 32, 34];

/** A text and all that reading it needs. `end`: where blank lines at the end begin; `missing`: words, and their numbers. */
interface Csv {
  readonly text: string;
  readonly source: string;
  readonly end: number;
  readonly delimiter: number;
  readonly decimal: number;
  readonly missing: ReadonlySet<string | number>;
}

/**
 * Reads a decoded CSV text. `source` names it in messages.
 *
 * A column is numeric if every cell that is not missing is a finite number (sign, decimal, exponent; no thousands
 * separators), and if all are missing; else it is text. Spaces around unquoted cells do not count; quoted cells are
 * taken as they stand, and may be numbers or missing too. `lines` holds the 1-based line each row starts on.
 *
 * Throws an `InputError` with line or column for an empty text, a header without rows, names that are empty or not
 * unique, rows longer or shorter than the header, an unclosed quote, and mixed decimal signs.
 * Cost: two passes over the characters, no string per number of up to 15 digits; a column whose first text comes after
 * numbers costs another pass over the rows before it.
 */
export function readCsv(text: string, source: string, options: CsvOptions): Panel {
  const begin = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const csv = describe(text, begin, source, options);
  if (csv.end <= begin) throw new InputError(`${source} is empty. Give a file with column names in its first line.`);
  const cells = new Cells(csv, begin, 1);
  const names: string[] = [];
  for (let last = false; !last; names.push(copied(cells.string().trim()))) last = cells.next();
  requireNames(names, `${source}, line 1`, "or write the file without row names (R: `row.names = FALSE`, pandas: `index=False`)");
  if (cells.position >= csv.end) {
    throw new InputError(`${source} has column names but no rows. Give a file with at least one row below its first line.`);
  }
  return readRows(cells, names);
}

function describe(text: string, begin: number, source: string, options: CsvOptions): Csv {
  const delimiter = options.delimiter ?? findDelimiter(text.slice(begin, begin + 65536), text.length);
  const decimal = (options.decimal ?? findDecimal(text, delimiter, source)).charCodeAt(0);
  let end = text.length;
  while (end > begin && " \n\r".includes(text.charAt(end - 1))) end--;
  const given = options.missing ?? [];
  const numbers = given.map((word) => numberAt(word, 0, word.length, decimal)).filter((value) => !Number.isNaN(value));
  const missing = new Set<string | number>([...usualMissing, ...given, ...numbers]);
  return { text, source, end, delimiter: delimiter.charCodeAt(0), decimal, missing };
}

/** The candidate that stands most often in the first line, before all one that stands as often in the next lines. */
function findDelimiter(head: string, length: number): string {
  const lines = head.replace(/"[^"]*"/g, "").split(/\r\n?|\n/);
  if (head.length < length && lines.length > 1) lines.pop();
  const records = lines.filter((line) => line.trim() !== "").slice(0, 20);
  const scores = delimiters.map((delimiter) => {
    const counts = records.map((record) => record.split(delimiter).length - 1);
    const inHeader = counts[0] ?? 0;
    return inHeader > 0 && counts.every((count) => count === inHeader) ? inHeader + head.length : inHeader;
  });
  return delimiters[scores.indexOf(Math.max(...scores))] ?? ",";
}

/** The decimal sign: a comma only if whole cells are such numbers; if others have a point, the user must say. */
function findDecimal(text: string, delimiter: string, source: string): string {
  const edge = `[${delimiter}\\n\\r"]`;
  const firstWith = (sign: string): number =>
    text.search(new RegExp(`${edge} *[-+]?\\d*${sign}\\d+(?:[eE][-+]?\\d+)? *(?=${edge}|$)`));
  const withComma = delimiter === "," ? -1 : firstWith(",");
  const withPoint = withComma < 0 ? -1 : firstWith("\\.");
  if (withPoint < 0) return withComma < 0 ? "." : ",";
  const [commaLine, pointLine] = [withComma, withPoint].map((at) => 1 + countLines(text, 0, at + 1));
  throw new InputError(
    `${source} has numbers with a decimal comma (line ${commaLine}) and with a decimal point (line ${pointLine}). ` +
      'Set `decimal` to "," or "."; what is written the other way is then text.',
  );
}

/** Steps from cell to cell and makes no string unless asked for one. */
class Cells {
  readonly csv: Csv;
  position: number;
  line: number;
  /** Bounds of the cell last stepped over, without its quotes and the spaces around it. */
  start = 0;
  end = 0;
  private doubled = false;

  constructor(csv: Csv, position: number, line: number) {
    this.csv = csv;
    this.position = position;
    this.line = line;
  }

  /** Steps over the next cell; true if it is the last of its row. */
  next(): boolean {
    const { text, end, delimiter } = this.csv;
    let p = this.skipSpaces(this.position);
    if (p < end && text.charCodeAt(p) === quote) return this.nextQuoted(p);
    this.start = p;
    for (; p < end; p++) {
      const code = text.charCodeAt(p);
      if (code === delimiter || code === lineFeed || code === carriageReturn) break;
    }
    this.end = p;
    while (this.end > this.start && text.charCodeAt(this.end - 1) === space) this.end--;
    this.doubled = false;
    return this.leave(p);
  }

  private nextQuoted(open: number): boolean {
    const { text, end } = this.csv;
    const opened = this.line;
    let p = text.indexOf('"', open + 1);
    this.doubled = false;
    for (; p >= 0 && text.charCodeAt(p + 1) === quote; p = text.indexOf('"', p + 2)) this.doubled = true;
    if (p < 0) throw this.badQuote(opened, "is never closed");
    this.line += countLines(text, open, p);
    [this.start, this.end] = [open + 1, p];
    p = this.skipSpaces(p + 1);
    const closes = p >= end || [this.csv.delimiter, lineFeed, carriageReturn].includes(text.charCodeAt(p));
    if (!closes) throw this.badQuote(opened, `is closed on line ${this.line} with the cell going on behind it`);
    return this.leave(p);
  }

  private badQuote(line: number, what: string): InputError {
    return new InputError(`${this.csv.source}, line ${line}: the quote that opens a cell here ${what}. ` +
      "Close it at the end of the cell, or double a quote that belongs to the text.");
  }

  /** Passes the delimiter or line end at `p`; true at a line end. */
  private leave(p: number): boolean {
    const { text, end, delimiter } = this.csv;
    this.position = p + 1;
    if (p >= end) return true;
    const code = text.charCodeAt(p);
    if (code === delimiter) return false;
    if (code === carriageReturn && text.charCodeAt(p + 1) === lineFeed) this.position++;
    this.line++;
    return true;
  }

  private skipSpaces(from: number): number {
    let p = from;
    while (p < this.csv.end && this.csv.text.charCodeAt(p) === space) p++;
    return p;
  }

  string(): string {
    const raw = this.csv.text.slice(this.start, this.end);
    return this.doubled ? raw.replaceAll('""', '"') : raw;
  }
}

/** One column while it is read: numbers until the first text, codes from then on. */
class ColumnBuilder {
  private readonly name: string;
  private values: Float64Array;
  private codes = new Int32Array(0);
  private readonly levels = new Map<string, number>();
  private firstText = -1;

  constructor(name: string, capacity: number) {
    this.name = name;
    this.values = new Float64Array(capacity);
  }

  /** Takes a cell; false, and nothing is taken, if it is the first text. */
  take(cells: Cells, row: number): boolean {
    const { text, decimal, missing } = cells.csv;
    const value = numberAt(text, cells.start, cells.end, decimal);
    if (this.firstText >= 0) this.codes[row] = missing.has(value) ? -1 : this.codeOf(cells.string(), missing);
    else if (Number.isNaN(value) && cells.end > cells.start && !missing.has(cells.string())) return false;
    else this.values[row] = missing.has(value) ? NaN : value;
    return true;
  }

  private codeOf(word: string, missing: Csv["missing"]): number {
    const known = this.levels.get(word);
    if (known !== undefined) return known;
    if (missing.has(word)) return -1;
    const code = this.levels.size;
    this.levels.set(copied(word), code);
    return code;
  }

  /** Becomes text, the cell `row` being the first; the rows before must be taken again. */
  becomeText(row: number): void {
    this.codes = new Int32Array(this.values.length);
    this.values = new Float64Array(0);
    this.firstText = row;
  }

  finish(rows: number): Column {
    const { name, firstText } = this;
    if (firstText < 0) return { kind: "number", name, values: this.values.slice(0, rows) };
    return { kind: "text", name, codes: this.codes.slice(0, rows), levels: [...this.levels.keys()], firstText };
  }
}

/** Not a slice: V8 lets a long slice point into the whole text, and so keeps all of it alive. */
const copied = (word: string): string => word.split("").join("");

function readRows(cells: Cells, names: readonly string[]): Panel {
  const { csv, position, line } = cells;
  const [width, restOfText] = [names.length, csv.end - position];
  const capacity = Math.min(countLines(csv.text, position, csv.end) + 1, Math.ceil(restOfText / width) + 1);
  const lines = new Int32Array(capacity);
  const builders = names.map((name) => new ColumnBuilder(name, capacity));
  let rows = 0;
  for (; cells.position < csv.end; rows++) {
    lines[rows] = cells.line;
    for (let c = 0; c < width; c++) {
      const last = cells.next();
      if (last !== (c === width - 1)) throw raggedRow(cells, lines[rows] ?? 0, width, c + 1, last);
      const builder = builders[c];
      if (builder === undefined || builder.take(cells, rows)) continue;
      builder.becomeText(rows);
      takeAgain(new Cells(csv, position, line), builder, c, width, rows);
      builder.take(cells, rows);
    }
  }
  const columns = new Map(builders.map((builder, c) => [names[c] ?? "", builder.finish(rows)]));
  return { source: csv.source, rows, columns, lines: lines.slice(0, rows) };
}

/** Gives column `c` of the first `rows` rows to a builder that took them for numbers before. */
function takeAgain(cells: Cells, builder: ColumnBuilder, c: number, width: number, rows: number): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < width; k++) {
      cells.next();
      if (k === c) builder.take(cells, row);
    }
  }
}

function raggedRow(cells: Cells, line: number, expected: number, read: number, last: boolean): InputError {
  let got = read;
  for (let ended = last; !ended; got++) ended = cells.next();
  const mend = got === 1 && cells.start === cells.end ? "Delete the blank line."
    : got < expected ? "Give the row all its cells; leave those empty that have no value."
    : "Put cells that hold the delimiter in quotes, or set `delimiter` and `decimal`.";
  return new InputError(`${cells.csv.source}, line ${line} has ${got} ${got === 1 ? "cell" : "cells"} where the header has ${expected}. ${mend}`);
}

/** Line ends in text[start, end): LF, CR or both together. */
function countLines(text: string, start: number, end: number): number {
  const part = text.slice(start, end); // so that no search runs on behind `end`
  const count = (mark: string): number => {
    let found = 0;
    for (let p = part.indexOf(mark); p >= 0; p = part.indexOf(mark, p + mark.length)) found++;
    return found;
  };
  const returns = count("\r");
  return count("\n") + (returns === 0 ? 0 : returns - count("\r\n"));
}
