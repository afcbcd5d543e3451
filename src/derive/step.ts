import type { RunEfficiency } from "../efficiency/piece.js";
import { EstimationError, InputError, suggestion } from "../errors.js";
import type { Json, JsonSchema } from "../json.js";
import type { Kernels } from "../kernels/instance.js";
import type { Special } from "../kernels/special.js";
import { codesOf } from "../panel/check.js";
import { type Column, type Panel, place } from "../panel/panel.js";
import { periodNumbers } from "../panel/periodText.js";

/** The options of a step as they are written; its schema has checked them. */
export type StepOptions = { readonly [option: string]: Json };

/** What a step works with. */
export interface DeriveContext {
  /** With what earlier steps made. */
  readonly panel: Panel;
  readonly unit: string | null;
  readonly time: string | null;
  readonly kernels: Kernels;
  readonly special: Special;
  /** Runs linear programs, in a pool where there is one. */
  readonly run: RunEfficiency;
  /** An expression of the `where` language, one number a row. */
  readonly evaluate: (expression: string) => Float64Array;
  /** An error that names the line of an option. */
  readonly refuse: (option: string, message: string) => InputError;
}

/** What a step has to say beside its columns: a table, and sentences. */
export interface StepReport {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly notes: readonly string[];
}

/** What a step makes: columns by what is added to its name (`""` for the one that bears it), and a report. */
export interface StepResult {
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly report: StepReport | null;
}

/** A way to make columns of columns. One file a step, one line in registry.ts; the schema and the docs know it from there. */
export interface DeriveStep {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** JSON Schema of each option. */
  readonly options: { readonly [option: string]: JsonSchema };
  readonly required: readonly string[];
  /** Whether what it makes is worth keeping from run to run. */
  readonly costly?: true;
  readonly run: (options: StepOptions, context: DeriveContext) => StepResult | Promise<StepResult>;
}

/** What steps that need neither a pool nor expressions work with. */
export type RowsContext = Pick<DeriveContext, "panel" | "unit" | "time" | "special" | "refuse">;

/** A step that is done at once, on the rows at hand: it may stand under `prepare`, too. */
export interface RowsStep extends DeriveStep {
  readonly run: (options: StepOptions, context: RowsContext) => StepResult;
}

/** An option that is a text; its schema has seen to that. */
export function textOf(options: StepOptions, option: string, otherwise = ""): string {
  return (options[option] ?? otherwise) as string;
}

/** The result of a step that makes one column and has nothing to say. */
export function oneColumn(values: Float64Array, notes: readonly string[] = []): StepResult {
  return { columns: new Map([["", values]]), report: notes.length === 0 ? null : { head: [], rows: [], notes } };
}

/** A column of any kind that an option names. Throws an InputError with what was probably meant. */
export function columnOf({ panel, refuse }: Pick<DeriveContext, "panel" | "refuse">, option: string, name: string): Column {
  const column = panel.columns.get(name);
  if (column === undefined) throw refuse(option, `${panel.source} has no column \`${name}\`. ${suggestion(name, [...panel.columns.keys()])}`);
  return column;
}

/** The numbers of a column that an option names. Throws an InputError where there is none, or where it holds text. */
export function numbersOf(context: Pick<DeriveContext, "panel" | "refuse">, option: string, name: string): Float64Array {
  const column = columnOf(context, option, name);
  if (column.kind === "number") return column.values;
  const cell = column.levels[column.codes[column.firstText] ?? -1] ?? "";
  throw context.refuse(option, `the column \`${name}\` must hold numbers, but ${place(context.panel, column.firstText)} has ${JSON.stringify(cell)}. Mend the cell, or list it under \`data: { missing: [${JSON.stringify(cell)}] }\`.`);
}

/** Codes by row in the order of the values: numbers by size, periods (`2009m9` before `2009m10`) by time, other texts by code unit; -1 where missing. */
export function orderedCodes(column: Column): Int32Array {
  const { codes, labels } = codesOf(column);
  const order = labels.map((_, code) => code);
  const periods = column.kind === "number" ? labels.map(Number) : periodNumbers(labels);
  if (periods !== null) order.sort((a, b) => (periods[a] ?? NaN) - (periods[b] ?? NaN));
  else order.sort((a, b) => ((labels[a] ?? "") < (labels[b] ?? "") ? -1 : 1));
  const rank = new Int32Array(labels.length);
  order.forEach((code, place) => (rank[code] = place));
  return codes.map((code) => (code < 0 ? -1 : (rank[code] ?? -1)));
}

/** Ordered codes of the column of periods; null where none is named. */
export function periodsOf({ panel, time, refuse }: Pick<DeriveContext, "panel" | "time" | "refuse">): Int32Array | null {
  return time === null ? null : orderedCodes(columnOf({ panel, refuse }, "", time));
}

/** A row for people: its unit and period, or its place in the file. */
export function rowName({ panel, unit, time }: Pick<DeriveContext, "panel" | "unit" | "time">, row: number): string {
  const parts = [unit, time].flatMap((name) => {
    const column = name === null ? undefined : panel.columns.get(name);
    if (column === undefined) return [];
    return [column.kind === "number" ? String(column.values[row]) : (column.levels[column.codes[row] ?? -1] ?? "")];
  });
  return parts.length === 0 ? place(panel, row) : parts.join(" ");
}

/** What cannot be computed is the study's to mend: `work`'s EstimationErrors as errors with the line of the step. */
export async function refusing<T>(context: Pick<DeriveContext, "refuse">, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refused(context, error);
  }
}

/** An EstimationError as an error with the line of the step; any other as it is. */
export function refused({ refuse }: Pick<DeriveContext, "refuse">, error: unknown): unknown {
  return error instanceof EstimationError ? refuse("", error.message) : error;
}
