import { closeSync, openSync, writeSync } from "node:fs";
import type { CurveOptions } from "../curve/run.js";
import { InputError } from "../errors.js";
import { curveLine } from "../report/curveRows.js";
import { chosenBy } from "../study/curve/filter.js";
import type { CurveTable } from "../study/curve/table.js";
import type { Study } from "../study/specification.js";

/** The specifications that `--where` chooses. Throws an InputError where the study has no curve, or a curve no such label. */
export function chosenIn(study: Study, where: string | undefined): NonNullable<CurveOptions["chosen"]> | undefined {
  if (where === undefined) return undefined;
  if (where.trim() === "") throw new InputError("--where is empty. Name options of a curve, as in --where 'learner == Forest', or leave it out.");
  const curves = study.tables.filter((table): table is CurveTable => table.kind === "curve");
  if (curves.length === 0) throw new InputError("--where chooses specifications of a curve, and the study has none. Leave it out, or give a table a `curve`.");
  const chosen = new Map(curves.map((table) => [table.id, chosenOf(table, where)]));
  return ({ id }) => chosen.get(id) ?? new Uint8Array(0);
}

function chosenOf(table: CurveTable, where: string): Uint8Array {
  try {
    const chosen = chosenBy(where, table);
    if (!chosen.includes(1)) throw new InputError(`no specification of \`${table.id}\` is chosen by ${where}.`);
    return chosen;
  } catch (error) {
    throw error instanceof InputError ? new InputError(`--where: ${error.message}`) : error;
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `30m`, `2h`, `1.5d` as a signal that is aborted then. */
export function deadlineOf(text: string | undefined): AbortSignal | undefined {
  if (text === undefined) return undefined;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim()) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] ?? NaN) * 1000;
  if (!(milliseconds > 0 && milliseconds < 2 ** 31)) throw new InputError(`--max-time: \`${text}\` is no time above zero and below 24 days. Write it as 90s, 30m, 2h or 1.5d.`);
  return AbortSignal.timeout(milliseconds);
}

/** Where `--ndjson` writes; undefined: nowhere. */
export interface Lines {
  readonly onRow: NonNullable<CurveOptions["onRow"]>;
  readonly onStandardOutput: boolean;
  close(): void;
}

/** A file, or standard output where none is named. */
export function openLines(file: string | undefined): Lines | undefined {
  if (file === undefined) return undefined;
  if (file === "" || file === "-") return { onRow: (...row) => void process.stdout.write(curveLine(...row)), onStandardOutput: true, close: () => undefined };
  const opened = open(file);
  return { onRow: (...row) => void writeSync(opened, curveLine(...row)), onStandardOutput: false, close: () => closeSync(opened) };
}

function open(file: string): number {
  try {
    return openSync(file, "w");
  } catch (error) {
    throw new InputError(`--ndjson: ${file} cannot be written: ${(error as Error).message}. Name another file.`);
  }
}
