/** Labels, names of values and date units on their way through files that have no place for them, as JSON. */
import type { Column, DateUnit, Panel } from "./panel.js";

/** The key of the file's metadata under which they stand. */
export const METADATA = "neyman";

const units: readonly string[] = ["millisecond", "day", "week", "month", "quarter", "halfyear", "year"] satisfies DateUnit[];

interface Description {
  readonly label?: string;
  readonly valueLabels?: readonly (readonly [number, string])[];
  readonly date?: DateUnit;
}

/** What is to be kept of a panel beside its cells, or null where there is nothing. */
export function descriptionsOf(panel: Panel): string | null {
  const all = [...panel.columns.values()].map((column) => [column.name, descriptionOf(column)] as const).filter(([, one]) => Object.keys(one).length > 0);
  return all.length === 0 && panel.ids === undefined ? null : JSON.stringify({ columns: Object.fromEntries(all), ...(panel.ids === undefined ? {} : { ids: panel.ids }) });
}

function descriptionOf(column: Column): Description {
  const label = column.label === undefined ? {} : { label: column.label };
  if (column.kind === "text") return label;
  const { valueLabels, date } = column;
  return { ...label, ...(valueLabels === undefined ? {} : { valueLabels: [...valueLabels] }), ...(date === undefined ? {} : { date }) };
}

/** The panel with what `descriptionsOf` wrote; what is not of that form counts for nothing. */
export function withDescriptions(panel: Panel, text: string | undefined): Panel {
  const written = text === undefined ? null : parsed(text);
  if (!isRecord(written)) return panel;
  const all = isRecord(written["columns"]) ? written["columns"] : {};
  const columns = [...panel.columns].map(([name, column]) => [name, described(column, Object.hasOwn(all, name) ? all[name] : null)] as const);
  return { ...panel, columns: new Map(columns), ...idsOf(written["ids"]) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function described(column: Column, written: unknown): Column {
  if (!isRecord(written)) return column;
  const label = typeof written["label"] === "string" ? { label: written["label"] } : {};
  if (column.kind === "text") return { ...column, ...label };
  const { valueLabels, date } = written;
  const pairs = Array.isArray(valueLabels) ? valueLabels.filter(isPair) : [];
  return {
    ...column, ...label,
    ...(pairs.length === 0 ? {} : { valueLabels: new Map(pairs) }),
    ...(typeof date === "string" && units.includes(date) ? { date: date as DateUnit } : {}),
  };
}

function isPair(value: unknown): value is readonly [number, string] {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "string";
}

function idsOf(written: unknown): { readonly ids?: NonNullable<Panel["ids"]> } {
  if (!isRecord(written)) return {};
  const { unit, time } = written;
  return { ids: { ...(typeof unit === "string" ? { unit } : {}), ...(typeof time === "string" ? { time } : {}) } };
}
