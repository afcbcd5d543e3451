/** Parquet to a panel. */
import { parquetMetadataAsync, parquetRead, type ColumnData, type FileMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { InputError } from "../../errors.js";
import { columnOfCells, type CellRun } from "../cells.js";
import { requireNames } from "../check.js";
import { METADATA, withDescriptions } from "../descriptions.js";
import type { Panel } from "../panel.js";

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
    const rows = rowsOf(metadata, bytes.length, source);
    const names = columnNames(metadata);
    requireNames(names, source, "for instance with pandas `df.columns = [...]`");
    const runs = new Map<string, CellRun[]>(names.map((name) => [name, []]));
    const onChunk = ({ columnName, columnData, rowStart }: ColumnData): void => void runs.get(columnName)?.push({ cells: columnData, start: rowStart });
    await parquetRead({ file, metadata, compressors, onChunk });
    const columns = names.map((name) => [name, columnOfCells(name, wholeRuns(runs.get(name) ?? [], rows), rows, `${source}, column \`${name}\``)] as const);
    return withDescriptions({ source, rows, columns: new Map(columns) }, metadata.key_value_metadata?.find(({ key }) => key === METADATA)?.value);
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

/** The rows that the footer declares; refused where they contradict each other or cannot be in so few bytes. */
function rowsOf(metadata: FileMetaData, length: number, source: string): number {
  const rows = Number(metadata.num_rows);
  const groups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows === 0) throw new InputError(`${source} has no rows. Give a file with at least one row.`);
  for (const { columns, num_rows } of metadata.row_groups) {
    for (const { meta_data } of columns) {
      const whole = meta_data !== undefined && Number(meta_data.data_page_offset) + Number(meta_data.total_compressed_size) <= length + 64;
      if (!whole || num_rows < 0) throw new Error("a column lies outside the file");
    }
  }
  if (rows !== groups || rows < 0 || rows > 0x7fffffff) throw new Error(`the footer speaks of ${rows} rows and its groups of ${groups}`);
  return rows;
}

function columnNames({ schema }: FileMetaData): readonly string[] {
  const [root, ...rest] = schema;
  const names: string[] = [];
  const width = (at: number): number => {
    let next = at + 1;
    for (let k = rest[at]?.num_children ?? 0; k > 0 && next <= rest.length; k--) next = width(next);
    return next;
  };
  for (let at = 0, k = root?.num_children ?? 0; k > 0 && at < rest.length; k--, at = width(at)) names.push(rest[at]?.name ?? "");
  return names;
}

/** The runs of a column must hold each row once. */
function wholeRuns(runs: readonly CellRun[], rows: number): readonly CellRun[] {
  const held = runs.reduce((sum, { cells }) => sum + cells.length, 0);
  if (held !== rows || runs.some(({ cells, start }) => start + cells.length > rows)) throw new Error(`a column holds ${held} of ${rows} rows`);
  return runs;
}
