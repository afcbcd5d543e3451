import type { Table } from "apache-arrow";
import { canonicalJson, type Json } from "../json.js";
import { estimateRecord, type StudyResult } from "./results.js";

/** What is needed of the Arrow library. */
export type ArrowWriter = Pick<typeof import("apache-arrow"), "tableFromArrays" | "tableToIPC">;

/** estimates.arrow: the bytes of `estimatesTable` as an Arrow IPC file. `library`: where it is loaded already. */
export async function estimatesArrow(result: StudyResult, library?: ArrowWriter): Promise<Uint8Array> {
  const arrow = library ?? (await import("apache-arrow"));
  return arrow.tableToIPC(await estimatesTable(result, arrow), "file");
}

/** The estimates as an Arrow table: one row a specification; nested parts as JSON text. */
export async function estimatesTable(result: Pick<StudyResult, "rows">, library?: Pick<ArrowWriter, "tableFromArrays">): Promise<Table> {
  const { tableFromArrays } = library ?? (await import("apache-arrow"));
  const records = result.rows.map(estimateRecord);
  const texts = (key: string): (string | null)[] => records.map((record) => textOf(record[key]));
  const numbers = (key: string): Float64Array => Float64Array.from(records, (record) => (typeof record[key] === "number" ? record[key] : NaN));
  const limit = (i: number): Float64Array => Float64Array.from(records, (record) => ((record["ci"] as readonly number[] | null)?.[i] ?? NaN));
  return tableFromArrays({
    id: texts("id"), table: texts("table"), column: numbers("column"), label: texts("label"),
    model: texts("model"), score: texts("score"), outcome: texts("outcome"), treatment: texts("treatment"),
    coef: numbers("coef"), se: numbers("se"), t: numbers("t"), p: numbers("p"), ci_low: limit(0), ci_high: limit(1),
    n: numbers("n"), units: numbers("units"), clusters: numbers("clusters"),
    constant: texts("constant"), nuisances: texts("nuisances"), ols: texts("ols"), panel_check: texts("panelCheck"),
    path: texts("path"), comparison: texts("comparison"), warnings: texts("warnings"), error: texts("error"), spec: texts("spec"),
  });
}

function textOf(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : canonicalJson(value);
}
