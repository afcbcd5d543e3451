import {
  Bool, CompressionType, compressionRegistry, type DataType, DateDay, Decimal, Dictionary, Float16, Float32, Float64, Int32, Int64, Int8,
  LargeUtf8, List, Field, makeData, Message, Null, RecordBatch, RecordBatchFileWriter, RecordBatchStreamWriter, Schema, Struct, Table, tableFromArrays, tableToIPC, TimestampMillisecond,
  Uint64, Uint8, Utf8, Utf8View, Vector, vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import { readArrow } from "../../src/panel/arrow/readArrow.js";
import type { Column, NumberColumn, Panel, TextColumn } from "../../src/panel/panel.js";
import { messageOf } from "../helpers/errors.js";

const formats = ["file", "stream"] as const;
type Format = (typeof formats)[number];

const one = (vector: Vector): Table => new Table({ x: vector });
const read = (table: Table, format: Format = "file"): Panel => readArrow(tableToIPC(table, format), "p.arrow");
const readOne = (vector: Vector, format: Format = "file"): Column => read(one(vector), format).columns.get("x") as Column;
const numbers = (column: Column): number[] => [...(column as NumberColumn).values];
const words = (column: Column): (string | null)[] => {
  const { codes, levels } = column as TextColumn;
  return [...codes].map((code) => levels[code] ?? null);
};

/** The batches of several tables as one file or stream. */
function concatenated(tables: readonly Table[], format: Format): Uint8Array {
  const writer = format === "file" ? new RecordBatchFileWriter() : new RecordBatchStreamWriter();
  for (const table of tables) for (const batch of table.batches) writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

describe("numbers", () => {
  it.each(formats)("of every width come from a %s", (format) => {
    expect(numbers(readOne(vectorFromArray([1.5, null, -0], new Float64()), format))).toEqual([1.5, NaN, -0]);
    expect(numbers(readOne(vectorFromArray([0.1, null], new Float32()), format))).toEqual([Math.fround(0.1), NaN]);
    expect(numbers(readOne(vectorFromArray([0.5, null], new Float16()), format))).toEqual([0.5, NaN]);
    expect(numbers(readOne(vectorFromArray([-128, null, 127], new Int8()), format))).toEqual([-128, NaN, 127]);
    expect(numbers(readOne(vectorFromArray([255, null], new Uint8()), format))).toEqual([255, NaN]);
    expect(numbers(readOne(vectorFromArray([-2e9, null], new Int32()), format))).toEqual([-2e9, NaN]);
    expect(numbers(readOne(vectorFromArray([-(2n ** 53n) + 1n, null, 2009n], new Int64()), format))).toEqual([1 - 2 ** 53, NaN, 2009]);
    expect(numbers(readOne(vectorFromArray([true, null, false], new Bool()), format))).toEqual([1, NaN, 0]);
    expect(numbers(readOne(vectorFromArray([null, null], new Null()), format))).toEqual([NaN, NaN]);
  });

  it("are missing where the bitmap says so, whatever stands beneath", () => {
    const data = makeData({ type: new Float64(), length: 3, nullCount: 1, nullBitmap: Uint8Array.of(0b101), data: Float64Array.of(1, 99, 3) });
    expect(numbers(readOne(new Vector([data])))).toEqual([1, NaN, 3]);
    const beyond = makeData({ type: new Int64(), length: 2, nullCount: 1, nullBitmap: Uint8Array.of(0b01), data: BigInt64Array.of(1n, 2n ** 62n) });
    expect(numbers(readOne(new Vector([beyond])))).toEqual([1, NaN]);
  });

  it("beyond 2^53 are refused by column and value", () => {
    for (const vector of [vectorFromArray([2n ** 53n], new Int64()), vectorFromArray([-(2n ** 53n)], new Int64()), vectorFromArray([2n ** 64n - 1n], new Uint64())]) {
      expect(messageOf(() => readOne(vector))).toMatch(/^p\.arrow, column `x` holds the integer -?\d+, which is beyond 2\^53/);
    }
  });

  it("come through a dictionary", () => {
    const vector = vectorFromArray([2010, null, 2009, 2010], new Dictionary(new Int32(), new Int8()));
    expect(numbers(readOne(vector))).toEqual([2010, NaN, 2009, 2010]);
  });
});

describe("dates", () => {
  it("are days since 1960, or milliseconds where some are no midnights", () => {
    for (const type of [new DateDay(), new TimestampMillisecond()]) {
      expect(readOne(vectorFromArray([new Date(0), null, new Date(-86_400_000)], type))).toMatchObject({ date: "day", values: Float64Array.of(3653, NaN, 3652) });
    }
    expect(readOne(vectorFromArray([new Date(0), new Date(1)], new TimestampMillisecond()))).toMatchObject({ date: "millisecond", values: Float64Array.of(3653 * 86_400_000, 3653 * 86_400_000 + 1) });
  });
});

describe("text", () => {
  const cells = ["北京", null, "a", "", "北京", "b"];
  const wanted = ["北京", null, "a", null, "北京", "b"];
  const types: readonly (readonly [string, DataType])[] = [
    ["utf8", new Utf8()],
    ["large utf8", new LargeUtf8()],
    ["utf8 view", new Utf8View()],
    ["dictionary", new Dictionary(new Utf8(), new Int8())],
  ];

  it.each(types)("as %s is coded by first appearance, null and empty as missing", (_, type) => {
    for (const format of formats) {
      const column = readOne(vectorFromArray(cells, type), format);
      expect(words(column)).toEqual(wanted);
      expect(column).toMatchObject({ levels: ["北京", "a", "b"], firstText: 0 });
    }
  });

  it("by dictionary leaves out levels that no row has, joins equal ones, and follows the rows' order", () => {
    const dictionary = vectorFromArray(["unused", "b", "a", "b", null], new Utf8());
    const type = new Dictionary(new Utf8(), new Int8());
    const data = makeData({ type, length: 6, nullCount: 1, nullBitmap: Uint8Array.of(0b111110), data: Int8Array.of(0, 2, 3, 1, 2, 4), dictionary });
    const column = readOne(new Vector([data])) as TextColumn;
    expect(words(column)).toEqual([null, "a", "b", "b", "a", null]);
    expect(column).toMatchObject({ levels: ["a", "b"], firstText: 1 });
  });

  it("without a value is a numeric column, as in a CSV", () => {
    expect(numbers(readOne(vectorFromArray([null, null], new Utf8())))).toEqual([NaN, NaN]);
  });
});

describe("batches", () => {
  it.each(formats)("of a %s follow one another", (format) => {
    const part = (x: (number | null)[], c: (string | null)[]): Table => new Table({ x: vectorFromArray(x, new Float64()), c: vectorFromArray(c, new Utf8()) });
    const panel = readArrow(concatenated([part([1, null], ["b", "a"]), part([3], ["c"]), part([4, 5], [null, "a"])], format), "p.arrow");
    expect(panel.rows).toBe(5);
    expect(panel.lines).toBeUndefined();
    expect(numbers(panel.columns.get("x") as Column)).toEqual([1, NaN, 3, 4, 5]);
    expect(words(panel.columns.get("c") as Column)).toEqual(["b", "a", "c", null, "a"]);
  });

  it("may bring dictionaries of their own in a stream", () => {
    const type = new Dictionary(new Utf8(), new Int8(), 7);
    const schema = new Schema([new Field("x", type, true)]);
    const part = (cells: string[]): Table => new Table(schema, { x: vectorFromArray(cells, type) });
    const panel = readArrow(concatenated([part(["a", "b"]), part(["c", "a"])], "stream"), "p.arrow");
    expect(words(panel.columns.get("x") as Column)).toEqual(["a", "b", "c", "a"]);
  });

  it("are read from bytes at any offset", () => {
    const bytes = tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2), y: BigInt64Array.of(3n, 4n) }), "file");
    for (let offset = 0; offset < 8; offset++) {
      const moved = new Uint8Array(bytes.length + 8);
      moved.set(bytes, offset);
      const panel = readArrow(moved.subarray(offset, offset + bytes.length), "p.arrow");
      expect([...panel.columns.values()].map(numbers)).toEqual([[1, 2], [3, 4]]);
    }
  });

  it.each(formats)("in any number, of any table, come back equal from a %s", (format) => {
    const row = fc.record({
      real: fc.option(fc.double({ noNaN: true })),
      whole: fc.option(fc.maxSafeInteger()),
      flag: fc.option(fc.boolean()),
      text: fc.option(fc.string({ unit: "grapheme" })),
      level: fc.option(fc.constantFrom("北京", "上海", "a")),
    });
    const batches = fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(batches, (parts) => {
      const rows = parts.flat();
      const levels = new Dictionary(new Utf8(), new Int32(), 1);
      const level = vectorFromArray(rows.map((r) => r.level), levels);
      let start = 0;
      const tables = parts.map((part) => new Table({
        real: vectorFromArray(part.map((r) => r.real), new Float64()),
        whole: vectorFromArray(part.map((r) => (r.whole === null ? null : BigInt(r.whole))), new Int64()),
        flag: vectorFromArray(part.map((r) => r.flag), new Bool()),
        text: vectorFromArray(part.map((r) => r.text), new Utf8()),
        level: level.slice(start, (start += part.length)),
      }));
      const { columns } = readArrow(concatenated(tables, format), "p.arrow");
      const asNumbers = (name: string): number[] => numbers(columns.get(name) as Column);
      const nan = (value: number | null): number => value ?? NaN;
      expect(asNumbers("real")).toEqual(rows.map((r) => nan(r.real)));
      expect(asNumbers("whole").map((value) => value + 0)).toEqual(rows.map((r) => nan(r.whole) + 0));
      expect(asNumbers("flag")).toEqual(rows.map((r) => nan(r.flag === null ? null : Number(r.flag))));
      for (const name of ["text", "level"] as const) {
        const column = columns.get(name) as Column;
        const wanted = rows.map((r) => (r[name] === "" ? null : r[name]));
        if (column.kind === "number") expect(wanted.every((cell) => cell === null)).toBe(true);
        else expect(words(column)).toEqual(wanted);
      }
    }), { numRuns: 200 });
  });
});

