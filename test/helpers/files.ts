import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Panel } from "../../src/panel/panel.js";

/** A cell as JSON has it: null where missing. */
export type Cell = number | string | null;

interface Golden {
  readonly expected: Readonly<Record<string, readonly Cell[]>>;
  readonly files: Readonly<Record<string, string>>;
}

const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, "../golden/files.json"), "utf8")) as Golden;

/** What the files of other programs hold, by column. */
export const { expected } = golden;

/** The files of other programs that end so. */
export function madeFiles(end: string): readonly string[] {
  return Object.keys(golden.files).filter((name) => name.endsWith(end));
}

/** The bytes of one of them. */
export function madeFile(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(Buffer.from(golden.files[name]!, "base64")));
}

/** A column's cells. */
export function cellsOf(panel: Panel, name: string): readonly Cell[] {
  const column = panel.columns.get(name);
  if (column === undefined) throw new Error(`No column ${name}.`);
  if (column.kind === "text") return [...column.codes].map((code) => column.levels[code] ?? null);
  return [...column.values].map((value) => (Number.isNaN(value) ? null : value));
}

/** All columns' cells by name. */
export function allCells(panel: Panel): Readonly<Record<string, readonly Cell[]>> {
  return Object.fromEntries([...panel.columns.keys()].map((name) => [name, cellsOf(panel, name)]));
}
