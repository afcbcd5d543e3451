import { checkPanel, codesOf, type Codes, type PanelShape, requireColumn } from "../panel/check.js";
import { InputError } from "../errors.js";
import type { DateUnit, NumberColumn, Panel, TextColumn } from "../panel/panel.js";
import { statistics } from "./describe.js";

/** One variable of a panel. */
export interface VariableDescription {
  readonly name: string;
  readonly type: "number" | "text" | "date";
  readonly label: string | null;
  readonly missing: number;
  /** Different values: of text, and of numbers that have value labels; null for others. */
  readonly distinct: number | null;
  /** Of numbers and dates; null where the moment means nothing or there is no value. */
  readonly mean: number | null;
  readonly sd: number | null;
  readonly min: number | null;
  readonly median: number | null;
  readonly max: number | null;
  /** What dates count, since 1960. */
  readonly date: DateUnit | null;
  /** Names of values. */
  readonly valueLabels: readonly (readonly [value: number, label: string])[] | null;
  /** Of text, the first few values of the file. */
  readonly values: readonly string[] | null;
  /** The share of the variance that is within units, 0 to 1; of text 0 where it is constant within them, else null; null without a unit. */
  readonly within: number | null;
  /** Whether it differs within at least one unit; null without a unit. */
  readonly varies: boolean | null;
}

/** What is in a data file. */
export interface PanelDescription {
  readonly source: string;
  readonly rows: number;
  readonly unit: string | null;
  readonly time: string | null;
  /** Null without ids, or where `problem` says why there is none. */
  readonly shape: PanelShape | null;
  readonly problem: string | null;
  /** Of a time that is a number: the first and last period, and the least and greatest step from one to the next. */
  readonly periods: { readonly first: number; readonly last: number; readonly least: number; readonly greatest: number; readonly date: DateUnit | null } | null;
  readonly variables: readonly VariableDescription[];
}

/** Values of a text column that are shown. */
const SHOWN = 5;

/**
 * Describes every variable of a panel, and its shape by its ids. Throws an `InputError` for an id that is not a column;
 * units that repeat a period are a `problem`. Cost: a sort of each numeric column and a few passes over the rows.
 */
export function describePanel(panel: Panel, ids: { readonly unit?: string; readonly time?: string }): PanelDescription {
  const unit = ids.unit === undefined ? null : codesOf(requireColumn(panel, ids.unit, "the unit"));
  const time = ids.time === undefined ? null : requireColumn(panel, ids.time, "the time");
  const { shape, problem } = ids.unit === undefined && time === null ? { shape: null, problem: null } : shapeOf(panel, ids);
  const variables = [...panel.columns.values()].map((column) => (column.kind === "text" ? describeText(column, unit) : describeNumbers(column, unit)));
  return { source: panel.source, rows: panel.rows, unit: ids.unit ?? null, time: ids.time ?? null, shape, problem, periods: time?.kind === "number" ? periodsOf(time) : null, variables };
}

function shapeOf(panel: Panel, ids: { readonly unit?: string; readonly time?: string }): Pick<PanelDescription, "shape" | "problem"> {
  try {
    return { shape: checkPanel(panel, ids), problem: null };
  } catch (error) {
    if (error instanceof InputError) return { shape: null, problem: error.message };
    throw error;
  }
}

function periodsOf({ values, date }: NumberColumn): PanelDescription["periods"] {
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const steps = distinct.slice(1).map((value, i) => value - (distinct[i] ?? NaN));
  const [first, last] = [distinct[0], distinct.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { first, last, least: Math.min(...steps), greatest: Math.max(...steps), date: date ?? null };
}

function describeText({ name, label, codes, levels }: TextColumn, unit: Codes | null): VariableDescription {
  const varies = unit === null ? null : codesVary(codes, unit);
  return {
    name, type: "text", label: label ?? null, missing: count(codes, (code) => code < 0), distinct: levels.length,
    mean: null, sd: null, min: null, median: null, max: null, date: null, valueLabels: null, values: levels.slice(0, SHOWN),
    within: varies === false ? 0 : null, varies,
  };
}

function describeNumbers(column: NumberColumn, unit: Codes | null): VariableDescription {
  const { name, label, values, valueLabels, date } = column;
  const { n, mean, sd, min, p50, max } = statistics(column.values.filter((value) => !Number.isNaN(value)).sort());
  const [known, isDate] = [(value: number): number | null => (n > 0 && Number.isFinite(value) ? value : null), date !== undefined && date !== "year"];
  const within = unit === null ? null : withinShare(values, unit);
  return {
    name, type: isDate ? "date" : "number", label: label ?? null, missing: values.length - n,
    distinct: valueLabels === undefined ? null : new Set(values.filter((value) => !Number.isNaN(value))).size,
    mean: isDate ? null : known(mean), sd: isDate ? null : known(sd), min: known(min), median: known(p50), max: known(max),
    date: date ?? null, valueLabels: valueLabels === undefined ? null : [...valueLabels], values: null,
    within, varies: within === null ? null : within > 0,
  };
}

/** Sum of squares around the units' means over that around the mean; null without variation, and where it overflows. Exactly 0 where constant within units. */
function withinShare(values: Float64Array, { codes, labels }: Codes): number | null {
  const counted = (row: number): boolean => (codes[row] ?? -1) >= 0 && Number.isFinite(values[row]);
  const first = new Float64Array(labels.length).fill(NaN);
  const [sums, counts] = [new Float64Array(labels.length), new Float64Array(labels.length)];
  let [constant, start, sum, n] = [true, NaN, 0, 0];
  for (let row = 0; row < values.length; row++) {
    if (!counted(row)) continue;
    const [code, value] = [codes[row] as number, values[row] as number];
    if (n === 0) start = value;
    if (counts[code] === 0) first[code] = value;
    else if (first[code] !== value) constant = false;
    // Around the first value, so that a large mean costs no digits.
    sums[code] = (sums[code] as number) + (value - start);
    counts[code] = (counts[code] as number) + 1;
    sum += value - start;
    n++;
  }
  let [within, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    if (!counted(row)) continue;
    const code = codes[row] as number;
    const value = (values[row] as number) - start;
    const [own, all] = [value - (sums[code] as number) / (counts[code] as number), value - sum / n];
    within += own * own;
    total += all * all;
  }
  if (total === 0 || !Number.isFinite(total)) return null;
  return constant ? 0 : Math.min(1, within / total);
}

function codesVary(values: Int32Array, { codes, labels }: Codes): boolean {
  const first = new Int32Array(labels.length).fill(-1);
  return values.some((value, row) => {
    const unit = codes[row] ?? -1;
    if (value < 0 || unit < 0) return false;
    if ((first[unit] as number) < 0) first[unit] = value;
    return first[unit] !== value;
  });
}

function count(codes: Int32Array, is: (code: number) => boolean): number {
  return codes.reduce((sum, code) => sum + (is(code) ? 1 : 0), 0);
}