/** polars 2.1.0: pl.DataFrame({"city": ["北京", None, "上海"], "x": [1.5, None, 3]}).write_ipc(f, compression="uncompressed"). */
const polars =
  "QVJST1cxAAAEAAAA8v///xQAAAAEAAEAAAAKAAsACAAKAAQA+P///wwAAAAIAAgAAAAEAAIAAAA0AAAABAAAAMD///8gAAAAEAAAAAgAAAABAwAAAAAAAPr///8CAAYABgAEAAEAAAB4" +
  "AAAA7P///ywAAAAgAAAAGAAAAAEYAAAQABIABAAQABEACAAAAAwAAAAAAPz///8EAAQABAAAAGNpdHkAAAAA/////8gAAAAEAAAA7P///wABAAAAAAAAFAAAAAQAAwAMABMAEAASAAwA" +
  "BADm////AwAAAAAAAAB0AAAAKAAAABQAAAAAAA4AGAAEAAwAEAAAABQAAQAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAEAAAAAAAAAQAAAAAAAAAAwAAAAAAAAAIAAAAAAAAAAAQAA" +
  "AAAAAADAAAAAAAAAABgAAAAAAAAAAAAAAAIAAAADAAAAAAAAAAEAAAAAAAAAAwAAAAAAAAABAAAAAAAAAP0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
  "AAAAAAAAAAAAAAAAAAAAAAAAAAAGAAAA5YyX5LqsAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAYAAADkuIrmtbcAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/QAAAAAAAAAAAAAAAAAAAAAAAAAA" +
  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPg/AAAAAAAAAAAAAAAAAAAIQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
  "AAD/////AAAAAAQAAADs////QAAAADgAAAAUAAAABAAAAAwAEgAQAAQACAAMAAEAAACoAAAAAAAAANAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAPj///8MAAAACAAIAAAABAACAAAANAAA" +
  "AAQAAADA////IAAAABAAAAAIAAAAAQMAAAAAAAD6////AgAGAAYABAABAAAAeAAAAOz///8sAAAAIAAAABgAAAABGAAAEAASAAQAEAARAAgAAAAMAAAAAAD8////BAAEAAQAAABjaXR5" +
  "AMkAAABBUlJPVzE=";

