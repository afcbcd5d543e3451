import type { ColumnChunk, FileMetaData } from "hyparquet";
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from "hyparquet/src/schema.js";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";
import { type PageHead, verifyPage } from "./verifyPage.js";

/** Of a page header, by the number of its field (parquet.thrift, PageHeader). */
const [UNCOMPRESSED, COMPRESSED, DATA, DICTIONARY, DATA_V2] = [2, 3, 5, 7, 8];
/** The parts of a header that say what a page holds, with as many fields, of which the first counts the values, as must be there. */
const parts = [[DATA, 4], [DICTIONARY, 2], [DATA_V2, 6]] as const;
/** A page is said to hold no more than this many bytes for each of its own: what compresses better is damaged. */
const EXPANSION = 2000;

/**
 * Checks each page before the library, which trusts it, makes room for what it declares: sizes and counts must be numbers that
 * fit the chunk, and runs must fit the page. Throws an `Error` where they do not. Cost: each page is decompressed once more.
 */
export function verifyPages(bytes: Uint8Array, { row_groups, schema }: FileMetaData): void {
  for (const { columns, num_rows } of row_groups) for (const column of columns) verifyChunk(bytes, column, schema, Number(num_rows));
}

function verifyChunk(bytes: Uint8Array, { meta_data }: ColumnChunk, schema: FileMetaData["schema"], rows: number): void {
  if (meta_data === undefined) throw new Error("a column has no metadata");
  const { dictionary_page_offset, data_page_offset, total_compressed_size, path_in_schema, codec, type } = meta_data;
  const start = Number(dictionary_page_offset ?? 0n) > 0 ? Math.min(Number(dictionary_page_offset), Number(data_page_offset)) : Number(data_page_offset);
  const end = start + Number(total_compressed_size);
  if (!(start >= 4 && end > start && end <= bytes.length)) throw new Error("a column lies outside the file");
  const path = getSchemaPath(schema, path_in_schema);
  const column = { codec, type, repetition: getMaxRepetitionLevel(path), definition: getMaxDefinitionLevel(path) };
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset + start, end - start), offset: 0 };
  let held = 0;
  while (held < Number(meta_data.num_values)) { // each header takes a byte or more, so this ends
    const { head, size } = readHead(reader);
    if (size > reader.view.byteLength - reader.offset) throw new Error("a page is longer than its column");
    if (head.kind !== "dictionary") {
      verifyPage(bytes.subarray(start + reader.offset, start + reader.offset + size), head, column);
      held += head.values;
    }
    reader.offset += size;
  }
  // Of a list a row has any number of values; of anything else one.
  if (held > Number(meta_data.num_values) || (path_in_schema.length === 1 && held !== rows)) throw new Error("the pages of a column do not hold its values");
}

/** The header where the reader stands, and the bytes of the page behind it. */
function readHead(reader: { readonly view: DataView; offset: number }): { readonly head: PageHead; readonly size: number } {
  const header = deserializeTCompactProtocol(reader) as Readonly<Record<string, unknown>>;
  const [size, bytes] = [numberIn(header, COMPRESSED), numberIn(header, UNCOMPRESSED)];
  const [part, fields] = parts.find(([number]) => header[`field_${number}`] !== undefined) ?? [DATA, 4];
  const content = (header[`field_${part}`] ?? {}) as Readonly<Record<string, unknown>>;
  const [values = 0, second = 0, , fourth = 0, definitionBytes = 0, repetitionBytes = 0] = Array.from({ length: fields }, (_, i) => numberIn(content, i + 1));
  if (bytes > EXPANSION * (size + 64)) throw new Error("a page is too large for its bytes");
  switch (part) {
    case DICTIONARY:
      if (values > bytes + 1) throw new Error("a dictionary holds more values than bytes");
      return { head: { kind: "dictionary" }, size };
    case DATA:
      return { head: { kind: "data", values, encoding: second, bytes }, size };
    default:
      return { head: { kind: "data v2", values, nulls: second, encoding: fourth, definitionBytes, repetitionBytes, bytes, isCompressed: content["field_7"] !== false }, size };
  }
}

function numberIn(record: Readonly<Record<string, unknown>>, field: number): number {
  const value = record[`field_${field}`];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw new Error("a page header is none");
  return value;
}
