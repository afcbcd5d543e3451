import type { CompressionCodec, ParquetType } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { decompressPage } from "hyparquet/src/datapage.js";
import { prefixed, type Section, verifyRuns, verifyValues } from "./verifyRuns.js";

/** What a page's header says of it; `bytes` is its size before compression. */
export type PageHead =
  | { readonly kind: "dictionary" }
  | { readonly kind: "data"; readonly values: number; readonly encoding: number; readonly bytes: number }
  | {
      readonly kind: "data v2"; readonly values: number; readonly nulls: number; readonly encoding: number; readonly bytes: number;
      readonly definitionBytes: number; readonly repetitionBytes: number; readonly isCompressed: boolean;
    };

/** A column's way of writing; the greatest levels are 0 where there are none. */
export interface ColumnWay {
  readonly codec: CompressionCodec;
  readonly type: ParquetType;
  readonly repetition: number;
  readonly definition: number;
}

/** Checks that the levels and the values of a page hold as many as its header says. Throws an `Error`. */
export function verifyPage(page: Uint8Array, head: Exclude<PageHead, { readonly kind: "dictionary" }>, column: ColumnWay): void {
  const isBoolean = column.type === "BOOLEAN";
  if (head.kind === "data") {
    const whole = sectionOf(decompressPage(page, head.bytes, column.codec, compressors));
    const { start, nulls } = levelsWithin(whole, head.values, column);
    verifyValues({ ...whole, start }, head.encoding, head.values - nulls, isBoolean);
    return;
  }
  // In the second version levels stand before what is compressed.
  const levelBytes = head.repetitionBytes + head.definitionBytes;
  if (levelBytes > Math.min(page.length, head.bytes)) throw new Error("levels are longer than their page");
  const levels = sectionOf(page.subarray(0, levelBytes));
  if (column.repetition > 0) verifyRuns({ ...levels, end: head.repetitionBytes }, bitsOf(column.repetition), head.values);
  if (column.definition > 0) verifyRuns({ ...levels, start: head.repetitionBytes }, bitsOf(column.definition), head.values);
  const rest = page.subarray(levelBytes);
  const content = head.isCompressed ? decompressPage(rest, head.bytes - levelBytes, column.codec, compressors) : rest;
  verifyValues(sectionOf(content), head.encoding, head.values - head.nulls, isBoolean);
}

/** Behind the levels at the beginning of a page of the first version, and how many values they say are missing. */
function levelsWithin(whole: Section, values: number, { repetition, definition }: ColumnWay): { readonly start: number; readonly nulls: number } {
  let [start, nulls] = [whole.start, 0];
  if (repetition > 0) {
    const levels = prefixed({ ...whole, start });
    verifyRuns(levels, bitsOf(repetition), values);
    start = levels.end;
  }
  if (definition > 0) {
    const levels = prefixed({ ...whole, start });
    nulls = values - verifyRuns(levels, bitsOf(definition), values, definition);
    start = levels.end;
  }
  return { start, nulls };
}

function sectionOf(bytes: Uint8Array): Section {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start: 0, end: bytes.byteLength };
}

/** The bits of a level, of which the greatest is given. */
function bitsOf(greatest: number): number {
  return 32 - Math.clz32(greatest);
}