/** pyarrow 26.0.1: pa.table({"x": [1.5] * 40}) through pa.ipc.new_file with compression="lz4". */
const lz4 =
  "QVJST1cxAAD/////cAAAABAAAAAAAAoADAAGAAUACAAKAAAAAAEEAAwAAAAIAAgAAAAEAAgAAAAEAAAAAQAAABQAAAAQABQACAAGAAcADAAAABAAEAAAAAAAAQMQAAAAGAAAAAQAAAAA" +
  "AAAAAQAAAHgABgAIAAYABgAAAAAAAgD/////mAAAABQAAAAAAAAADAAYAAYABQAIAAwADAAAAAADBAAcAAAAMAAAAAAAAAAAAAAADAAcABAABAAIAAwADAAAAEgAAAAcAAAAFAAAACgA" +
  "AAAAAAAAAAAAAAQABAAEAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACsAAAAAAAAAAAAAAAEAAAAoAAAAAAAAAAAAAAAAAAAAQAEAAAAAAAAEIk0YYECCFAAAABEAAQAh+D8H" +
  "AA8IAP8cUAAAAPg/AAAAAAAAAAAA/////wAAAAAQAAAADAAUAAYACAAMABAADAAAAAAABAA0AAAAJAAAAAQAAAABAAAAgAAAAAAAAACgAAAAAAAAADAAAAAAAAAAAAAAAAgACAAAAAQA" +
  "CAAAAAQAAAABAAAAFAAAABAAFAAIAAYABwAMAAAAEAAQAAAAAAABAxAAAAAYAAAABAAAAAAAAAABAAAAeAAGAAgABgAGAAAAAAACAJgAAABBUlJPVzE=";

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

