/** What a panel's ids say about it, and the checks that stop a run before anything is fitted. */
import { InputError, listed, suggestion } from "../errors.js";
import { periodNumbers } from "./periodText.js";
import { place, type Column, type Panel } from "./panel.js";

/** Integer codes of one column. */
export interface Codes {
  /** One a row: index into `labels`, -1 where missing. Shared with the column if it is text: read it, do not write. */
  readonly codes: Int32Array;
  /** Distinct values in order of first appearance: the text, or `String(number)`. */
  readonly labels: readonly string[];
}

/**
 * The shape of a panel. Rows that miss an id count in `rows` and `missingIds` and nowhere else.
 * No (unit, time) pair stands twice in it: `checkPanel` would have thrown.
 */
export interface PanelShape {
  readonly rows: number;
  /** Distinct units; 0 without a unit id. */
  readonly units: number;
  /** Distinct times; 0 without a time id. */
  readonly periods: number;
  /** Every unit has a row in every period. False unless both ids are given. */
  readonly balanced: boolean;
  /** Unit-periods that are missing between a unit's first and last period, out of the periods in the file. */
  readonly gaps: number;
  /** Units with a single row. */
  readonly singletons: number;
  /** Rows whose unit or time is missing. */
  readonly missingIds: number;
}

/**
 * Refuses column names that are empty or stand twice. `where` says where the names are; `orElse` is a second way to mend
 * an empty name. Cost: one pass over the names.
 */
export function requireNames(names: readonly string[], where: string, orElse: string): void {
  const unnamed = names.flatMap((name, c) => (name === "" ? [String(c + 1)] : []));
  if (unnamed.length > 0) {
    const columns = unnamed.length === 1 ? `column ${unnamed[0]} has` : `columns ${unnamed.slice(0, 8).join(", ")} have`;
    throw new InputError(`${where}: ${columns} no name. Give every column a name, ${orElse}.`);
  }
  const twice = [...new Set(names.filter((name, c) => names.indexOf(name) !== c))];
  if (twice.length > 0) {
    throw new InputError(`${where}: more than one column is called ${listed(twice)}. Give every column a name of its own.`);
  }
}

/** The column of that name, or an `InputError` that suggests one. `role` says in the message what it is wanted for. */
export function requireColumn(panel: Panel, name: string, role: string): Column {
  const column = panel.columns.get(name);
  if (column !== undefined) return column;
  throw new InputError(`${panel.source} has no column \`${name}\`, wanted as ${role}. ${suggestion(name, [...panel.columns.keys()])}`);
}

/** Codes any column by order of first appearance. Cost: a hash look-up a row for numbers, nothing for text. */
export function codesOf(column: Column): Codes {
  if (column.kind === "text") return { codes: column.codes, labels: column.levels };
  const codeOf = new Map<number, number>();
  const codes = new Int32Array(column.values.length).fill(-1);
  column.values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const code = codeOf.get(value) ?? codeOf.size;
    if (code === codeOf.size) codeOf.set(value, code);
    codes[row] = code;
  });
  return { codes, labels: [...codeOf.keys()].map(String) };
}

/**
 * Checks the ids of a panel and describes its shape. Times are ordered as numbers, as periods (`2009m9` before `2009m10`), or
 * as text by code unit; the periods between two of them are those that the file holds.
 *
 * Throws an `InputError` for an id that is not a column, and for a (unit, time) pair on more than one row.
 * Cost: a few passes over the rows and three integers a row.
 */
export function checkPanel(panel: Panel, ids: { readonly unit?: string; readonly time?: string }): PanelShape {
  const unit = ids.unit === undefined ? noIds : codesOf(requireColumn(panel, ids.unit, "the unit"));
  const time = ids.time === undefined ? noIds : timeCodes(requireColumn(panel, ids.time, "the time"));
  const rows = rowsWith(panel.rows, [unit, time].filter((id) => id !== noIds));
  const perUnit = tally(rows, unit);
  const perTime = tally(rows, time);
  const both = unit !== noIds && time !== noIds;
  if (both) refuseDuplicates(panel, byUnit(rows, unit, perUnit), unit, time);
  const [units, periods] = [perUnit, perTime].map((counts) => counts.filter((count) => count > 0).length) as [number, number];
  return Object.freeze({
    rows: panel.rows,
    units,
    periods,
    balanced: both && rows.length > 0 && rows.length === units * periods,
    gaps: both ? countGaps(rows, unit, time, perTime) : 0,
    singletons: perUnit.filter((count) => count === 1).length,
    missingIds: panel.rows - rows.length,
  });
}

const noIds: Codes = { codes: new Int32Array(0), labels: [] };

