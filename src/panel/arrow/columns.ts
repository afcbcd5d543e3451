import { type Data, DataType, type Date_, DateUnit, type Timestamp, Vector } from "apache-arrow";
import { InputError } from "../../errors.js";
import { datesOf, DAY } from "../dates.js";
import type { Column } from "../panel.js";

/** One column from its chunks. `place` names it in messages. Throws an `InputError` for a type that is neither number, text nor date. */
export function readColumn(name: string, type: DataType, chunks: readonly Data[], place: string): Column {
  const values = DataType.isDictionary(type) ? (type.dictionary as DataType) : type;
  if (DataType.isUtf8(values) || DataType.isLargeUtf8(values) || DataType.isUtf8View(values)) return readText(name, chunks);
  const numeric = DataType.isFloat(values) || DataType.isInt(values) || DataType.isBool(values) || DataType.isNull(values);
  if (numeric) return { kind: "number", name, values: readNumbers(chunks, place) };
  if (isInstant(type)) return { kind: "number", name, ...datesOf(readInstants(chunks)) };
  const mend = DataType.isDecimal(values) ? `for instance with pandas \`df["${name}"].astype("float64")\`` : "or leave the column out";
  throw new InputError(`${place} holds neither numbers, text nor dates (${String(values)}). Turn it into numbers or text before writing, ${mend}.`);
}

function isInstant(type: DataType): type is Date_ | Timestamp {
  return DataType.isDate(type) || DataType.isTimestamp(type);
}

/** Milliseconds since 1970 (UTC), NaN where null. */
function readInstants(chunks: readonly Data[]): Float64Array {
  const all = new Float64Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let start = 0;
  for (const chunk of chunks) {
    const raw = chunk.values as ArrayLike<number | bigint>;
    const scale = millisecondsOf(chunk.type as Date_ | Timestamp);
    for (let i = 0; i < chunk.length; i++) all[start + i] = chunk.getValid(i) ? Number(raw[i]) * scale[0] / scale[1] : NaN;
    start += chunk.length;
  }
  return all;
}

/** One unit of a type is so many milliseconds, as a fraction: a product or quotient by a whole number is exact. */
function millisecondsOf(type: Date_ | Timestamp): readonly [number, number] {
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? [DAY, 1] : [1, 1];
  const fractions = [[1000, 1], [1, 1], [1, 1000], [1, 1_000_000]] as const;
  return fractions[type.unit];
}

/** All chunks one after the other, NaN where null; a single one that is that already, as it is. */
function readNumbers(chunks: readonly Data[], place: string): Float64Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1 && isReady(only)) return (only.values as Float64Array).subarray(0, only.length);
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

function isReady({ values, nullCount }: Data): boolean {
  return values instanceof Float64Array && nullCount === 0;
}

/** Whether the values of a type stand in a typed array as numbers: all but halves, 64-bit integers and bits. */
function isPlain(type: DataType): boolean {
  return DataType.isFloat(type) ? type.precision > 0 : DataType.isInt(type) && type.bitWidth < 64;
}

/** What stands in the values where the bitmap says null is anything: `toArray()` would take it for a value. */
function fillPlain(out: Float64Array, chunk: Data): void {
  out.set((chunk.values as Float64Array).subarray(0, out.length));
  const { nullBitmap, nullCount, offset } = chunk;
  if (nullCount === 0) return;
  for (let i = 0, at = offset; i < out.length; i++, at++) if (((nullBitmap[at >> 3] ?? 0) & (1 << (at & 7))) === 0) out[i] = NaN;
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
