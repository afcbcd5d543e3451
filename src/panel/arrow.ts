/** Arrow IPC, file or stream, to a panel. */
import { type Data, DataType, Message, type RecordBatch, RecordBatchReader, Vector } from "apache-arrow";
import { InputError } from "../errors.js";
import { beginsMessage, fileMagic, isArrow, isFile } from "./arrowBytes.js";
import { requireNames } from "./check.js";
import type { Column, Panel } from "./panel.js";

const uncompressed = 'pandas `to_feather(compression="uncompressed")` or R `write_feather(compression = "uncompressed")`';

/**
 * Reads an Arrow IPC file (Feather 2) or stream of any number of record batches. `source` names it in messages.
 *
 * Floats, integers and booleans (0 and 1) become numbers, strings become text, dictionaries what their values are.
 * Nulls are missing, and so are NaN and the empty string; a column without a value is numeric. There are no `lines`.
 *
 * Throws an `InputError` for bytes that are not Arrow, cut short or damaged, for compressed data, no rows, column names
 * that are empty or not unique, integers beyond 2^53, and types that are neither number nor text, such as dates.
 * Cost: one copy of each column; a decoded string per row of plain text, one per level of a dictionary.
 */
export function readArrow(bytes: Uint8Array, source: string): Panel {
  try {
    requireWhole(bytes, source);
    return toPanel(readBatches(bytes), source);
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(source, error);
  }
}

function requireWhole(bytes: Uint8Array, source: string): void {
  if (!isArrow(bytes)) {
    throw new InputError(`${source} is not an Arrow IPC file or stream. Write it as one, for instance with ${uncompressed}.`);
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
  return footerLength > 0 && footerLength <= footerEnd - 8 ? bytes.length : 0;
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
    at += length + Math.max(0, Message.decode(bytes.subarray(at, at + length)).bodyLength);
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
  return { source, rows, columns: new Map(columns.map((column) => [column.name, column])) };
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

function readColumn(name: string, type: DataType, chunks: readonly Data[], place: string): Column {
  const values = DataType.isDictionary(type) ? (type.dictionary as DataType) : type;
  if (DataType.isUtf8(values) || DataType.isLargeUtf8(values) || DataType.isUtf8View(values)) return readText(name, chunks);
  const numeric = DataType.isFloat(values) || DataType.isInt(values) || DataType.isBool(values) || DataType.isNull(values);
  if (numeric) return { kind: "number", name, values: readNumbers(chunks, place) };
  const isTime = DataType.isDate(values) || DataType.isTimestamp(values) || DataType.isTime(values);
  const mend = isTime ? `for instance with pandas \`df["${name}"] = df["${name}"].dt.year\``
    : DataType.isDecimal(values) ? `for instance with pandas \`df["${name}"].astype("float64")\`` : "or leave the column out";
  throw new InputError(`${place} holds ${isTime ? "dates or times" : "neither numbers nor text"} (${String(values)}). Turn it into numbers or text before writing, ${mend}.`);
}

/** All chunks one after the other, NaN where null. */
function readNumbers(chunks: readonly Data[], place: string): Float64Array {
  const all = new Float64Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let start = 0;
  for (const chunk of chunks) {
    const out = all.subarray(start, (start += chunk.length));
    if (DataType.isDictionary(chunk.type)) fillFromDictionary(out, chunk, place);
    else if (isPlain(chunk.type)) fillPlain(out, chunk);
    else fillByCell(out, chunk, place);
  }
  return all;
}

/** Whether the values of a type stand in a typed array as numbers: all but halves, 64-bit integers and bits. */
function isPlain(type: DataType): boolean {
  return DataType.isFloat(type) ? type.precision > 0 : DataType.isInt(type) && type.bitWidth < 64;
}

/** What stands in the values where the bitmap says null is anything: `toArray()` would take it for a value. */
function fillPlain(out: Float64Array, chunk: Data): void {
  out.set((chunk.values as Float64Array).subarray(0, out.length));
  if (chunk.nullCount === 0) return;
  for (let i = 0; i < out.length; i++) if (!chunk.getValid(i)) out[i] = NaN;
}

function fillByCell(out: Float64Array, chunk: Data, place: string): void {
  const cells = new Vector([chunk]);
  for (let i = 0; i < out.length; i++) {
    const cell: unknown = cells.get(i);
    if (typeof cell === "bigint" && (cell > Number.MAX_SAFE_INTEGER || cell < -Number.MAX_SAFE_INTEGER)) {
      throw new InputError(`${place} holds the integer ${cell}, which is beyond 2^53 and has no exact double. Write the column as text, or as float64.`);
    }
    out[i] = cell === null ? NaN : Number(cell);
  }
}

function fillFromDictionary(out: Float64Array, chunk: Data, place: string): void {
  const levels = readNumbers(chunk.dictionary?.data ?? [], place);
  forEachIndex(chunk, levels.length, (i, index) => (out[i] = index < 0 ? NaN : (levels[index] ?? NaN)));
}

/** Calls `visit` with each row of a dictionary chunk and its index, -1 where null. */
function forEachIndex(chunk: Data, levels: number, visit: (row: number, index: number) => void): void {
  const indices = chunk.values as ArrayLike<number | bigint>;
  for (let i = 0; i < chunk.length; i++) {
    const index = chunk.getValid(i) ? Number(indices[i]) : -1;
    if (index >= levels || (index < 0 && chunk.getValid(i))) throw new Error("an index lies outside its dictionary");
    visit(i, index);
  }
}

function readText(name: string, chunks: readonly Data[]): Column {
  const codes = new Int32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  const levels = new Map<string, number>();
  let start = 0;
  for (const chunk of chunks) {
    fillCodes(codes.subarray(start, (start += chunk.length)), chunk, levels);
  }
  const firstText = codes.findIndex((code) => code >= 0);
  if (firstText < 0) return { kind: "number", name, values: new Float64Array(codes.length).fill(NaN) };
  return { kind: "text", name, codes, levels: [...levels.keys()], firstText };
}

function fillCodes(out: Int32Array, chunk: Data, levels: Map<string, number>): void {
  const codeOf = (word: unknown): number => {
    if (typeof word !== "string" || word === "") return -1;
    const code = levels.get(word) ?? levels.size;
    if (code === levels.size) levels.set(word, code);
    return code;
  };
  if (!DataType.isDictionary(chunk.type)) {
    const cells = new Vector([chunk]);
    for (let i = 0; i < out.length; i++) out[i] = codeOf(cells.get(i));
    return;
  }
  const words = chunk.dictionary;
  const known = new Int32Array(words?.length ?? 0).fill(-2);
  forEachIndex(chunk, known.length, (i, index) => {
    if (index >= 0 && known[index] === -2) known[index] = codeOf(words?.get(index));
    out[i] = known[index] ?? -1;
  });
}

function unreadable(source: string, cause: unknown): InputError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = reason.includes("compressed but codec not found")
    ? `${source} is compressed Arrow data, which is not read. Write it without compression, for instance with ${uncompressed}.`
    : `${source} is damaged: its Arrow data cannot be read (${reason}). Copy or write the file again.`;
  return new InputError(message, { cause });
}