/** Codes that rise with time. */
function timeCodes(column: Column): Codes {
  const { codes, labels } = codesOf(column);
  const label = (code: number): string => labels[code] ?? "";
  const periods = periodNumbers(labels);
  const byText = (a: number, b: number): number => (label(a) < label(b) ? -1 : 1);
  const sorted = [...labels.keys()].sort(periods === null ? byText : (a, b) => (periods[a] ?? NaN) - (periods[b] ?? NaN));
  const rank = new Int32Array(labels.length);
  sorted.forEach((code, position) => (rank[code] = position));
  return { codes: codes.map((code) => rank[code] ?? -1), labels: sorted.map(label) };
}

/** The rows on which none of the ids is missing. */
function rowsWith(rows: number, ids: readonly Codes[]): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  return all.filter((row) => ids.every(({ codes }) => (codes[row] ?? -1) >= 0));
}

/** How many of the rows hold each code. */
function tally(rows: Int32Array, { codes, labels }: Codes): Int32Array {
  const counts = new Int32Array(labels.length);
  for (const row of labels.length > 0 ? rows : []) {
    const code = codes[row] ?? -1;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** The rows, those of one unit together and in file order. */
function byUnit(rows: Int32Array, { codes }: Codes, perUnit: Int32Array): Int32Array {
  let start = 0;
  const next = perUnit.map((count) => (start += count) - count);
  const order = new Int32Array(rows.length);
  for (const row of rows) {
    const code = codes[row] ?? -1;
    const position = next[code] ?? 0;
    order[position] = row;
    next[code] = position + 1;
  }
  return order;
}

/** Throws at the first row, in file order, whose unit and time stand on an earlier row. */
function refuseDuplicates(panel: Panel, order: Int32Array, unit: Codes, time: Codes): void {
  const lastRow = new Int32Array(time.labels.length).fill(-1);
  let [first, second, count] = [-1, panel.rows, 0];
  for (const row of order) {
    const period = time.codes[row] ?? -1;
    const earlier = lastRow[period] ?? -1;
    lastRow[period] = row;
    if (earlier < 0 || unit.codes[earlier] !== unit.codes[row]) continue;
    count++;
    if (row < second) [first, second] = [earlier, row];
  }
  if (count > 0) throw duplicate(panel, first, second, count - 1, [unit, time]);
}

function duplicate(panel: Panel, first: number, second: number, others: number, ids: readonly [Codes, Codes]): InputError {
  const [unit, time] = ids.map(({ codes, labels }) => `\`${labels[codes[second] ?? -1] ?? ""}\``);
  const more = others === 0 ? "" : `, and ${others} more ${others === 1 ? "row repeats" : "rows repeat"} an earlier one`;
  const also = place(panel, second).slice(panel.source.length + 2);
  return new InputError(
    `${place(panel, first)} and ${also} both hold unit ${unit} and time ${time}${more}. ` +
      "Keep one row for each unit and time, or name the id columns that tell the rows apart.",
  );
}

/** Periods between each unit's first and last that stand in the file but not for the unit. */
function countGaps(rows: Int32Array, unit: Codes, time: Codes, perTime: Int32Array): number {
  let periods = 0;
  const position = perTime.map((count) => (count > 0 ? periods++ : -1));
  const first = new Int32Array(unit.labels.length).fill(periods);
  const last = new Int32Array(unit.labels.length).fill(-1);
  for (const row of rows) {
    const u = unit.codes[row] ?? -1;
    const p = position[time.codes[row] ?? -1] ?? -1;
    first[u] = Math.min(first[u] ?? p, p);
    last[u] = Math.max(last[u] ?? p, p);
  }
  return last.reduce((gaps, end, u) => (end < 0 ? gaps : gaps + end - (first[u] ?? end) + 1), 0) - rows.length;
}

/**
 * Whether a variable varies within at least one unit. Missing values and rows without a unit (code -1) do not count.
 * Both arrays have one entry a row. Cost: one pass over the rows, one number a unit.
 */
export function withinVariation(values: Float64Array, unitCodes: Int32Array): boolean {
  const first = new Map<number, number>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? NaN;
    const unit = unitCodes[row] ?? -1;
    if (unit < 0 || Number.isNaN(value)) continue;
    const known = first.get(unit);
    if (known === undefined) first.set(unit, value);
    else if (known !== value) return true;
  }
  return false;
}

/** Whether the values that are not missing are all equal; also true if there are none. Cost: one pass at most. */
export function isConstant(values: Float64Array): boolean {
  const first = values.find((value) => !Number.isNaN(value));
  return values.every((value) => Number.isNaN(value) || value === first);
}

/** Whether there are more than two different values, missing ones aside. */
export function hasMoreThanTwo(values: Float64Array): boolean {
  const seen = new Set<number>();
  for (const value of values) if (!Number.isNaN(value) && seen.add(value).size > 2) return true;
  return false;
}
