import { type Data, DateDay, Dictionary, Field, Float64, Int32, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, TimestampMillisecond, Utf8, vectorFromArray } from "apache-arrow";
import { areWhole, DAY, DAYS_TO_1970 } from "../dates.js";
import { descriptionsOf, METADATA } from "../descriptions.js";
import type { Column, Panel } from "../panel.js";

/** A panel as an uncompressed Arrow IPC file (Feather 2), its table as `tableOf` makes it. Cost: a copy of each column. */
export function writeArrow(panel: Panel): Uint8Array {
  return tableToIPC(tableOf(panel), "file");
}

/**
 * A panel as an Arrow table of one batch: numbers as float64, text as dictionaries, days and milliseconds as dates; missing
 * values are nulls. Labels go into the schema's metadata. Numbers are not copied.
 */
export function tableOf(panel: Panel): Table {
  const columns = [...panel.columns.values()];
  const children = columns.map(dataOf);
  const fields = columns.map(({ name }, c) => new Field(name, (children[c] as Data).type, true));
  const descriptions = descriptionsOf(panel);
  const schema = new Schema(fields, descriptions === null ? undefined : new Map([[METADATA, descriptions]]));
  const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length: panel.rows, nullCount: 0, children }));
  return new Table(schema, [batch]);
}

function dataOf(column: Column): Data {
  if (column.kind === "text") {
    const dictionary = vectorFromArray([...column.levels], new Utf8());
    return makeData({ type: new Dictionary(new Utf8(), new Int32()), length: column.codes.length, ...nullsOf(column.codes, (code) => code < 0), data: column.codes.map((code) => Math.max(0, code)), dictionary });
  }
  const { values, date } = column;
  const length = values.length;
  const nulls = nullsOf(values, Number.isNaN);
  if (date === "day" && areWhole(values)) {
    return makeData({ type: new DateDay(), length, ...nulls, data: Int32Array.from(values, (value) => (Number.isNaN(value) ? 0 : value - DAYS_TO_1970)) });
  }
  if (date === "millisecond" && areWhole(values)) {
    return makeData({ type: new TimestampMillisecond(), length, ...nulls, data: BigInt64Array.from(values, (value) => BigInt(Number.isNaN(value) ? 0 : value - DAYS_TO_1970 * DAY)) });
  }
  return makeData({ type: new Float64(), length, ...nulls, data: values });
}

/** The bitmap of what is there, least bit first. */
function nullsOf(values: Float64Array | Int32Array, isNull: (value: number) => boolean): { readonly nullCount: number; readonly nullBitmap: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  for (let i = 0; i < values.length; i++) {
    if (isNull(values[i] as number)) nullCount++;
    else nullBitmap[i >> 3] = (nullBitmap[i >> 3] as number) | (1 << (i & 7));
  }
  return { nullCount, nullBitmap };
}
