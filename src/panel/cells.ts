/** Columns from the cells that libraries give as JavaScript values. */
import { InputError } from "../errors.js";
import { datesOf, dateText } from "./dates.js";
import type { Column } from "./panel.js";

/** A run of cells of one column, and the row of the first. */
export interface CellRun {
  readonly cells: ArrayLike<unknown>;
  readonly start: number;
}

/**
 * A column of `rows` cells. Numbers, bigints and booleans (0 and 1) become numbers, dates (UTC) numbers with a unit;
 * with text among them all are text. Null, undefined, NaN and the empty string are missing, and so are rows that no run
 * holds; a column without a value is numeric.
 *
 * `place` names the column in messages. Throws an `InputError` for integers beyond 2^53 and for other values.
 * Cost: two passes over the cells.
 */
export function columnOfCells(name: string, runs: readonly CellRun[], rows: number, place: string): Column {
  const kinds = new Set(runs.flatMap(({ cells }) => [...kindsOf(cells)]));
  if (kinds.has("other")) throw new InputError(`${place} holds neither numbers, text nor dates. Turn it into numbers or text before writing, or leave the column out.`);
  if (kinds.has("text") || (kinds.has("date") && kinds.has("number"))) return textColumn(name, runs, rows);
  const values = new Float64Array(rows).fill(NaN);
  for (const { cells, start } of runs) fillNumbers(values, cells, start, place);
  return kinds.has("date") ? { kind: "number", name, ...datesOf(values) } : { kind: "number", name, values };
}

type Kind = "number" | "text" | "date" | "missing" | "other";

function kindsOf(cells: ArrayLike<unknown>): ReadonlySet<Kind> {
  const kinds = new Set<Kind>();
  if (cells instanceof Float64Array || cells instanceof Float32Array || cells instanceof Int32Array) return kinds.add("number");
  let last: Kind = "missing";
  for (let i = 0; i < cells.length; i++) {
    const kind = kindOf(cells[i]);
    if (kind !== last) kinds.add((last = kind));
  }
  return kinds;
}

function kindOf(cell: unknown): Kind {
  if (cell === null || cell === undefined || cell === "") return "missing";
  if (typeof cell === "string") return "text";
  if (typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean") return "number";
  return cell instanceof Date ? "date" : "other";
}

function fillNumbers(out: Float64Array, cells: ArrayLike<unknown>, start: number, place: string): void {
  if (cells instanceof Float64Array) return out.set(cells, start);
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (typeof cell === "number") out[start + i] = cell;
    else if (kindOf(cell) !== "missing") out[start + i] = numberOf(cell, place);
  }
}

function numberOf(cell: unknown, place: string): number {
  if (typeof cell === "bigint" && (cell > Number.MAX_SAFE_INTEGER || cell < -Number.MAX_SAFE_INTEGER)) {
    throw new InputError(`${place} holds the integer ${cell}, which is beyond 2^53 and has no exact double. Write the column as text, or as float64.`);
  }
  return Number(cell);
}

function textColumn(name: string, runs: readonly CellRun[], rows: number): Column {
  const codes = new Int32Array(rows).fill(-1);
  const codeOf = new Map<string, number>();
  for (const { cells, start } of runs) {
    for (let i = 0; i < cells.length; i++) {
      const word = wordOf(cells[i]);
      if (word === "") continue;
      const code = codeOf.get(word) ?? codeOf.size;
      if (code === codeOf.size) codeOf.set(word, code);
      codes[start + i] = code;
    }
  }
  const levels = [...codeOf.keys()];
  return { kind: "text", name, codes, levels, firstText: codes.findIndex((code) => code >= 0 && Number.isNaN(Number(levels[code]))) };
}

function wordOf(cell: unknown): string {
  if (typeof cell === "string") return cell;
  if (cell instanceof Date) return datesText(cell);
  return kindOf(cell) === "missing" || Number.isNaN(cell) ? "" : String(cell);
}

function datesText(date: Date): string {
  const { values, date: unit } = datesOf(Float64Array.of(date.getTime()));
  return dateText(values[0] ?? NaN, unit);
}
