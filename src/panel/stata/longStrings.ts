import type { Cursor } from "./cursor.js";
import type { Header } from "./header.js";
import { referenceKey } from "./numbers.js";

const [BINARY, TEXT] = [129, 130];

/** Where each long string (strL) of the file stands, by its reference; its end is -1 where it is binary. */
export function readLongStrings(cursor: Cursor, { layout }: Header): ReadonlyMap<number, readonly [start: number, end: number]> {
  const spans = new Map<number, readonly [number, number]>();
  cursor.expect("<strls>");
  while (cursor.took("GSO")) {
    const key = referenceKey(cursor.integer(4), cursor.integer(layout.stringRow));
    const kind = cursor.integer(1);
    const length = cursor.integer(4);
    const start = cursor.skip(length);
    if (kind !== BINARY && kind !== TEXT) throw cursor.damaged(`a long string has kind ${kind}, which there is not`);
    // Text ends with a zero byte, which is not part of it.
    spans.set(key, [start, kind === BINARY ? -1 : start + Math.max(0, length - 1)]);
  }
  cursor.expect("</strls>");
  return spans;
}
