import type { CurveRow } from "../curve/columns.js";
import type { CurveInference } from "../curve/inference.js";
import type { CurveRows } from "../curve/rows.js";
import { type CurveTable, ELSEWHERE, optionLabel } from "../study/curve/table.js";
import { csvCell } from "./formats/csv.js";

/** What is needed of the Arrow library. */
export type ArrowBuilder = Pick<typeof import("apache-arrow"), "Dictionary" | "makeData" | "makeVector" | "Table" | "tableToIPC" | "Uint16" | "Utf8" | "vectorFromArray">;

/** What is needed of a curve's inference: Romano-Wolf p values by specification, the column `p_rw`. */
type Adjusted = Pick<CurveInference, "romanoWolf"> | null;

/** ID.arrow: one row a specification, a dictionary column a dimension. `library`: where it is loaded already. Some 100 bytes a row. */
export async function curveArrow(id: string, rows: CurveRows, inference: Adjusted, library?: ArrowBuilder): Promise<Uint8Array> {
  const { Dictionary, makeData, makeVector, Table, tableToIPC, Uint16, Utf8, vectorFromArray } = library ?? (await import("apache-arrow"));
  const texts = (values: readonly (string | null)[]) => vectorFromArray(values, new Utf8());
  const labels = rows.dimensions.map(({ name, options }, d) => {
    const codes = Uint16Array.from({ length: rows.size }, (_, i) => Math.min(rows.choices[i * rows.dimensions.length + d] ?? 0, options.length));
    const type = new Dictionary(new Utf8(), new Uint16());
    return [name, makeVector(makeData({ type, data: codes, dictionary: texts([...options, ELSEWHERE]) }))] as const;
  });
  const { theta, se, p, lower, upper, n, clusters, warned, error } = rows;
  const table = new Table({
    id: texts(Array.from({ length: rows.size }, (_, i) => `${id}.${i + 1}`)),
    ...Object.fromEntries(labels),
    coef: makeVector(theta), se: makeVector(se), p: makeVector(p), p_rw: makeVector(adjustedOf(rows, inference)), ci_low: makeVector(lower), ci_high: makeVector(upper),
    n: makeVector(n), clusters: makeVector(clusters), warnings: makeVector(warned), error: texts(error),
  });
  return tableToIPC(table, "file");
}

/** ID.csv: the same as text, numbers with all their digits. */
export function curveCsv(id: string, rows: CurveRows, inference: Adjusted): string {
  const { dimensions, size, choices, theta, se, p, lower, upper, n, clusters, warned, error } = rows;
  const adjusted = adjustedOf(rows, inference);
  const header = ["id", ...dimensions.map(({ name }) => name), "coef", "se", "p", "p_rw", "ci_low", "ci_high", "n", "clusters", "warnings", "error"];
  const number = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? "" : String(value));
  const lines = Array.from({ length: size }, (_, i) => [
    `${id}.${i + 1}`,
    ...dimensions.map((dimension, d) => csvCell(optionLabel(dimension, choices[i * dimensions.length + d] ?? 0))),
    ...[theta, se, p, adjusted, lower, upper, n, clusters].map((column) => number(column[i])), String(warned[i] ?? 0), error[i] ?? "",
  ].join(","));
  return `${[header.map(csvCell).join(","), ...lines].join("\n")}\n`;
}

function adjustedOf({ size }: CurveRows, inference: Adjusted): Float64Array {
  return inference?.romanoWolf ?? new Float64Array(size).fill(NaN);
}

/** One line of NDJSON: what a specification came to, with its choices and the words of its warnings or error. */
export function curveLine(table: CurveTable, i: number, row: CurveRow): string {
  const choices = table.choices(i);
  const named = Object.fromEntries(table.dimensions.map((dimension, d) => [dimension.name, optionLabel(dimension, choices[d] ?? 0)]));
  const { theta, ...rest } = "error" in row ? { theta: null, error: { code: row.error.code, message: row.error.message } } : { ...row, error: null };
  return `${JSON.stringify({ id: `${table.id}.${i + 1}`, choices: named, coef: theta, ...rest })}\n`;
}
