/** Arrow IPC, file or stream, to a panel. */
import { type Data, DataType, Message, type RecordBatch, RecordBatchReader, type Table } from "apache-arrow";
import { InputError } from "../../errors.js";
import { requireNames } from "../check.js";
import { METADATA, withDescriptions } from "../descriptions.js";
import type { Panel } from "../panel.js";
import { beginsMessage, fileMagic, isArrow, isFile } from "./bytes.js";
import { registerCodecs } from "./codecs.js";
import { readColumn } from "./columns.js";
import { verifyFooter, verifyMessage } from "./verify.js";

const writers = 'pandas `to_feather` or R `write_feather`';

/**
 * Reads an Arrow IPC file (Feather 2) or stream of any number of record batches. `source` names it in messages.
 *
 * Floats, integers and booleans (0 and 1) become numbers, dates and times of day of a date become numbers with a unit,
 * strings become text, dictionaries what their values are. Nulls are missing, and so are NaN and the empty string; a
 * column without a value is numeric. Bodies may be compressed by LZ4 or ZSTD. There are no `lines`.
 *
 * Throws an `InputError` for bytes that are not Arrow, cut short or damaged, no rows, column names that are empty or not
 * unique, integers beyond 2^53, and types that are neither number, text nor date.
 * Cost: one copy of each column, none of a float64 column of one uncompressed batch without nulls, which stays where the
 * bytes are; a decoded string per row of plain text, one per level of a dictionary.
 */
export function readArrow(bytes: Uint8Array, source: string): Panel {
  try {
    registerCodecs();
    requireWhole(bytes, source);
    return toPanel(readBatches(bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()), source);
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(source, error);
  }
}

/**
 * A panel of an Arrow table in memory, its columns taken as `readArrow` takes them. A float64 column of one batch without nulls
 * is not copied: leave the table alone while the panel is in use.
 */
export function readTable(table: Table, source: string): Panel {
  return toPanel(table.batches, source);
}

function requireWhole(bytes: Uint8Array, source: string): void {
  if (!isArrow(bytes)) {
    throw new InputError(`${source} is not an Arrow IPC file or stream. Write it as one, for instance with ${writers}.`);
  }
  const end = isFile(bytes) ? fileEnd(bytes) : streamEnd(bytes);
  if (end === 0) {
    throw new InputError(`${source} is cut short or damaged: its Arrow data does not come to an end mark. Copy or write the file again, and close the writer.`);
  }
  if (beginsMessage(bytes, end)) {
    throw new InputError(`${source} holds more than one Arrow stream. Write all rows to one stream.`);
  }
}

/** Where a file ends, 0 if it does not end as it should: footer, length of the footer, magic word. */
function fileEnd(bytes: Uint8Array): number {
  const footerEnd = bytes.length - fileMagic.length - 4;
  if (footerEnd < 8 || !isFile(bytes.subarray(footerEnd + 4))) return 0;
  const footerLength = viewOf(bytes).getInt32(footerEnd, true);
  if (footerLength <= 0 || footerLength > footerEnd - 8) return 0;
  for (const at of verifyFooter(bytes.subarray(footerEnd - footerLength, footerEnd))) verifyMessage(metadataAt(bytes, at));
  return bytes.length;
}

/** A message's metadata, which stand behind their mark and their length. */
function metadataAt(bytes: Uint8Array, at: number): Uint8Array {
  const length = beginsMessage(bytes, at) ? viewOf(bytes).getInt32(at + 4, true) : -1;
  if (length <= 0 || at + 8 + length > bytes.length) throw new Error("a message is not where it should be");
  return bytes.subarray(at + 8, at + 8 + length);
}

/** Where a stream's end mark ends, 0 if there is none: without it whole batches could be lost unnoticed. */
function streamEnd(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let at = 0;
  while (beginsMessage(bytes, at)) {
    const length = view.getInt32(at + 4, true);
    at += 8;
    if (length === 0) return at;
    if (length < 0 || at + length > bytes.length) return 0;
    const metadata = bytes.subarray(at, at + length);
    verifyMessage(metadata);
    at += length + Math.max(0, Message.decode(metadata).bodyLength);
  }
  return 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readBatches(bytes: Uint8Array): RecordBatch[] {
  const reader = RecordBatchReader.from(bytes).open();
  if (!reader.isFile()) return [...reader];
  const batches: RecordBatch[] = [];
  for (let b = 0; b < reader.numRecordBatches; b++) {
    const offset = reader.footer?.getRecordBatch(b)?.offset ?? -1;
    const batch = beginsMessage(bytes, offset) ? reader.readRecordBatch(b) : null;
    if (batch === null) throw new Error(`record batch ${b + 1} of ${reader.numRecordBatches} is not where it should be`);
    batches.push(batch);
  }
  return batches;
}

function toPanel(batches: readonly RecordBatch[], source: string): Panel {
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  const fields = batches[0]?.schema.fields ?? [];
  if (rows === 0) throw new InputError(`${source} has no rows. Give a file with at least one row.`);
  const names = fields.map((field) => field.name);
  requireNames(names, source, "for instance with pandas `df.columns = [...]`");
  const columns = fields.map((field, c) => {
    const chunks = batches.map((batch) => chunkOf(batch, c));
    const place = `${source}, column \`${field.name}\``;
    return readColumn(field.name, field.type, chunks, place);
  });
  const panel = { source, rows, columns: new Map(columns.map((column) => [column.name, column])) };
  return withDescriptions(panel, batches[0]?.schema.metadata.get(METADATA));
}

/** Column `c` of a batch, its buffers as long as its rows need. */
function chunkOf(batch: RecordBatch, c: number): Data {
  const chunk = batch.data.children[c];
  if (chunk === undefined || chunk.length !== batch.numRows) throw new Error("a batch lacks rows of a column");
  const { type, length } = chunk;
  const entries = DataType.isNull(type) ? length
    : DataType.isBool(type) ? 8 * chunk.values.length
    : DataType.isUtf8(type) || DataType.isLargeUtf8(type) ? chunk.valueOffsets.length - 1
    : (chunk.values as ArrayLike<unknown> | undefined)?.length ?? length;
  if (entries < length && length > 0) throw new Error("a buffer is shorter than its column");
  return chunk;
}

function unreadable(source: string, cause: unknown): InputError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `${source} is damaged: its Arrow data cannot be read (${reason}). Copy or write the file again.`;
  return new InputError(message, { cause });
}
