import { tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { parquetMetadata } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import { verifyValues } from "../../src/panel/parquet/verifyRuns.js";
import { readPanel } from "../../src/panel/read.js";
import { madeFile } from "../helpers/files.js";

/** Reads, and gives the message of the InputError or null. Any other error fails the test. */
async function outcome(bytes: Uint8Array): Promise<string | null> {
  try {
    await readPanel(bytes, "p", { encoding: "windows-1252" });
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

const whole = [
  "readstat-stata8.dta", "pandas-117-strl.dta", "pandas-118-big.dta", "pandas-119-little.dta", "uncompressed.feather", "lz4.feather", "zstd.arrows",
  "snappy.parquet", "zstd.parquet", "v2.parquet", "book.xlsx",
];

describe("a file that is cut short at any tenth byte says so", () => {
  it.each(whole)("%s", async (name) => {
    const bytes = madeFile(name);
    // Before these a file cannot be told from text.
    const least = name.endsWith(".dta") ? 11 : 8;
    // Nothing in the old formats says that tables of value labels follow the data.
    const mayEnd = name === "readstat-stata8.dta" ? bytes.length - 100 : bytes.length;
    for (let length = 10 * Math.ceil(least / 10); length < bytes.length; length += 10) {
      const message = await outcome(bytes.subarray(0, length));
      if (length < mayEnd) expect(message, `${length} of ${bytes.length} bytes`).toMatch(/^p is (cut short|damaged)/);
    }
  });
});

describe("a file with bytes that are wrong is read or refused, and nothing else", () => {
  it.each(whole)("%s", async (name) => {
    const bytes = madeFile(name);
    const place = fc.oneof(fc.nat({ max: Math.min(400, bytes.length - 1) }), fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 299 }).map((back) => bytes.length - 1 - back));
    const flips = fc.array(fc.tuple(place, fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat({ max: 255 }))), { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(flips, async (all) => {
      const changed = bytes.slice();
      for (const [at, value] of all) changed[at] = value;
      await outcome(changed);
    }), { numRuns: 150 });
  });

  it.each([
    ["a Stata file", [0x72, 2, 1, 0]], ["a tagged Stata file", [...new TextEncoder().encode("<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>")]],
    ["an Arrow file", [...new TextEncoder().encode("ARROW1\0\0")]], ["an Arrow stream", [255, 255, 255, 255]],
    ["a Parquet file", [...new TextEncoder().encode("PAR1")]], ["a workbook", [80, 75, 3, 4]], ["text", []],
  ])("random bytes behind the beginning of %s", async (_, begin) => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (rest, ends) => {
      await outcome(Uint8Array.from([...begin, ...rest, ...(ends ? begin.slice(0, 6) : [])]));
    }), { numRuns: 200 });
  });
});

it("an Arrow stream without its end mark is cut short", async () => {
  const bytes = tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2) }), "stream");
  expect(await outcome(bytes.subarray(0, bytes.length - 8))).toContain("is cut short");
});

describe("a Parquet file of which a run says that it holds millions of values is damaged", () => {
  // The greatest count that a header of a run can say, and a value. A reader that believes it does not end.
  const RUN = [0xfe, 0xff, 0xff, 0xff, 0x0f, 1];

  /** The file with bytes written into the first page of values of a column, some bytes behind its header. */
  function patched(name: string, column: string, behind: number, into: readonly number[]): Uint8Array {
    const bytes = madeFile(name).slice();
    const chunk = parquetMetadata(bytes.buffer).row_groups[0]?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column)?.meta_data;
    const reader = { view: new DataView(bytes.buffer), offset: Number(chunk?.data_page_offset) };
    const { type } = parquetHeader(reader);
    expect(type).toMatch(/^DATA_PAGE/);
    bytes.set(into, reader.offset + behind);
    return bytes;
  }

  it.each([
    ["the levels, behind their length", "none.parquet", 4, RUN],
    ["the levels of a page of the second version", "v2.parquet", 0, RUN],
    // Levels of two bytes behind a length of four, then the width of the indices; a million fit into the page's last bytes.
    ["the indices into a dictionary", "none.parquet", 7, [0xfe, 0xff, 0x7f]],
  ])("in %s", async (_, name, behind, into) => {
    expect(await outcome(madeFile(name))).toBeNull();
    expect(await outcome(patched(name, "city", behind, into))).toMatch(/^p is damaged: its Parquet data cannot be read \(.+\)\. Copy or write the file again\.$/);
  });

  it("says which run", async () => {
    expect(await outcome(patched("none.parquet", "city", 4, [0xfe, 0x7f]))).toContain("a run is longer than its page");
    expect(await outcome(patched("v2.parquet", "city", 0, [0xfe, 0x7f]))).toContain("a run is longer than its page");
  });

  it("as is one whose levels are longer than their page", async () => {
    expect(await outcome(patched("none.parquet", "city", 0, [255, 255, 0, 0]))).toContain("levels are longer than their page");
  });
});

it.each<readonly [string, readonly number[], boolean]>([
  ["128 values in 4 parts", [0x80, 1, 4, 2, 0], true], ["no parts", [0x80, 1, 0, 2, 0], false], ["no values", [0, 4, 2, 0], false],
  ["parts of three values", [12, 4, 2, 0], false], ["parts below none, which lead backwards", [0x80, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 2, 0], false],
])("blocks of deltas of %s", (_, bytes, isRight) => {
  const section = { view: new DataView(Uint8Array.from(bytes).buffer), start: 0, end: bytes.length };
  const verify = (): void => verifyValues(section, 5, 1, false); // DELTA_BINARY_PACKED
  if (isRight) expect(verify).not.toThrow();
  else expect(verify).toThrow("the blocks of a page are none");
});
