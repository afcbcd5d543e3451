import { InputError } from "../../errors.js";
import type { Column, DateUnit, NumberColumn, TextColumn } from "../panel.js";
import { bytesOf } from "./encode.js";

/** A variable as it will be written. */
export interface Planned {
  readonly column: Column;
  readonly name: string;
  /** From 1. */
  readonly number: number;
  /** Of its type in the file. */
  readonly code: number;
  /** Bytes in a row, and where in the row they begin. */
  readonly width: number;
  readonly offset: number;
  readonly format: string;
  /** The levels of a text column in UTF-8. */
  readonly words: readonly Uint8Array[];
  /** Of a strL, each level at the row (from 1) where it stands first. */
  readonly long: readonly { readonly bytes: Uint8Array; readonly row: number }[];
}

const LONGEST_STRING = 2045;
const [STRL, DOUBLE] = [32768, 65526];

/** Types of whole numbers by what they hold, and the value that means missing. */
const wholeTypes = [
  { code: 65530, width: 1, least: -127, greatest: 100, missing: 101, format: "%8.0g" },
  { code: 65529, width: 2, least: -32767, greatest: 32740, missing: 32741, format: "%8.0g" },
  { code: 65528, width: 4, least: -2147483647, greatest: 2147483620, missing: 2147483621, format: "%12.0g" },
] as const;

/** 2^1023, the missing value of a double. */
const MISSING_DOUBLE = 8.98846567431158e307;

const dateFormats: Readonly<Record<DateUnit, string>> = {
  millisecond: "%tc", day: "%td", week: "%tw", month: "%tm", quarter: "%tq", halfyear: "%th", year: "%ty",
};

/** Chooses a type for a column. Throws an `InputError` for numbers that no type holds. */
export function planVariable(column: Column, name: string, number: number, offset: number): Planned {
  const common = { column, name, number, offset };
  if (column.kind === "number") {
    const type = wholeTypes[wholeType(column)];
    const format = column.date === undefined ? (type?.format ?? "%10.0g") : dateFormats[column.date];
    return { ...common, code: type?.code ?? DOUBLE, width: type?.width ?? 8, format, words: [], long: [] };
  }
  const words = column.levels.map(bytesOf);
  const longest = words.reduce((most, word) => Math.max(most, word.length), 1);
  if (longest <= LONGEST_STRING) return { ...common, code: longest, width: longest, format: `%${Math.min(244, Math.max(9, longest))}s`, words, long: [] };
  return { ...common, code: STRL, width: 8, format: "%9s", words, long: firstRows(column).flatMap((row, level) => (row === 0 ? [] : [{ bytes: words[level] as Uint8Array, row }])) };
}

/** By level, the first row (from 1) that holds it; 0 where none does. */
function firstRows({ codes, levels }: TextColumn): readonly number[] {
  const rows = levels.map(() => 0);
  codes.forEach((code, row) => {
    if (code >= 0 && rows[code] === 0) rows[code] = row + 1;
  });
  return rows;
}

/** Which of `wholeTypes` holds all values of a column, or their number if none does. */
function wholeType({ name, values }: NumberColumn): number {
  let type = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value >= MISSING_DOUBLE || value === -Infinity) throw new InputError(`Column \`${name}\` holds ${value}, and numbers in a Stata file are below 2^1023. Write Arrow or Parquet, or change the value.`);
    const isWhole = Number.isInteger(value);
    while (type < wholeTypes.length && !(isWhole && value >= (wholeTypes[type]?.least ?? 0) && value <= (wholeTypes[type]?.greatest ?? 0))) type++;
  }
  return type;
}

/** Writes a variable's cells into the rows of the data, `rowWidth` bytes each. */
export function fillCells(data: Uint8Array, variable: Planned, rowWidth: number): void {
  const { column, offset, width } = variable;
  if (column.kind === "text") return fillText(data, variable, column, rowWidth);
  const view = new DataView(data.buffer);
  const missing = wholeTypes.find(({ code }) => code === variable.code)?.missing ?? MISSING_DOUBLE;
  const { values } = column;
  for (let row = 0, at = offset; row < values.length; row++, at += rowWidth) {
    const value = values[row] as number;
    const stored = Number.isNaN(value) ? missing : value;
    if (width === 8) view.setFloat64(at, stored, true);
    else if (width === 4) view.setInt32(at, stored, true);
    else if (width === 2) view.setInt16(at, stored, true);
    else view.setInt8(at, stored);
  }
}

function fillText(data: Uint8Array, { offset, words, code, number }: Planned, column: TextColumn, rowWidth: number): void {
  const first = code === STRL ? firstRows(column) : [];
  const view = new DataView(data.buffer);
  column.codes.forEach((level, row) => {
    if (level < 0) return;
    const at = offset + row * rowWidth;
    if (code !== STRL) return data.set(words[level] as Uint8Array, at);
    // A reference: two bytes of variable, six of row.
    const target = first[level] as number;
    view.setUint16(at, number, true);
    view.setUint32(at + 2, target, true);
  });
}