describe("files of others", () => {
  it("by polars, laid out differently, are read", () => {
    const panel = readArrow(fromBase64(polars), "p.arrow");
    expect(words(panel.columns.get("city") as Column)).toEqual(["北京", null, "上海"]);
    expect(numbers(panel.columns.get("x") as Column)).toEqual([1.5, NaN, 3]);
  });

  it("by pyarrow with LZ4 are read", () => {
    expect(numbers(readArrow(fromBase64(lz4), "p.arrow").columns.get("x") as Column)).toEqual(Array<number>(40).fill(1.5));
  });
});

describe("what it refuses", () => {
  it("other types, with the column", () => {
    const list = vectorFromArray([[1]], new List(new Field("item", new Int32(), true)));
    expect(messageOf(() => readOne(list))).toContain("p.arrow, column `x` holds neither numbers, text nor dates (List<");
    const decimal = new Vector([makeData({ type: new Decimal(2, 10, 128), length: 1, nullCount: 0, data: new Uint32Array(4) })]);
    expect(messageOf(() => readOne(decimal))).toContain('`df["x"].astype("float64")`');
  });

  it("no rows, and names that stand twice", () => {
    expect(messageOf(() => readOne(vectorFromArray([], new Float64())))).toContain("p.arrow has no rows.");
    const named = (names: readonly string[]): Table => {
      const schema = new Schema(names.map((name) => new Field(name, new Float64(), true)));
      const children = names.map(() => makeData({ type: new Float64(), length: 1, nullCount: 0, data: Float64Array.of(1) }));
      return new Table([new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 1, nullCount: 0, children }))]);
    };
    expect(messageOf(() => read(named(["x", "x"])))).toContain("p.arrow: more than one column is called `x`.");
  });

  it("compressed bodies that are damaged", () => {
    // The frames that follow are cut short; `encode` stands in for a writer that broke off.
    const begun = { [CompressionType.LZ4_FRAME]: [4, 34, 77, 24, 64, 64, 192], [CompressionType.ZSTD]: [40, 181, 47, 253, 0, 0] };
    for (const type of [CompressionType.LZ4_FRAME, CompressionType.ZSTD]) {
      compressionRegistry.set(type, { encode: () => Uint8Array.from(begun[type]) });
      for (const vector of [vectorFromArray([1, 2, 3], new Float64()), vectorFromArray(["a", "b"], new Dictionary(new Utf8(), new Int8()))]) {
        for (const format of formats) expect(messageOf(() => readArrow(tableToIPC(one(vector), format, type), "p.arrow"))).toContain("p.arrow is damaged:");
      }
    }
  });

  it("bytes that are not Arrow", () => {
    expect(messageOf(() => readArrow(new Uint8Array(0), "p.arrow"))).toContain("p.arrow is not an Arrow IPC file or stream.");
    expect(messageOf(() => readArrow(new TextEncoder().encode("a,b\n1,2\n"), "p.arrow"))).toContain("not an Arrow IPC file or stream");
  });

  it("a stream without its end mark, or with another stream behind it", () => {
    const bytes = tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2) }), "stream");
    expect(messageOf(() => readArrow(bytes.subarray(0, bytes.length - 8), "p.arrow"))).toContain("p.arrow is cut short");
    const twice = new Uint8Array(2 * bytes.length);
    twice.set(bytes);
    twice.set(bytes, bytes.length);
    expect(messageOf(() => readArrow(twice, "p.arrow"))).toContain("holds more than one Arrow stream");
  });
});

