import { describe, expect, it } from "vitest";
import type { NumberColumn } from "../../src/panel/panel.js";
import { readStata } from "../../src/panel/stata/readStata.js";
import { messageOf } from "../helpers/errors.js";
import { allCells, cellsOf, expected, madeFile, madeFiles } from "../helpers/files.js";
import { hasShared, sharedData, skipReason } from "../helpers/shared.js";

const latin = (koeln: string): unknown => ["Paris", koeln, null, "a b", "x", koeln, "x,\"y\""];
const plain = ["Paris", "Koeln", null, "a b", "x", "Koeln", "z"];
const pick = (...names: string[]): unknown => Object.fromEntries(names.map((name) => [name, expected[name]]));
const number = (file: string, name: string): NumberColumn => readStata(madeFile(file), file, "utf-8").columns.get(name) as NumberColumn;

describe("what pandas wrote", () => {
  it.each(madeFiles(".dta").filter((name) => name.startsWith("pandas-")))("%s, every type of number and text", (file) => {
    const old = /114|117/.test(file);
    const panel = readStata(madeFile(file), file, old ? "windows-1252" : undefined);
    const { city, ...rest } = allCells(panel);
    expect(rest).toEqual(pick("nr", "year", "tiny", "wide", "single", "real", "day"));
    expect(city).toEqual(old ? latin(file.includes("strl") ? "Koeln" : "Köln") : expected["city"]);
    expect(panel.columns.get("nr")).toMatchObject({ label: "Person" });
    expect(panel.columns.get("single")).toMatchObject({ label: old ? "Grösse" : "Grösse 大小" });
    expect(panel.columns.get("day")).toMatchObject({ date: "day" });
    expect((panel.columns.get("nr") as NumberColumn).valueLabels).toEqual(old ? undefined : new Map([[1, "eins"], [2, "二"], [3, ""]]));
  });
});

describe("what ReadStat wrote", () => {
  it.each(madeFiles(".dta").filter((name) => name.startsWith("readstat-")))("%s, with labels", (file) => {
    const panel = readStata(madeFile(file), file);
    const { city, ...rest } = allCells(panel);
    expect(rest).toEqual(pick("nr", "year", "tiny", "wide", "single", "real"));
    expect(city).toEqual(plain);
    expect(panel.columns.get("nr")).toMatchObject({ label: "Person", valueLabels: new Map([[1, "one"], [2, "two"]]) });
  });
});

describe("missing values", () => {
  it.each(["missing-little.dta", "missing-big.dta"])("are all 27 of every type: %s", (file) => {
    const cells = allCells(readStata(madeFile(file), file));
    for (const name of ["b", "i", "l", "f", "d"]) expect(cells[name], name).toEqual([0, ...Array<null>(27).fill(null)]);
  });
});

describe("dates", () => {
  it("know their unit by the display format", () => {
    const units = { tc: "millisecond", td: "day", tw: "week", tm: "month", tq: "quarter", th: "halfyear", ty: "year" };
    for (const [name, date] of Object.entries(units)) expect(number("dates.dta", name).date, name).toBe(date);
    expect(cellsOf(readStata(madeFile("dates.dta"), "d"), "tq")).toEqual([0, 589, -1, null]);
  });
});

describe("the encoding", () => {
  it("of Chinese files by Stata 13 is an option, and suggested where it lacks", () => {
    const panel = readStata(madeFile("gb18030-117.dta"), "p.dta", "gb18030");
    expect(cellsOf(panel, "city")).toEqual(["北京", "上海"]);
    expect(panel.columns.get("x")).toMatchObject({ label: "人均" });
    expect(messageOf(() => readStata(madeFile("gb18030-117.dta"), "p.dta"))).toBe(
      "p.dta, the label of `x`: the text is not utf-8. Files of Stata 13 and older do not say their encoding: set `encoding` to gb18030 for Chinese Windows, windows-1252 for Western Europe.");
    expect(messageOf(() => readStata(madeFile("gb18030-117.dta"), "p.dta", "gb-18"))).toContain("`gb-18`, given as the encoding of p.dta, is not known.");
  });

  it("of later files is UTF-8 whatever the option says", () => {
    expect(cellsOf(readStata(madeFile("pandas-118-little.dta"), "p.dta", "gb18030"), "city")).toEqual(expected["city"]);
  });
});

describe.skipIf(!hasShared)(`real files (skipped where ${skipReason})`, () => {
  it("have the rows, labels and ids that Stata shows", () => {
    const panel = readStata(sharedData("cattaneo2.dta"), "cattaneo2.dta");
    expect(panel.rows).toBe(4642);
    expect(panel.columns.get("bweight")).toMatchObject({ label: expect.stringContaining("weight") as string });
    expect(readStata(sharedData("jtpa.dta"), "jtpa.dta").rows).toBe(11204);
    expect(readStata(sharedData("sipp1991.dta"), "sipp1991.dta").rows).toBe(9915);
  });
});
