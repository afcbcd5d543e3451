import { dateText } from "../panel/dates.js";
import { markdownTable } from "./markdown.js";
import type { PanelDescription, VariableDescription } from "./describePanel.js";
import { integer } from "./numbers.js";
import { alignRows, type PrintedTable, wrap } from "./text.js";

/** A description as JSON; missing moments are null. */
export function descriptionJson(description: PanelDescription): string {
  return `${JSON.stringify(description, null, 2)}\n`;
}

/** A description as text for a terminal. */
export function descriptionText(description: PanelDescription, columns = 100): string {
  const { title, rows, notes } = tableOf(description);
  const head = [title, ...shapeLines(description)].map((line) => wrap(line, columns));
  return `${[...head, "", alignRows(rows), ...notes.map((note) => wrap(note, columns, "  "))].join("\n")}\n`;
}

/** A description in Markdown. */
export function descriptionMarkdown(description: PanelDescription): string {
  const lines = shapeLines(description);
  const table = tableOf(description);
  return `${markdownTable({ ...table, notes: [...lines, ...table.notes] }).trimEnd()}\n`;
}

function shapeLines({ unit, time, shape, problem, periods }: PanelDescription): readonly string[] {
  if (problem !== null) return [`The panel has no shape: ${problem}`];
  if (shape === null) return ["No ids: name the columns of unit and time (--unit, --time) to see the shape of the panel."];
  const parts: string[] = [];
  if (unit !== null) parts.push(`${integer(shape.units)} ${unit}${shape.singletons > 0 ? ` (${integer(shape.singletons)} with one row)` : ""}`);
  if (time !== null) parts.push(`${integer(shape.periods)} ${time}${periods === null ? "" : ` (${periodsText(periods)})`}`);
  if (unit !== null && time !== null) parts.push(shape.balanced ? "balanced" : `unbalanced, ${integer(shape.gaps)} gaps within units`);
  if (shape.missingIds > 0) parts.push(`${integer(shape.missingIds)} rows without an id`);
  return [`${parts.join(", ")}.`, ...calendarLines(periods, time)];
}

function periodsText({ first, last, least, greatest, date }: NonNullable<PanelDescription["periods"]>): string {
  const shown = (value: number): string => (date === null ? String(value) : dateText(value, date));
  const step = first === last ? "" : least === greatest ? `, step ${figure(least)}` : `, steps ${figure(least)} to ${figure(greatest)}`;
  return `${shown(first)} to ${shown(last)}${step}`;
}

/** Lags go by the least step, and months have 28 to 31 days. */
function calendarLines(periods: PanelDescription["periods"], time: string | null): readonly string[] {
  if (periods === null || (periods.date !== "day" && periods.date !== "millisecond") || periods.greatest === periods.least) return [];
  return [`\`${time ?? ""}\` counts ${periods.date}s, and its periods are not equally far apart: for lags (L.x) use a column that counts months, quarters or years.`];
}

function tableOf(description: PanelDescription): PrintedTable {
  const { source, variables, unit } = description;
  const hasWithin = unit !== null;
  const header = ["", "type", "missing", "mean", "sd", "min", "median", "max", ...(hasWithin ? [`within ${unit}`] : [])];
  const title = `${source}: ${integer(description.rows)} rows, ${integer(variables.length)} ${variables.length === 1 ? "variable" : "variables"}.`;
  const rows = variables.map((variable) => [...rowOf(variable), ...(hasWithin ? [withinText(variable, unit)] : [])]);
  return { id: source, title, rows: ["thick", header, "rule", ...rows, "thick"], notes: variables.flatMap(noteOf) };
}

function rowOf({ name, type, missing, distinct, mean, sd, min, median, max, date }: VariableDescription): readonly string[] {
  const place = (value: number | null): string => (value === null ? "–" : type === "date" && date !== null ? dateText(value, date) : date === "year" ? String(value) : figure(value));
  const moment = (value: number | null): string => (value === null ? "–" : figure(value));
  const kind = type === "text" ? `text, ${integer(distinct ?? 0)}` : type;
  return [name, kind, missing === 0 ? "" : integer(missing), moment(mean), moment(sd), place(min), place(median), place(max)];
}

function withinText({ name, within, varies }: VariableDescription, unit: string): string {
  if (name === unit) return "";
  if (varies === false) return "constant";
  if (within !== null) return `${(100 * within).toFixed(within < 0.01 ? 1 : 0)} %`;
  return varies === true ? "varies" : "–";
}

/** Labels, names of values, and a few values of text. */
function noteOf({ name, label, valueLabels, values, distinct }: VariableDescription): readonly string[] {
  const named = valueLabels?.slice(0, 12).map(([value, text]) => `${value} ${text}`).join(", ");
  const more = (valueLabels?.length ?? 0) > 12 ? `, and ${(valueLabels?.length ?? 0) - 12} more` : "";
  const some = values === null ? undefined : `${values.map((value) => (value.length > 24 ? `${value.slice(0, 24)}…` : value)).join(", ")}${(distinct ?? 0) > values.length ? ", …" : ""}`;
  const parts = [label ?? undefined, named === undefined ? undefined : `${named}${more}`, some].filter((part) => part !== undefined && part !== "");
  const note = `${name}: ${parts.join("; ")}`;
  return parts.length === 0 ? [] : [/[.!?…。]$/.test(note) ? note : `${note}.`];
}

/** Whole numbers as they are up to ten million, others to five figures; no comma in what may be a year. */
function figure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return Math.abs(value) < 10_000 ? String(value + 0) : integer(value);
  return String(Number(value.toPrecision(5)));
}
