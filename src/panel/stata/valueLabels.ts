import { type Cursor, endOfText } from "./cursor.js";
import type { Header } from "./header.js";

/** Value labels by name: what each value is called. Labels of missing values are left out. */
export type ValueLabels = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Values of a long above this are missing. */
const GREATEST = 2147483620;

/** Reads all value labels, which end a file. */
export function readValueLabels(cursor: Cursor, header: Header): ValueLabels {
  const { layout, decode } = header;
  const all = new Map<string, ReadonlyMap<number, string>>();
  if (layout.tagged) cursor.expect("<value_labels>");
  while (layout.tagged ? cursor.took("<lbl>") : cursor.at < cursor.bytes.length) {
    const length = cursor.integer(4);
    const name = decode(cursor.field(layout.name), "the name of a value label");
    cursor.skip(3);
    all.set(name, readTable(cursor, cursor.skip(length), length, (bytes) => decode(bytes, `value label \`${name}\``)));
    if (layout.tagged) cursor.expect("</lbl>");
  }
  if (layout.tagged) cursor.expect("</value_labels>");
  return all;
}

/** n, length of the text, n places in the text, n values, the text. */
function readTable(cursor: Cursor, start: number, length: number, decode: (bytes: Uint8Array) => string): ReadonlyMap<number, string> {
  const { bytes, view, little } = cursor;
  const entries = length >= 8 ? view.getInt32(start, little) : -1;
  const textLength = length >= 8 ? view.getInt32(start + 4, little) : -1;
  if (entries < 0 || textLength < 0 || 8 + 8 * entries + textLength > length) throw cursor.damaged("a table of value labels does not fit its size");
  const [places, values, text] = [start + 8, start + 8 + 4 * entries, start + 8 + 8 * entries];
  const labels = new Map<number, string>();
  for (let i = 0; i < entries; i++) {
    const at = text + view.getInt32(places + 4 * i, little);
    if (at < text || at > text + textLength) throw cursor.damaged("a value label stands outside its table");
    const value = view.getInt32(values + 4 * i, little);
    if (value <= GREATEST) labels.set(value, decode(bytes.subarray(at, endOfText(bytes, at, text + textLength))));
  }
  return labels;
}
