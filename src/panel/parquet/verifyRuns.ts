import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readVarInt } from "hyparquet/src/thrift.js";

/** What a page's values are encoded as, by the format's number (parquet.thrift, Encoding). */
const [DICTIONARY_OLD, RLE, DELTA, DELTA_LENGTHS, DELTA_BYTES, DICTIONARY] = [2, 3, 5, 6, 7, 8];
/** Writers may fill the last run of packed values up to as many: 63 groups of eight. */
const PADDING = 504;

/** A part of a page. */
export interface Section {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

/**
 * Checks that the runs of a section hold `count` values of `width` bits (Parquet's hybrid of run lengths and packed bits),
 * so that no run is longer than what is left. Gives how many values equal `level`. Throws an `Error`.
 * Cost: one step a run, and where `level` is asked for one a packed value.
 */
export function verifyRuns({ view, start, end }: Section, width: number, count: number, level?: number): number {
  if (width > 32) throw new Error("values are wider than 32 bits");
  const reader = { view, offset: start };
  let equal = 0;
  for (let seen = 0; seen < count; ) {
    if (reader.offset >= end) throw new Error("the runs of a page do not hold its values");
    const header = readVarInt(reader) >>> 0;
    const packed = (header & 1) === 1;
    const length = packed ? 8 * (header >>> 1) : header >>> 1;
    if (length > count - seen + (packed ? PADDING : 0)) throw new Error("a run is longer than its page");
    const values = Math.min(length, count - seen);
    if (level !== undefined) equal += packed ? packedEqual(view, reader.offset, width, values, level) : values * Number(runValue(view, reader.offset, width) === level);
    reader.offset += packed ? (length / 8) * width : (width + 7) >> 3;
    seen += values;
  }
  return equal;
}

function runValue(view: DataView, at: number, width: number): number {
  return width === 0 ? 0 : view.getUint8(at); // levels are below 256
}

/** How many of the values packed from a place on equal one; all are narrower than a byte. */
function packedEqual(view: DataView, at: number, width: number, count: number, level: number): number {
  const mask = (1 << width) - 1;
  let equal = 0;
  for (let i = 0, bit = 0; i < count; i++, bit += width) {
    const byte = at + (bit >>> 3);
    const next = (bit & 7) + width > 8 ? view.getUint8(byte + 1) : 0;
    if ((((view.getUint8(byte) | (next << 8)) >>> (bit & 7)) & mask) === level) equal++;
  }
  return equal;
}

/** The section behind a length of four bytes that must lie in the section given. */
export function prefixed({ view, start, end }: Section): Section {
  const own = start + 4 <= end ? view.getUint32(start, true) : Infinity;
  if (own > end - start - 4) throw new Error("levels are longer than their page");
  return { view, start: start + 4, end: start + 4 + own };
}

/** Checks that a section, of which nothing is compressed any more, can hold `count` values under an encoding. Throws an `Error`. */
export function verifyValues(section: Section, encoding: number, count: number, isBoolean: boolean): void {
  const { view, start } = section;
  if (count < 0) throw new Error("a page has more nulls than values");
  if (encoding === RLE && isBoolean) verifyRuns(prefixed(section), 1, count);
  else if (encoding === DICTIONARY || encoding === DICTIONARY_OLD || encoding === RLE) {
    // Values of no bits are all the same: of them there need not be runs.
    const width = count === 0 ? 0 : view.getUint8(start);
    if (width > 0 || start + 1 < section.end) verifyRuns({ ...section, start: start + 1 }, width, count);
  } else if (encoding === DELTA || encoding === DELTA_LENGTHS) verifyDeltas(section);
  else if (encoding === DELTA_BYTES) verifyPrefixes(section, count);
}

/** The head of deltas: blocks of so many values in so many parts, which the library would follow anywhere, backwards too. */
function verifyDeltas({ view, start, end }: Section): void {
  const reader = { view, offset: start };
  const [block, parts] = [readVarInt(reader), readVarInt(reader)];
  if (!(block > 0 && parts > 0 && parts <= end - start && block % (8 * parts) === 0)) throw new Error("the blocks of a page are none");
}

/** Texts that begin as the text before them does: no longer a beginning than that text has. */
function verifyPrefixes(section: Section, count: number): void {
  verifyDeltas(section);
  const reader = { view: section.view, offset: section.start };
  const [prefixes, suffixes] = [new Int32Array(count), new Int32Array(count)];
  deltaBinaryUnpack(reader, count, prefixes);
  verifyDeltas({ ...section, start: reader.offset });
  deltaBinaryUnpack(reader, count, suffixes);
  let before = 0;
  for (let i = 0; i < count; i++) {
    const [prefix, suffix] = [prefixes[i] as number, suffixes[i] as number];
    if (!(prefix >= 0 && prefix <= before && suffix >= 0)) throw new Error("a text begins as none before it does");
    before = prefix + suffix;
  }
}
