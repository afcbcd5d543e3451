/** Excel workbooks (.xlsx) to a panel. */
import { readSheet, SheetNotFoundError } from "read-excel-file/universal";
import { InputError, suggestion } from "../errors.js";
import { columnOfCells } from "./cells.js";
import { requireNames } from "./check.js";
import { usualMissing } from "./csv.js";
import type { Panel } from "./panel.js";

const missingWords = new Set(usualMissing);

/**
 * Reads the first sheet of a workbook, or the one named `sheet`: names in its first row, cells as `columnOfCells` takes
 * them. Formulas are what they gave when the workbook was saved. Words for "missing" are missing, as in a CSV, and so are
 * formulas that failed; blank rows at the end do not count.
 *
 * Throws an `InputError` for archives that are no workbook, cut short or damaged, a sheet that is not there, an empty
 * sheet, no rows, and names that are empty or not unique. Cost: the library's, about 100 bytes and 2 microseconds a cell.
 */
export async function readXlsx(bytes: Uint8Array, source: string, sheet: string | undefined): Promise<Panel> {
  const rows = await sheetRows(bytes, source, sheet);
  const [header = [], ...body] = rows;
  if (header.length === 0) throw new InputError(`${source}: the sheet is empty. Name another with \`sheet\`, or put column names into its first row.`);
  while (body.at(-1)?.every((cell) => cell === null) === true) body.pop();
  if (body.length === 0) throw new InputError(`${source} has column names but no rows. Give a sheet with at least one row below its first.`);
  const width = header.reduce((last: number, cell, c) => (cell === null && body.every((row) => (row[c] ?? null) === null) ? last : c + 1), 0);
  const names = header.slice(0, width).map((cell) => (typeof cell === "string" || typeof cell === "number" ? String(cell).trim() : ""));
  requireNames(names, `${source}, row 1`, "or delete what stands beside the table");
  const columns = names.map((name, c) => {
    const cells = body.map((row) => presentCell(row[c] ?? null));
    return [name, columnOfCells(name, [{ cells, start: 0 }], body.length, `${source}, column \`${name}\``)] as const;
  });
  return { source, rows: body.length, columns: new Map(columns), lines: Int32Array.from(body, (_, row) => row + 2) };
}

function presentCell(cell: unknown): unknown {
  return typeof cell === "string" && missingWords.has(cell) ? null : cell;
}

async function sheetRows(bytes: Uint8Array, source: string, sheet: string | undefined): Promise<readonly (readonly unknown[])[]> {
  const buffer = bytes.slice().buffer;
  try {
    return await (sheet === undefined ? readSheet(buffer) : readSheet(buffer, sheet));
  } catch (error) {
    if (error instanceof SheetNotFoundError) {
      const { sheets } = error as SheetNotFoundError & { readonly sheets: readonly string[] };
      throw new InputError(`${source} has no sheet \`${sheet ?? ""}\`. ${suggestion(sheet ?? "", sheets)}`, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${source} is cut short, damaged, or no Excel workbook (${reason}). Save it again as .xlsx, or as CSV UTF-8.`, { cause: error });
  }
}
