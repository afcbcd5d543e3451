import type { ColumnChunk, RowGroup } from "hyparquet";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";

/** Of a page header, by the number of its field (parquet.thrift, PageHeader). */
const [UNCOMPRESSED, COMPRESSED, DATA, DICTIONARY, DATA_V2] = [2, 3, 5, 7, 8];
/** The parts of a header that say what a page holds, with as many fields, of which the first counts the values, as must be there. */
const parts = [[DATA, 4], [DICTIONARY, 2], [DATA_V2, 6]] as const;
/** A page is said to hold no more than this many bytes for each of its own: what compresses better is damaged. */
const EXPANSION = 2000;

/**
 * Checks each page's header before the library, which trusts it, makes room for what it declares: sizes and counts must
 * be numbers that fit the chunk. Throws an `Error` where they do not. Cost: one header a page.
 */
export function verifyPages(bytes: Uint8Array, groups: readonly RowGroup[]): void {
  for (const { columns, num_rows } of groups) for (const column of columns) verifyChunk(bytes, column, Number(num_rows));
}

function verifyChunk(bytes: Uint8Array, { meta_data }: ColumnChunk, rows: number): void {
  if (meta_data === undefined) throw new Error("a column has no metadata");
  const { dictionary_page_offset, data_page_offset, total_compressed_size, path_in_schema } = meta_data;
  const start = Number(dictionary_page_offset ?? 0n) > 0 ? Math.min(Number(dictionary_page_offset), Number(data_page_offset)) : Number(data_page_offset);
  const end = start + Number(total_compressed_size);
  if (!(start >= 4 && end > start && end <= bytes.length)) throw new Error("a column lies outside the file");
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset + start, end - start), offset: 0 };
  let held = 0;
  while (held < Number(meta_data.num_values)) { // each header takes a byte or more, so this ends
    const header = deserializeTCompactProtocol(reader) as Readonly<Record<string, unknown>>;
    const page = numberIn(header, COMPRESSED);
    const [part, fields] = parts.find(([number]) => header[`field_${number}`] !== undefined) ?? [DATA, 4];
    const content = (header[`field_${part}`] ?? {}) as Readonly<Record<string, unknown>>;
    const [values = 0] = Array.from({ length: fields }, (_, i) => numberIn(content, i + 1));
    if (numberIn(header, UNCOMPRESSED) > EXPANSION * (page + 64)) throw new Error("a page is too large for its bytes");
    if (page > reader.view.byteLength - reader.offset) throw new Error("a page is longer than its column");
    if (part === DICTIONARY && values > numberIn(header, UNCOMPRESSED) + 1) throw new Error("a dictionary holds more values than bytes");
    held += part === DICTIONARY ? 0 : values;
    reader.offset += page;
  }
  // Of a list a row has any number of values; of anything else one.
  if (held > Number(meta_data.num_values) || (path_in_schema.length === 1 && held !== rows)) throw new Error("the pages of a column do not hold its values");
}

function numberIn(record: Readonly<Record<string, unknown>>, field: number): number {
  const value = record[`field_${field}`];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw new Error("a page header is none");
  return value;
}