describe("damaged bytes", () => {
  const table = new Table({
    real: vectorFromArray([1.5, null, 3], new Float64()),
    whole: vectorFromArray([1n, 2n, null], new Int64()),
    text: vectorFromArray(["北京", null, "a"], new Utf8()),
    level: vectorFromArray(["u", "v", "u"], new Dictionary(new Utf8(), new Int8())),
  });
  const sources = formats.map((format) => [format, concatenated([table, table], format)] as const);

  it.each(sources)("of a %s cut short anywhere end in an InputError", (_, bytes) => {
    const whole = readArrow(bytes, "p.arrow");
    for (let length = 0; length < bytes.length; length++) {
      try {
        expect(readArrow(bytes.subarray(0, length), "p.arrow")).toEqual(whole);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
  });

  /** Positions of the bytes that hold values: behind the head of each message. */
  function bodies(bytes: Uint8Array, begin: number): number[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found: number[] = [];
    for (let at = begin; view.getInt32(at + 4, true) > 0; ) {
      const body = at + 8 + view.getInt32(at + 4, true);
      const { bodyLength } = Message.decode(bytes.subarray(at + 8, body));
      for (at = body; at < body + bodyLength; at++) found.push(at);
    }
    return found;
  }

  it.each(sources)("of a %s, changed among the values, end in an InputError or in other values", (format, bytes) => {
    const place = fc.constantFrom(...bodies(bytes, format === "file" ? 8 : 0));
    fc.assert(fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
      const damaged = bytes.slice();
      for (const [at, byte] of changes) damaged[at] = byte;
      try {
        const panel = readArrow(damaged, "p.arrow");
        for (const column of panel.columns.values()) expect((column.kind === "number" ? column.values : column.codes).length).toBe(panel.rows);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }), { numRuns: 3000 });
  });

  it("of no sense behind a true beginning end in an InputError", () => {
    const magic = [...new TextEncoder().encode("ARROW1")];
    const begin = fc.constantFrom([...magic, 0, 0], [...magic, 0, 0, 255, 255, 255, 255], [255, 255, 255, 255]);
    const noise = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200, max: 12 }));
    fc.assert(fc.property(begin, noise, fc.constantFrom([], magic), (head, middle, tail) => {
      expect(messageOf(() => readArrow(Uint8Array.of(...head, ...middle, ...tail), "p.arrow"))).toMatch(/^p\.arrow (is cut short or|is) damaged|has no rows|not an Arrow/);
    }), { numRuns: 2000 });
  });

  it("of a file whose line ends were translated end in an InputError", () => {
    const numbers = tableToIPC(tableFromArrays({ x: Float64Array.of(10, 20), n: Int32Array.of(10, 10) }), "file");
    const translated = Uint8Array.from([...numbers].flatMap((byte) => (byte === 10 ? [13, 10] : [byte])));
    expect(messageOf(() => readArrow(translated, "p.arrow"))).toContain("p.arrow is damaged");
  });
});
