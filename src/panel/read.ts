/** Bytes of a data file to a panel: which format they are is found in the bytes, not in the file's name. */
import { InputError } from "../errors.js";
import { isArrow } from "./arrowBytes.js";
import { type CsvOptions, readCsv } from "./csv.js";
import type { Panel } from "./panel.js";

/** How a data file is written. All of it concerns text; Arrow says everything itself. */
export interface ReadOptions extends CsvOptions {
  /** utf-8 by default; `gb18030` and every other name that `TextDecoder` knows. A byte order mark goes before it. */
  readonly encoding?: string;
}

const remedy = "Save it as CSV or Arrow IPC";
const longestText = 0x1fffffe8;

/** Formats that are not read: how their files begin, what they are called, what to do. */
const otherFormats: readonly (readonly [begins: string | RegExp, name: string, mend: string])[] = [
  ["<stata_dta>", "a Stata file", `${remedy}; in Stata: \`export delimited using panel.csv\``],
  [/^[\x69-\x73][\x01\x02]\x01/, "a Stata file", `${remedy}; in Stata: \`export delimited using panel.csv\``],
  ["PK\x03\x04", "an Excel workbook or another zip archive", `${remedy}; in Excel: Save As, CSV UTF-8`],
  ["\xd0\xcf\x11\xe0", "an old Excel workbook", `${remedy}; in Excel: Save As, CSV UTF-8`],
  ["PAR1", "a Parquet file", `${remedy}; in pandas: \`to_feather("panel.arrow", compression="uncompressed")\``],
  ["FEA1", "a Feather file of version 1", `${remedy}; in pandas: \`to_feather("panel.arrow", compression="uncompressed")\``],
  ["\x1f\x8b", "compressed with gzip (as .csv.gz and .rds files are)", "Unpack it; if it comes from R, write CSV or Arrow IPC"],
  ["$FL2", "an SPSS file", remedy],
  ["\x89HDF", "an HDF5 file", remedy],
  [/^\s*<(?:!doctype|html)/i, "a web page", "Download the file itself; often the page asks to log in first"],
  ["SQLite format 3", "a SQLite database", "Export the table as CSV or Arrow IPC"],
];

/**
 * Reads a panel from the bytes of a CSV file or an Arrow IPC file or stream. `source` names it in messages.
 *
 * Throws an `InputError` for another format (and says which), bytes that are not text in the encoding (with the line),
 * an unknown encoding, more text than a JavaScript string holds (512 MB), and all that `readCsv` and `readArrow` refuse.
 * Cost: for text, one copy as a string and the cost of `readCsv`; for Arrow, the cost of `readArrow`.
 */
export async function readPanel(bytes: Uint8Array, source: string, options: ReadOptions): Promise<Panel> {
  // Loaded when needed: the library takes longer to load than most files to read.
  if (isArrow(bytes)) return (await import("./arrow.js")).readArrow(bytes, source);
  refuseOtherFormats(bytes, source);
  return readCsv(decodeText(bytes, source, options.encoding), source, options);
}

function refuseOtherFormats(bytes: Uint8Array, source: string): void {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  for (const [begins, name, mend] of otherFormats) {
    const found = typeof begins === "string" ? head.startsWith(begins) : begins.test(head);
    if (found) throw new InputError(`${source} is ${name}, and only CSV and Arrow IPC are read. ${mend}.`);
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

function makeDecoder(encoding: string, source: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new InputError(`\`${encoding}\`, given as the encoding of ${source}, is not known. Set \`encoding\` to utf-8, gb18030, utf-16le or another name that browsers know.`);
  }
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
