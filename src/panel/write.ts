/** A panel to the bytes of a data file. */
import { InputError } from "../errors.js";
import type { Panel } from "./panel.js";

/** The formats that are written. */
export type Format = "csv" | "arrow" | "parquet" | "dta";

const endings: Readonly<Record<string, Format>> = { csv: "csv", arrow: "arrow", feather: "arrow", parquet: "parquet", dta: "dta" };

/** The format that a file's name asks for by its ending. Throws an `InputError` for any other. */
export function formatOf(file: string): Format {
  const ending = /\.([^./\\]*)$/.exec(file)?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  if (format === undefined) throw new InputError(`${file}: the ending says which format to write: .csv, .arrow or .feather, .parquet, or .dta.`);
  return format;
}

/** Writes a panel. What each format does with dates, labels and missing values stands with its writer. */
export async function writePanel(panel: Panel, format: Format): Promise<Uint8Array> {
  // Loaded when needed, as the readers are.
  switch (format) {
    case "csv":
      return (await import("./writeCsv.js")).writeCsv(panel);
    case "arrow":
      return (await import("./arrow/writeArrow.js")).writeArrow(panel);
    case "parquet":
      return (await import("./parquet/writeParquet.js")).writeParquet(panel);
    case "dta":
      return (await import("./stata/writeStata.js")).writeStata(panel);
  }
}
