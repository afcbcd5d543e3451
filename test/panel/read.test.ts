import { tableFromArrays, tableToIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import type { TextColumn } from "../../src/panel/panel.js";
import { readPanel, type ReadOptions } from "../../src/panel/read.js";

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const levels = (bytes: Uint8Array, options: ReadOptions = {}): Promise<readonly string[]> =>
  readPanel(bytes, "city.csv", options).then((panel) => ([...panel.columns.values()][0] as TextColumn).levels);

async function messageOf(bytes: Uint8Array, options: ReadOptions = {}): Promise<string> {
  try {
    await readPanel(bytes, "city.csv", options);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error("was read without an error");
}

/** 城市 / 北京 in GB18030. */
const gb18030 = latin("\xb3\xc7\xca\xd0,x\r\n\xb1\xb1\xbe\xa9,1\r\n");

describe("the format", () => {
  it("is found in the bytes: Arrow file, Arrow stream, or text", async () => {
    const table = tableFromArrays({ x: Float64Array.of(1, 2) });
    for (const bytes of [tableToIPC(table, "file"), tableToIPC(table, "stream"), utf8("x\n1\n2\n")]) {
      expect((await readPanel(bytes, "p", {})).columns.get("x")).toMatchObject({ kind: "number", values: Float64Array.of(1, 2) });
    }
  });

  it.each([
    ["\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"],
    ["FEA1\x00\x00", "a Feather file of version 1"],
    ["\x1f\x8b\x08", "compressed with gzip"],
    ["<!DOCTYPE html><html>", "a web page"],
  ])("is named if it is another one: %j", async (begin, name) => {
    const message = await messageOf(latin(begin));
    expect(message).toContain(`city.csv is ${name}`);
    expect(message).toContain("only CSV, Stata, Arrow IPC, Parquet and Excel (.xlsx) are read.");
  });

  it.each([
    ["<stata_dta><header>", "city.csv is cut short"],
    ["\x72\x02\x01\x00abcdefgh", "city.csv is cut short"],
    ["\x6e\x02\x01\x00abcdefgh", "city.csv was saved by Stata 7 or older (format 110)"],
    ["PK\x03\x04\x14\x00", "city.csv is cut short, damaged, or no Excel workbook"],
    ["PAR1\x15\x04", "city.csv is cut short"],
  ])("is one that is read: %j", async (begin, message) => {
    expect(await messageOf(latin(begin))).toContain(message);
  });

  it("is doubted where there are zero bytes", async () => {
    expect(await messageOf(latin("a,b\n1,\x00\n"))).toContain("city.csv holds zero bytes, so it is not utf-8 text.");
  });

  it("of an empty file is an empty CSV", async () => {
    expect(await messageOf(new Uint8Array(0))).toContain("city.csv is empty.");
  });
});

describe("the encoding", () => {
  it("is UTF-8 unless said otherwise, with or without a mark", async () => {
    expect(await levels(utf8("c,x\n北京,1\n"))).toEqual(["北京"]);
    const marked = await readPanel(utf8("\ufeffc,x\n北京,1\n"), "city.csv", { encoding: "gb18030" });
    expect([...marked.columns.keys()]).toEqual(["c", "x"]);
    expect((marked.columns.get("c") as TextColumn).levels).toEqual(["北京"]);
  });

  it("is UTF-16 where the mark or the option says so", async () => {
    const text = "\ufeffc\tx\r\n北京\t1\r\n";
    const little = new Uint8Array(new Uint16Array(Array.from(text, (letter) => letter.charCodeAt(0))).buffer);
    const big = little.map((_, i) => little[i ^ 1] ?? 0);
    expect(await levels(little)).toEqual(["北京"]);
    expect(await levels(big)).toEqual(["北京"]);
    expect(await levels(little.subarray(2), { encoding: "utf-16le" })).toEqual(["北京"]);
    expect(await messageOf(little.subarray(0, little.length - 1))).toContain("the text is not utf-16le");
  });

  it("may be gb18030, and is suggested to be where UTF-8 fails, with the line", async () => {
    expect(await levels(gb18030, { encoding: "gb18030" })).toEqual(["北京"]);
    expect(await messageOf(gb18030)).toBe("city.csv, line 1: the text is not utf-8. Set `encoding: gb18030` for files from Chinese Excel or Stata, or save the file as UTF-8.");
    expect(await messageOf(latin("a\r\nb\r\n\xb1\xb1\r\n"))).toContain("city.csv, line 3:");
    expect(await messageOf(latin("a\rb\r\xff\r"))).toContain("city.csv, line 3:");
    expect(await messageOf(latin("a\n\xff\xff\n"), { encoding: "gb18030" })).toContain("city.csv, line 2: the text is not gb18030.");
  });

  it("is refused if nobody knows it", async () => {
    expect(await messageOf(utf8("a\n1\n"), { encoding: "utf-9" })).toContain("`utf-9`, given as the encoding of city.csv, is not known.");
  });

  it("leaves the dialect to the options", async () => {
    expect((await readPanel(utf8("a;b\n1,5;-9\n"), "city.csv", { decimal: ",", missing: ["-9"] })).columns.get("b")).toMatchObject({ values: Float64Array.of(NaN) });
  });
});
