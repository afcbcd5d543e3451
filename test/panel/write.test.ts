import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column, DateUnit, NumberColumn, Panel, TextColumn } from "../../src/panel/panel.js";
import { readPanel } from "../../src/panel/read.js";
import { stataNames } from "../../src/panel/stata/names.js";
import { type Format, formatOf, writePanel } from "../../src/panel/write.js";
import { messageOf } from "../helpers/errors.js";
import { allCells, type Cell } from "../helpers/files.js";
import { writtenPanel } from "../helpers/writtenPanel.js";

const formats: readonly Format[] = ["csv", "arrow", "parquet", "dta"];
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const back = async (panel: Panel, format: Format): Promise<Panel> => readPanel(await writePanel(panel, format), "p", {});

interface Written {
  readonly [file: string]: { readonly sha256: string; readonly read: Readonly<Record<string, readonly Cell[]>> };
}

describe("what pandas and pyreadstat read", () => {
  it.each(formats)("in a .%s file is what was written", async (format) => {
    const panel = writtenPanel();
    const bytes = await writePanel(panel, format);
    if (process.env["WRITE"] !== undefined) {
      mkdirSync(process.env["WRITE"], { recursive: true });
      writeFileSync(`${process.env["WRITE"]}/written.${format}`, bytes);
      return;
    }
    const golden = (JSON.parse(readFileSync(resolve(import.meta.dirname, "../golden/written.json"), "utf8")) as Written)[`written.${format}`]!;
    expect(sha256(bytes), "other bytes: have the peers read them again (golden/written.py)").toBe(golden.sha256);
    const cells = allCells(panel);
    const names = format === "dta" ? stataNames(Object.keys(cells)) : Object.keys(cells);
    expect(golden.read).toEqual(Object.fromEntries(Object.values(cells).map((column, i) => [names[i], column])));
  });
});

type Unnamed = Omit<NumberColumn, "name"> | Omit<TextColumn, "name">;

/** Panels of every kind of column; all-missing text is a number column once it is read, so each text has a value. */
const panels = fc.integer({ min: 1, max: 12 }).chain((rows) => {
  const many = <T>(cell: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(cell, { minLength: rows, maxLength: rows });
  const optional = (cell: fc.Arbitrary<number>): fc.Arbitrary<Float64Array> => many(fc.option(cell)).map((cells) => Float64Array.from(cells, (value) => value ?? NaN));
  const positiveZero = (value: number): number => value + 0;
  const label = fc.option(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => !text.includes("\0")), { nil: undefined });
  const numbers = fc.tuple(
    fc.oneof(optional(fc.integer({ min: -130, max: 105 })), optional(fc.integer({ min: -33000, max: 33000 })), optional(fc.integer()), optional(fc.double({ noNaN: true, min: -1e307, max: 8e307 }).map(positiveZero))), label,
  ).map(([values, text]): Unnamed => ({ kind: "number", values, ...(text === undefined ? {} : { label: text }) }));
  const dates = fc.tuple(optional(fc.integer({ min: -200_000, max: 200_000 })), fc.constantFrom<DateUnit>("day", "month", "quarter", "millisecond"))
    .filter(([values, date]) => date !== "millisecond" || values.some((value) => value % 86_400_000 !== 0 && !Number.isNaN(value)))
    .map(([values, date]): Unnamed => ({ kind: "number", values, date }));
  const labelled = fc.tuple(optional(fc.integer({ min: -5, max: 5 })), fc.uniqueArray(fc.integer({ min: -9, max: 9 }), { minLength: 1 }))
    .map(([values, keys]): Unnamed => ({ kind: "number", values, valueLabels: new Map(keys.sort((a, b) => a - b).map((key) => [key, `v${key}`])) }));
  const word = fc.oneof(fc.constantFrom("北京", "a", "a,b", "q\"q", "x\ny", " pad "), fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((text) => !text.includes("\0")), fc.constantFrom("长".repeat(900)));
  const texts = many(fc.option(word)).filter((cells) => cells.some((cell) => cell !== null)).map((cells): Unnamed => {
    const levels = [...new Set(cells.filter((cell) => cell !== null))];
    return { kind: "text", codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : levels.indexOf(cell))), levels, firstText: cells.findIndex((cell) => cell !== null) };
  });
  return fc.array(fc.oneof(numbers, dates, labelled, texts), { minLength: 1, maxLength: 6 })
    .map((columns): Panel => ({ source: "p", rows, columns: new Map(columns.map((column, c) => [`v${c}`, { ...column, name: `v${c}` }])) }));
});

describe("a panel that is written and read is the same", () => {
  it.each(["arrow", "parquet", "dta"] as const)("%s, with labels and dates", async (format) => {
    await fc.assert(fc.asyncProperty(panels, async (panel) => {
      const read = await back(panel, format);
      expect(allCells(read)).toEqual(allCells(panel));
      const described = ({ columns }: Panel): unknown => [...columns.values()].map((column) => [column.label, ...(column.kind === "text" ? [] : [column.valueLabels, column.date])]);
      expect(described(read)).toEqual(described(panel));
    }), { numRuns: 150 });
  });

  it("csv: numbers to the bit, text that is no number as it stands", async () => {
    const numbers = panels.map((panel) => ({ ...panel, columns: new Map([...panel.columns].filter(([, column]) => column.kind === "number" && column.date === undefined)) })).filter(({ columns }) => columns.size > 0);
    await fc.assert(fc.asyncProperty(numbers, async (panel) => {
      const last: Column = { kind: "number", name: "row", values: Float64Array.from({ length: panel.rows }, (_, row) => row) };
      const whole = { ...panel, columns: new Map([...panel.columns, ["row", last]]) };
      expect(allCells(await back(whole, "csv"))).toEqual(allCells(whole));
    }), { numRuns: 150 });
    const text = await writePanel(writtenPanel(), "csv");
    expect(new TextDecoder().decode(text).split("\n").slice(0, 2).join("\n")).toBe("id,year,zone,small,medium,large,huge,real,day,instant,month,L.x,city,note\n1,2009,1,-127,-128,-32768,2147483621,0.1,2009-01-01,2009-01-01T00:00:00.123,2009-01,1.5,北京,");
  });
});

describe("Stata", () => {
  it("has names of its own", () => {
    expect(stataNames(["x", "L.x", "L_x", "1st", "if", "str9", "城市", "a b", "a.b", "v".repeat(40)])).toEqual(["x", "L_x_2", "L_x", "_1st", "_if", "_str9", "城市", "a_b", "a_b_2", "v".repeat(32)]);
  });

  it("keeps a name that it changes as the label", async () => {
    expect((await back(writtenPanel(), "dta")).columns.get("L_x")).toMatchObject({ label: "L.x" });
  });

  it("refuses numbers that it cannot hold", async () => {
    const panel: Panel = { source: "p", rows: 1, columns: new Map([["x", { kind: "number", name: "x", values: Float64Array.of(1e308) }]]) };
    await expect(writePanel(panel, "dta")).rejects.toThrow("Column `x` holds 1e+308, and numbers in a Stata file are below 2^1023.");
  });
});

it("the ending of a file says its format", () => {
  expect(["a.csv", "b/c.feather", "x.y.ARROW", "p.parquet", "s.dta"].map(formatOf)).toEqual(["csv", "arrow", "arrow", "parquet", "dta"]);
  for (const file of ["panel", "a.xlsx", "a.b/c"]) expect(messageOf(() => formatOf(file))).toContain(`${file}: the ending says which format to write`);
});
