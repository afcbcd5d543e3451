/** Parquet to a panel. */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetScan, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { InputError } from "../../errors.js";
import { type CellRun, columnOfCells } from "../cells.js";
import { requireNames } from "../check.js";
import { METADATA, withDescriptions } from "../descriptions.js";
import type { Column, Panel } from "../panel.js";
import { verifyPages } from "./verifyPages.js";

/**
 * Reads a Parquet file of any number of row groups, compressed in any of the ways of the format. `source` names it in
 * messages. Cells become what `columnOfCells` makes of them.
 *
 * Throws an `InputError` for a file that is cut short or damaged, no rows, column names that are empty or not unique,
 * integers beyond 2^53, and columns of lists, structs or bytes.
 */
export async function readParquet(bytes: Uint8Array, source: string): Promise<Panel> {
  try {
    requireWhole(bytes, source);
    const file = { byteLength: bytes.length, slice: (start: number, end = bytes.length): ArrayBuffer => bytes.slice(start, end).buffer };
    const metadata = await parquetMetadataAsync(file);
    const rows = rowsOf(metadata, source);
    verifyPages(bytes, metadata);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    requireNames(names, source, "for instance with pandas `df.columns = [...]`");
    const columns = new Map<string, Column>();
    // One after the other: the library's arrays are several times as large as what is made of them.
    for (const name of names) {
      const runs = await runsOf(file, metadata, name);
      columns.set(name, columnOfCells(name, wholeRuns(runs, rows), rows, `${source}, column \`${name}\``));
    }
    return withDescriptions({ source, rows, columns }, metadata.key_value_metadata?.find(({ key }) => key === METADATA)?.value);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${source} is damaged: its Parquet data cannot be read (${reason}). Copy or write the file again.`, { cause: error });
  }
}

function requireWhole(bytes: Uint8Array, source: string): void {
  const end = String.fromCharCode(...bytes.subarray(-4));
  if (bytes.length < 12 || end !== "PAR1") throw new InputError(`${source} is cut short: a Parquet file ends with PAR1. Copy or write the file again.`);
}

/** The rows that the footer declares; refused where it contradicts itself. */
function rowsOf(metadata: FileMetaData, source: string): number {
  const rows = Number(metadata.num_rows);
  const groups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows === 0) throw new InputError(`${source} has no rows. Give a file with at least one row.`);
  if (rows !== groups || rows < 0 || rows > 0x7fffffff) throw new Error(`the footer speaks of ${rows} rows and its groups of ${groups}`);
  return rows;
}

/** A column's cells, a run for each row group. */
async function runsOf(file: AsyncBuffer, metadata: FileMetaData, column: string): Promise<readonly CellRun[]> {
  const scan = await parquetScan({ file, metadata, compressors, columns: [column], useOffsetIndex: false });
  const runs: CellRun[] = [];
  for (const { rowStart, rowEnd } of scan.ranges) runs.push({ cells: await scan.readColumn({ column, rowStart, rowEnd }), start: rowStart });
  return runs;
}

/** The runs of a column must hold each row once. */
function wholeRuns(runs: readonly CellRun[], rows: number): readonly CellRun[] {
  const held = runs.reduce((sum, { cells }) => sum + cells.length, 0);
  if (held !== rows || runs.some(({ cells, start }) => start + cells.length > rows)) throw new Error(`a column holds ${held} of ${rows} rows`);
  return runs;
}
