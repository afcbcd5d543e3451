import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import { readPanel, type ReadOptions } from "../../src/panel/read.js";
import { allCells, cellsOf, expected, madeFile, madeFiles } from "../helpers/files.js";

const read = (file: string, options: ReadOptions = {}): ReturnType<typeof readPanel> => readPanel(madeFile(file), file, options);

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(() => "was read", (reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
}

const table = ["nr", "year", "single", "real", "flag", "city", "zone", "day", "instant", "micro", "nano"];
const frame = ["nr", "year", "tiny", "wide", "single", "real", "city"];
const pick = (names: readonly string[]): unknown => Object.fromEntries(names.map((name) => [name, expected[name]]));

describe("Arrow by pyarrow", () => {
  it.each([...madeFiles(".feather"), ...madeFiles(".arrows")].filter((name) => !/^(long|pandas)/.test(name)))("%s: all types, several batches, every compression", async (file) => {
    const panel = await read(file);
    expect(allCells(panel)).toEqual(pick(table));
    expect(["day", "instant", "micro", "nano"].map((name) => panel.columns.get(name))).toMatchObject([{ date: "day" }, { date: "millisecond" }, { date: "day" }, { date: "millisecond" }]);
  });

  it.each(["uncompressed.arrows", "lz4.feather", "zstd.arrows"])("%s from bytes at an odd offset", async (file) => {
    const bytes = madeFile(file);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(allCells(await readPanel(moved.subarray(3), file, {}))).toEqual(pick(table));
  });

  it.each(["lz4.feather", "snappy.parquet", "book.xlsx"])("%s from one of Node's Buffers, whose slices are views", async (file) => {
    const pool = Buffer.alloc(madeFile(file).length + 5);
    pool.set(madeFile(file), 5);
    expect(allCells(await readPanel(pool.subarray(5), file, {}))).toEqual(allCells(await read(file)));
  });

  it.each(["long-lz4.feather", "long-zstd.feather"])("%s: bodies of many blocks and matches", async (file) => {
    const panel = await read(file);
    expect(cellsOf(panel, "runs")).toEqual(Array.from({ length: 2000 }, (_, i) => Math.floor(i / 50)));
    expect(cellsOf(panel, "ramp")).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    expect(cellsOf(panel, "noise")).toEqual(Array.from({ length: 2000 }, (_, i) => (i * 48271) % 65537));
  });
});

describe("Parquet by pyarrow", () => {
  it.each(madeFiles(".parquet").filter((name) => name !== "pandas.parquet"))("%s: all types, several row groups, every compression", async (file) => {
    const panel = await read(file);
    expect(allCells(panel)).toEqual(pick(table));
    expect(panel.columns.get("day")).toMatchObject({ date: "day" });
  });
});

describe("what pandas writes", () => {
  it.each(["pandas.parquet", "pandas.feather"])("%s", async (file) => {
    const panel = await read(file);
    expect(allCells(panel)).toMatchObject(pick(frame) as object);
    expect(cellsOf(panel, "day")).toEqual(expected["day"]);
  });
});

describe("an Excel workbook", () => {
  it("is read from its first sheet, dates as dates, without columns that have neither name nor cells", async () => {
    const panel = await read("book.xlsx");
    expect(allCells(panel)).toEqual({
      nr: [1, 2, 3], year: [2009, 2010, 2011], x: [0.1, null, -1e10], city: ["北京", null, "a,b"], day: [17898, null, 23741], flag: [1, 0, null], formula: [null, null, null],
    });
    expect(panel.columns.get("day")).toMatchObject({ date: "day" });
    expect([...(panel.lines ?? [])]).toEqual([2, 3, 4]);
  });

  it("is read from the sheet that is named, or says which there are", async () => {
    expect(allCells(await read("book.xlsx", { sheet: "其他" }))).toEqual({ x: [7] });
    expect(await messageOf(read("book.xlsx", { sheet: "dat" }))).toBe("book.xlsx has no sheet `dat`. Did you mean `data`?");
    expect(await messageOf(read("book.xlsx", { sheet: "empty" }))).toContain("book.xlsx: the sheet is empty.");
  });
});
