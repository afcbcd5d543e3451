/** Stata's .dta, formats 113 to 119 (Stata 8 to 19), to a panel. */
import { InputError } from "../../errors.js";
import { createByteWords } from "../byteWords.js";
import { requireNames } from "../check.js";
import type { Column, DateUnit, NumberColumn, Panel } from "../panel.js";
import { Cursor, endOfText } from "./cursor.js";
import { type Header, readHeader, type Variable } from "./header.js";
import { readLongStrings } from "./longStrings.js";
import { BLOCK, type Cells, fillNumbers, referenceAt } from "./numbers.js";
import { readValueLabels, type ValueLabels } from "./valueLabels.js";

/**
 * Reads a Stata file. `source` names it in messages; `encoding` is of text in files of Stata 13 and older (UTF-8 unless
 * given), later ones are UTF-8.
 *
 * Numbers stay numbers, with their value labels and date units beside them; all 27 missing values are missing, and so is
 * the empty string. What `xtset` declared is in `ids`. Throws an `InputError` for formats before 113, for what is cut
 * short or damaged, text not in the encoding, binary long strings, no variables and no rows.
 * Cost: one pass over the rows; a decoded string per distinct text.
 */
export function readStata(bytes: Uint8Array, source: string, encoding?: string): Panel {
  const cursor = new Cursor(bytes, source);
  const header = readHeader(cursor, encoding);
  const { layout, rows, rowWidth, variables, ids } = header;
  if (rows === 0) throw new InputError(`${source} has no rows. Give a file with at least one row.`);
  requireNames(variables.map((variable) => variable.name), source, "with `rename` in Stata");
  if (layout.tagged) cursor.expect("<data>");
  const start = cursor.skip(rows * rowWidth);
  if (layout.tagged) cursor.expect("</data>");
  const strings = layout.tagged ? readLongStrings(cursor, header) : new Map<number, readonly [number, number]>();
  const valueLabels = readValueLabels(cursor, header);
  if (layout.tagged) cursor.expect("</stata_dta>");
  const cellsOf = ({ offset }: Variable): Cells => ({ view: cursor.view, start: start + offset, stride: rowWidth, little: cursor.little });
  const numbers = readNumbers(header, cellsOf);
  const columns = variables.map((variable): [string, Column] => {
    const values = numbers.get(variable);
    const column = values === undefined ? textColumn(variable, spansOf(variable, cellsOf(variable), header, cursor, strings), header, cursor) : numberColumn(variable, values, valueLabels);
    return [variable.name, column];
  });
  return { source, rows, columns: new Map(columns), ...(ids.unit === undefined && ids.time === undefined ? {} : { ids }) };
}

/** All numeric columns, block by block of rows. */
function readNumbers({ rows, variables }: Header, cellsOf: (variable: Variable) => Cells): ReadonlyMap<Variable, Float64Array> {
  const all = variables.flatMap((variable) => {
    const { kind } = variable.type;
    return kind === "str" || kind === "strL" ? [] : [{ variable, kind, cells: cellsOf(variable), out: new Float64Array(rows) }];
  });
  for (let from = 0; from < rows; from += BLOCK) {
    const to = Math.min(rows, from + BLOCK);
    for (const { kind, cells, out } of all) fillNumbers(out, kind, cells, from, to);
  }
  return new Map(all.map(({ variable, out }) => [variable, out]));
}

function numberColumn({ name, label, format, valueLabels }: Variable, values: Float64Array, known: ValueLabels): NumberColumn {
  const date = dateUnit(format);
  const names = known.get(valueLabels);
  return {
    kind: "number", name, values,
    ...(label === "" ? {} : { label }),
    ...(names === undefined ? {} : { valueLabels: names }),
    ...(date === undefined ? {} : { date }),
  };
}

const units: Readonly<Record<string, DateUnit>> = { c: "millisecond", C: "millisecond", d: "day", w: "week", m: "month", q: "quarter", h: "halfyear", y: "year" };

/** What a display format counts: `%td`, the old `%d`, `%tm`, `%-tq`. */
function dateUnit(format: string): DateUnit | undefined {
  const [, letter, day] = /^%-?(?:t([cCdwmqhy])|(d))/.exec(format) ?? [];
  return units[letter ?? day ?? ""];
}

type Span = readonly [start: number, end: number];

/** By row, where in the file a text cell's bytes are. */
function spansOf({ name, type }: Variable, cells: Cells, { layout }: Header, cursor: Cursor, strings: ReadonlyMap<number, Span>): (row: number) => Span {
  if (type.kind === "str") {
    return (row) => {
      const at = cells.start + row * cells.stride;
      return [at, endOfText(cursor.bytes, at, at + type.width)];
    };
  }
  return (row) => {
    const key = referenceAt(cells, row, layout.reference);
    const span = key === 0 ? [0, 0] as const : strings.get(key);
    if (span === undefined) throw cursor.damaged(`row ${row + 1} of \`${name}\` refers to a long string that is not there`);
    if (span[1] < 0) throw new InputError(`${cursor.source}, variable \`${name}\`: row ${row + 1} holds binary data, not text. Drop the variable.`);
    return span;
  };
}

function textColumn({ name, label }: Variable, spanOf: (row: number) => Span, { rows, decode }: Header, { bytes }: Cursor): Column {
  const words = createByteWords(bytes);
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [start, end] = spanOf(row);
    codes[row] = start === end ? -1 : words.codeOf(start, end);
  }
  const described = label === "" ? {} : { label };
  const firstText = codes.findIndex((code) => code >= 0);
  if (firstText < 0) return { kind: "number", name, values: new Float64Array(rows).fill(NaN), ...described };
  const levels = words.spans.map(([start, end]) => decode(bytes.subarray(start, end), `variable \`${name}\``));
  return { kind: "text", name, codes, levels, firstText, ...described };
}
