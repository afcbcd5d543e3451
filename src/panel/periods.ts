import { InputError } from "../errors.js";
import { requireEvenSteps } from "./calendar.js";
import { codesOf } from "./check.js";
import { type Column, type NumberColumn, type Panel } from "./panel.js";

/** The columns that say whose row it is, and when. */
export interface PanelIds {
  readonly unit: string;
  readonly time: string;
}

/** The least distance of two periods that some rows have: one step of time; Infinity for a single period. */
export function stepOf(periods: Float64Array, rows: Uint32Array): number {
  const distinct = [...new Set(Array.from(rows, (row) => periods[row] ?? NaN))].filter(Number.isFinite).sort((a, b) => a - b);
  return distinct.slice(1).reduce((least, period, i) => Math.min(least, period - (distinct[i] ?? NaN)), Infinity);
}

/**
 * By row of the panel: the row of its unit so many steps earlier (later, where negative), or -1. Only `rows` count, all
 * others have -1. By period, not by place in the file. Cost O(rows).
 */
export function rowsAtLag(panel: Panel, rows: Uint32Array, { unit, time }: PanelIds, lag: number): Int32Array {
  const { codes } = codesOf(panel.columns.get(unit) as Column);
  const periods = (panel.columns.get(time) as NumberColumn).values;
  const distance = lag * stepOf(periods, rows);
  const at = new Map(Array.from(rows, (row) => [`${codes[row] ?? -1} ${periods[row] ?? NaN}`, row]));
  const found = new Int32Array(panel.rows).fill(-1);
  for (const row of rows) found[row] = at.get(`${codes[row] ?? -1} ${(periods[row] ?? NaN) - distance}`) ?? -1;
  return found;
}

const OPERATOR = /^([LFD])(\d*)\.(.+)$/;

/** A name that a study uses as a column, and where it stands, for messages. */
export interface NamedColumn {
  readonly name: string;
  readonly place: () => string;
}

/**
 * The panel with the columns that Stata's time-series operators ask for: `L.x` or `L1.x` is x a period earlier, `F2.x`
 * two periods later, `D.x` its change; missing where the unit has no such row. Names that are columns stay what they are.
 * Throws an InputError with the name's place where the study has no unit and time, or time is no number.
 */
export function withTimeOperators(panel: Panel, names: readonly NamedColumn[], ids: { readonly unit: string | null; readonly time: string | null }): Panel {
  const asked = names.filter(({ name }) => !panel.columns.has(name) && panel.columns.get(OPERATOR.exec(name)?.[3] ?? "")?.kind === "number");
  const wanted = [...new Map(asked.map((one) => [one.name, one])).values()];
  const [first] = wanted;
  if (first === undefined) return panel;
  const { unit, time } = ids;
  if (unit === null || time === null || panel.columns.get(time)?.kind !== "number" || !panel.columns.has(unit)) {
    throw new InputError(`${first.place()}: \`${first.name}\` is a lag, lead or difference by period: name \`unit\` and \`time\` under \`data\`, the time a column of numbers.`);
  }
  requireEvenSteps(panel.columns.get(time) as NumberColumn);
  const made = wanted.map((one) => [one.name, operated(panel, one, { unit, time })] as const);
  return { ...panel, columns: new Map([...panel.columns, ...made]) };
}

function operated(panel: Panel, { name, place }: NamedColumn, ids: PanelIds): NumberColumn {
  const [, operator, digits = "", base = ""] = OPERATOR.exec(name) ?? [];
  const order = digits === "" ? 1 : Number(digits);
  if (operator === "D" && order !== 1) throw new InputError(`${place()}: \`${name}\`: differences are of one period. Write \`D.${base}\`.`);
  const { values } = panel.columns.get(base) as NumberColumn;
  const rows = Uint32Array.from({ length: panel.rows }, (_, row) => row);
  const other = rowsAtLag(panel, rows, ids, operator === "F" ? -order : order);
  const moved = Float64Array.from(other, (row) => (row < 0 ? NaN : (values[row] ?? NaN)));
  return { kind: "number", name, values: operator === "D" ? values.map((value, row) => value - (moved[row] ?? NaN)) : moved };
}
