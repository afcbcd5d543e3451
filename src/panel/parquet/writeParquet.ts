import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { areWhole, DAY, DAYS_TO_1970 } from "../dates.js";
import { descriptionsOf, METADATA } from "../descriptions.js";
import type { Column, Panel } from "../panel.js";

/**
 * A panel as a Parquet file, compressed by Snappy: numbers as double, text as strings, days and milliseconds as dates and
 * local timestamps; missing values are nulls. Labels go into the file's metadata. Cost: a value a cell in JavaScript arrays.
 */
export function writeParquet(panel: Panel): Uint8Array {
  const columns = [...panel.columns.values()].map(stored);
  const schema: SchemaElement[] = [{ name: "root", num_children: columns.length }, ...columns.map(({ element }) => element)];
  const descriptions = descriptionsOf(panel);
  return new Uint8Array(parquetWriteBuffer({
    columnData: columns.map(({ element, data }) => ({ name: element.name, data })), schema, createdBy: "neyman",
    ...(descriptions === null ? {} : { kvMetadata: [{ key: METADATA, value: descriptions }] }),
  }));
}

/** A column's type, and its values as that type has them. */
interface Stored {
  readonly element: SchemaElement;
  readonly data: Float64Array | unknown[];
}

function stored(column: Column): Stored {
  const common = { name: column.name, repetition_type: "OPTIONAL" } as const;
  if (column.kind === "text") return { element: { ...common, type: "BYTE_ARRAY", converted_type: "UTF8" }, data: Array.from(column.codes, (code) => column.levels[code] ?? null) };
  const { values, date } = column;
  const each = (convert: (value: number) => number | bigint): unknown[] => Array.from(values, (value) => (Number.isNaN(value) ? null : convert(value)));
  if (date === "day" && areWhole(values)) return { element: { ...common, type: "INT32", converted_type: "DATE" }, data: each((value) => value - DAYS_TO_1970) };
  if (date === "millisecond" && areWhole(values)) {
    return { element: { ...common, type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MILLIS" } }, data: each((value) => BigInt(value - DAYS_TO_1970 * DAY)) };
  }
  return { element: { ...common, type: "DOUBLE" }, data: values.some(Number.isNaN) ? each((value) => value) : values };
}
