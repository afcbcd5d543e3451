/**
 * Checks that the metadata of Arrow messages lies within its bytes before the library, which trusts it, follows it: a
 * wrong length there would have it allocate without end. Shapes: Arrow's format/Message.fbs, Schema.fbs and File.fbs;
 * encoding: the FlatBuffers internals (tables, vtables, vectors).
 */

/** What stands in the fields of a table, by number; scalars are left out. */
interface Shape {
  readonly [field: number]: Part;
}

/** A text; a vector of so many bytes an entry; a table; a vector of tables. */
type Part = "text" | number | { readonly table: Shape } | { readonly tables: Shape };

const keyValue: Shape = { 0: "text", 1: "text" };
const dictionaryEncoding: Shape = { 1: { table: {} } };
const field: { [field: number]: Part } = { 0: "text", 3: { table: {} }, 4: { table: dictionaryEncoding }, 6: { tables: keyValue } };
field[5] = { tables: field };
const schema: Shape = { 1: { tables: field }, 2: { tables: keyValue }, 3: 8 };
const recordBatch: Shape = { 1: 16, 2: 16, 3: { table: {} }, 4: 8 };
const dictionaryBatch: Shape = { 1: { table: recordBatch } };
const footer: Shape = { 1: { table: schema }, 2: 24, 3: 24, 4: { tables: keyValue } };

/** By the number of the union: what a message may hold that is read. */
const headers: readonly (Shape | undefined)[] = [undefined, schema, dictionaryBatch, recordBatch];
const [HEADER_TYPE, HEADER, MESSAGE_METADATA] = [1, 2, 4];
const [DICTIONARIES, BATCHES, BLOCK] = [2, 3, 24];

/** Throws an `Error` if a message's metadata (without its length) points outside itself. Cost: its size. */
export function verifyMessage(bytes: Uint8Array): void {
  const metadata = new Metadata(bytes);
  const root = metadata.follow(0);
  const type = metadata.field(root, HEADER_TYPE);
  const header = headers[type === 0 ? 0 : metadata.view.getUint8(type)];
  if (header === undefined) throw new Error("a message is of no known kind");
  metadata.verify(root, { [HEADER]: { table: header }, [MESSAGE_METADATA]: { tables: keyValue } });
}

/** The same for the footer of a file. Gives where the file's messages begin. */
export function verifyFooter(bytes: Uint8Array): readonly number[] {
  const metadata = new Metadata(bytes);
  const root = metadata.follow(0);
  metadata.verify(root, footer);
  return [DICTIONARIES, BATCHES].flatMap((number) => {
    const at = metadata.field(root, number);
    if (at === 0) return [];
    const start = metadata.follow(at);
    const blocks = metadata.view.getUint32(start, true);
    return Array.from({ length: blocks }, (_, i) => Number(metadata.view.getBigInt64(start + 4 + BLOCK * i, true)));
  });
}

/** A view throws where it is asked for what lies beyond its end. */
class Metadata {
  readonly view: DataView;
  /** Tables that may still be visited: more than there can be are a loop. */
  #left: number;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#left = bytes.length / 4;
  }

  /** Where the offset at `at` points. */
  follow(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  /** Where a field of a table stands, 0 if it is left out. */
  field(table: number, number: number): number {
    const vtable = table - this.view.getInt32(table, true);
    const place = 4 + 2 * number;
    const offset = place < this.view.getUint16(vtable, true) ? this.view.getUint16(vtable + place, true) : 0;
    return offset === 0 ? 0 : table + offset;
  }

  verify(table: number, shape: Shape): void {
    if (this.#left-- < 0) throw new Error("its metadata go round in circles");
    this.field(table, 0);
    for (const [number, part] of Object.entries(shape) as [string, Part][]) {
      const at = this.field(table, Number(number));
      if (at === 0) continue;
      if (typeof part === "object" && "table" in part) this.verify(this.follow(at), part.table);
      else this.#verifyVector(this.follow(at), part);
    }
  }

  #verifyVector(start: number, part: "text" | number | { readonly tables: Shape }): void {
    const entries = this.view.getUint32(start, true);
    const width = part === "text" ? 1 : typeof part === "number" ? part : 4;
    if (entries * width > this.view.byteLength - start - 4) throw new Error("a list in its metadata is longer than the metadata");
    if (typeof part !== "object") return;
    for (let i = 0; i < entries; i++) this.verify(this.follow(start + 4 + 4 * i), part.tables);
  }
}
