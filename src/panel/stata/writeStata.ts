/** A panel to Stata's .dta, format 118 (Stata 14 and later), little endian. Source: Stata's help file `dta`. */
import { InputError } from "../../errors.js";
import type { Panel } from "../panel.js";
import { fillCells, type Planned, planVariable } from "./variables.js";
import { bytesOf, field, integer, joined, tagged } from "./encode.js";
import { cut, stataNames } from "./names.js";

const MOST_VARIABLES = 32_767;
const [NAME, FORMAT, LABEL, LETTERS] = [129, 57, 321, 80];

/**
 * Writes what Stata opens with `use`: integers in the least type that holds them, other numbers as doubles, text as str#
 * or, beyond 2,045 bytes, strL; missing values as `.`; labels, names of values and display formats of dates. Names that
 * Stata does not take are changed (`stataNames`), and the old one is the variable's label if it has none.
 *
 * The bytes hold no time: the same panel gives the same file. Throws an `InputError` for more than 32,767 columns and
 * for numbers that Stata cannot hold (2^1023 and above, infinite). Cost: two passes over the cells.
 */
export function writeStata(panel: Panel): Uint8Array {
  const columns = [...panel.columns.values()];
  if (columns.length > MOST_VARIABLES) throw new InputError(`A Stata file holds ${MOST_VARIABLES} variables at most, and there are ${columns.length}. Write Arrow or Parquet.`);
  const names = stataNames(columns.map((column) => column.name));
  let rowWidth = 0;
  const variables = columns.map((column, i): Planned => {
    const planned = planVariable(column, names[i] ?? "", i + 1, rowWidth);
    rowWidth += planned.width;
    return planned;
  });
  const data = new Uint8Array(panel.rows * rowWidth);
  for (const variable of variables) fillCells(data, variable, rowWidth);
  const each = (write: (variable: Planned, i: number) => Uint8Array): Uint8Array => joined(variables.map(write));
  const header = tagged("header",
    tagged("release", bytesOf("118")), tagged("byteorder", bytesOf("LSF")), tagged("K", integer(columns.length, 2)), tagged("N", integer(panel.rows, 8)),
    tagged("label", integer(0, 2)), tagged("timestamp", integer(0, 1)));
  const sections = [
    tagged("variable_types", each(({ code }) => integer(code, 2))),
    tagged("varnames", each(({ name }) => field(name, NAME))),
    tagged("sortlist", new Uint8Array(2 * (columns.length + 1))),
    tagged("formats", each(({ format }) => field(format, FORMAT))),
    tagged("value_label_names", each(({ name, column }) => field(valueLabelsOf(column) === null ? "" : name, NAME))),
    tagged("variable_labels", each(({ column, name }) => field(cut(column.label ?? (name === column.name ? "" : column.name), LETTERS), LABEL))),
    tagged("characteristics"),
    tagged("data", data),
    tagged("strls", each(longStrings)),
    tagged("value_labels", each(valueLabelTable)),
  ];
  return assembled(header, sections);
}

/** All sections, behind a map of where each begins. */
function assembled(header: Uint8Array, sections: readonly Uint8Array[]): Uint8Array {
  const [open, close] = [bytesOf("<stata_dta>"), bytesOf("</stata_dta>")];
  const mapStart = open.length + header.length;
  let at = mapStart + tagged("map", new Uint8Array(14 * 8)).length;
  const starts = sections.map((section) => (at += section.length) - section.length);
  const map = [0, mapStart, ...starts, at, at + close.length];
  return joined([open, header, tagged("map", ...map.map((place) => integer(place, 8))), ...sections, close]);
}

const TEXT = 130;

function longStrings({ long, number }: Planned): Uint8Array {
  return joined(long.map(({ bytes, row }) => joined([bytesOf("GSO"), integer(number, 4), integer(row, 8), integer(TEXT, 1), integer(bytes.length + 1, 4), bytes, integer(0, 1)])));
}

function valueLabelsOf(column: Planned["column"]): readonly (readonly [number, string])[] | null {
  if (column.kind === "text" || column.valueLabels === undefined) return null;
  const whole = [...column.valueLabels].filter(([value]) => Number.isInteger(value) && Math.abs(value) <= 2147483620).sort(([a], [b]) => a - b);
  return whole.length === 0 ? null : whole;
}

function valueLabelTable({ column, name }: Planned): Uint8Array {
  const labels = valueLabelsOf(column);
  if (labels === null) return new Uint8Array(0);
  const texts = labels.map(([, text]) => joined([bytesOf(text), integer(0, 1)]));
  let place = 0;
  const places = texts.map((text) => integer((place += text.length) - text.length, 4));
  const table = joined([integer(labels.length, 4), integer(place, 4), ...places, ...labels.map(([value]) => integer(value, 4)), ...texts]);
  return tagged("lbl", integer(table.length, 4), field(name, NAME), new Uint8Array(3), table);
}
