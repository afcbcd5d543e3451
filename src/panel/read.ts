/** Bytes of a data file to a panel: which format they are is found in the bytes, not in the file's name. */
import { InputError } from "../errors.js";
import { isArrow } from "./arrow/bytes.js";
import { isParquet, isStata, isZip } from "./formats.js";
import { type CsvOptions, readCsv } from "./csv.js";
import { makeDecoder } from "./decode.js";
import type { Panel } from "./panel.js";

/** How a data file is written. Most of it concerns text; other formats say everything themselves. */
export interface ReadOptions extends CsvOptions {
  /**
   * Of CSV, and of files by Stata 13 and older: utf-8 by default; `gb18030` and every other name that `TextDecoder`
   * knows. A byte order mark goes before it.
   */
  readonly encoding?: string;
  /** The sheet of an Excel workbook; the first by default. */
  readonly sheet?: string;
}

const readFormats = "CSV, Stata, Arrow IPC, Parquet and Excel (.xlsx)";
const remedy = "Save it as CSV, Arrow IPC or Parquet";
const longestText = 0x1fffffe8;

/** Formats that are not read: how their files begin, what they are called, what to do. */
const otherFormats: readonly (readonly [begins: string | RegExp, name: string, mend: string])[] = [
  ["\xd0\xcf\x11\xe0", "an old Excel workbook", "In Excel: Save As, Excel workbook (.xlsx) or CSV UTF-8"],
  ["FEA1", "a Feather file of version 1", `${remedy}; in pandas: \`to_feather("panel.arrow")\``],
  ["\x1f\x8b", "compressed with gzip (as .csv.gz and .rds files are)", "Unpack it; if it comes from R, write CSV or Arrow IPC"],
  ["$FL2", "an SPSS file", remedy],
  ["\x89HDF", "an HDF5 file", remedy],
  [/^\s*<(?:!doctype|html)/i, "a web page", "Download the file itself; often the page asks to log in first"],
  ["SQLite format 3", "a SQLite database", "Export the table as CSV or Arrow IPC"],
];

/**
 * Reads a panel from the bytes of a CSV, Stata (.dta), Arrow IPC, Parquet or Excel (.xlsx) file. `source` names it in messages.
 *
 * Throws an `InputError` for another format (and says which), bytes that are not text in the encoding (with the line),
 * an unknown encoding, more text than a JavaScript string holds (512 MB), and all that the formats' readers refuse.
 * Cost: for text, one copy as a string and the cost of `readCsv`; else that of the format's reader.
 */
export async function readPanel(given: Uint8Array, source: string, options: ReadOptions = {}): Promise<Panel> {
  // Node's Buffer is a Uint8Array whose `slice` is a view, not a copy.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  // Loaded when needed: most of them take longer to load than a file to read.
  if (isArrow(bytes)) return (await import("./arrow/readArrow.js")).readArrow(bytes, source);
  if (isStata(bytes)) return (await import("./stata/readStata.js")).readStata(bytes, source, options.encoding);
  if (isParquet(bytes)) return (await import("./parquet/readParquet.js")).readParquet(bytes, source);
  if (isZip(bytes)) return (await import("./xlsx.js")).readXlsx(bytes, source, options.sheet);
  refuseOtherFormats(bytes, source);
  return readCsv(decodeText(bytes, source, options.encoding), source, options);
}

function refuseOtherFormats(bytes: Uint8Array, source: string): void {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  for (const [begins, name, mend] of otherFormats) {
    const found = typeof begins === "string" ? head.startsWith(begins) : begins.test(head);
    if (found) throw new InputError(`${source} is ${name}, and only ${readFormats} are read. ${mend}.`);
  }
}

function decodeText(bytes: Uint8Array, source: string, given: string | undefined): string {
  const encoding = markedEncoding(bytes) ?? given ?? "utf-8";
  const decoder = makeDecoder(encoding, source);
  if (bytes.length > longestText) {
    throw new InputError(`${source} holds more text than can be read at once (${bytes.length} bytes). Write it as Arrow IPC, or as fewer columns.`);
  }
  if (!decoder.encoding.startsWith("utf-16") && bytes.subarray(0, 4096).includes(0)) {
    throw new InputError(`${source} holds zero bytes, so it is not ${decoder.encoding} text. Give a CSV or Arrow IPC file, or set \`encoding: utf-16le\` if it is that.`);
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw notText(bytes, source, decoder.encoding);
  }
}

/** What a byte order mark says. */
function markedEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}

/** Names the first line that cannot be decoded. In every encoding but UTF-16 the byte of a line end means nothing else. */
function notText(bytes: Uint8Array, source: string, encoding: string): InputError {
  const mend = encoding === "utf-8" ? "Set `encoding: gb18030` for files from Chinese Excel or Stata, or save the file as UTF-8."
    : "Set `encoding` to what the file was written in, or save the file as UTF-8.";
  const line = encoding.startsWith("utf-16") ? "" : `, line ${firstBadLine(bytes, encoding)}`;
  return new InputError(`${source}${line}: the text is not ${encoding}. ${mend}`);
}

function firstBadLine(bytes: Uint8Array, encoding: string): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = lineEnd(bytes, start);
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      break;
    }
    start = bytes[end] === 13 && bytes[end + 1] === 10 ? end + 2 : end + 1;
  }
  return line;
}

/** Where the next LF or CR at or after `start` stands. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++;
  return end;
}
