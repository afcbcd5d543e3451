import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPanel, codesOf, isConstant, requireColumn, withinVariation } from "../../src/panel/check.js";
import { readCsv } from "../../src/panel/csv.js";
import type { Column, Panel } from "../../src/panel/panel.js";
import { messageOf } from "../helpers/errors.js";

const read = (text: string): Panel => readCsv(text, "city.csv", {});
const ids = { unit: "city", time: "year" };
const numeric = (...values: number[]): Column => ({ kind: "number", name: "x", values: Float64Array.from(values) });

describe("codesOf", () => {
  it("codes numbers by order of first appearance, -1 where missing", () => {
    const { codes, labels } = codesOf(numeric(2010, NaN, 2009.5, 2010, -0, 0));
    expect([...codes]).toEqual([0, -1, 1, 0, 2, 2]);
    expect(labels).toEqual(["2010", "2009.5", "0"]);
  });

  it("codes text by its levels", () => {
    const { codes, labels } = codesOf(requireColumn(read("city,x\nb,1\na,2\n,3\nb,4\n"), "city", "the unit"));
    expect([...codes]).toEqual([0, 1, -1, 0]);
    expect(labels).toEqual(["b", "a"]);
  });
});

describe("the shape of a panel", () => {
  it("of a balanced panel in any order of rows", () => {
    expect(checkPanel(read("city,year\na,2010\nb,2009\na,2009\nb,2010\n"), ids))
      .toEqual({ rows: 4, units: 2, periods: 2, balanced: true, gaps: 0, singletons: 0, missingIds: 0 });
  });

  it("counts gaps by the periods in the file, singletons, and rows without ids", () => {
    const shape = checkPanel(read("city,year\na,2001\na,2009\nb,2005\nb,2009\nb,2001\nc,2005\n,2003\nd,\n"), ids);
    expect(shape).toEqual({ rows: 8, units: 3, periods: 3, balanced: false, gaps: 1, singletons: 1, missingIds: 2 });
    expect(Object.isFrozen(shape)).toBe(true);
  });

  it("orders numeric times by value and text times by code unit", () => {
    expect(checkPanel(read("city,year\na,9\na,10\nb,9\nb,11\nb,10\n"), ids).gaps).toBe(0);
    expect(checkPanel(read("city,year\na,2009Q1\na,2009Q3\nb,2009Q3\nb,2009Q1\nb,2009Q2\n"), ids).gaps).toBe(1);
  });

  it("counts units alone without a time id, and nothing without ids", () => {
    const panel = read("city,year\na,1\na,1\nb,2\n");
    expect(checkPanel(panel, { unit: "city" })).toMatchObject({ units: 2, periods: 0, balanced: false, gaps: 0, singletons: 1 });
    expect(checkPanel(panel, { time: "year" })).toMatchObject({ units: 0, periods: 2, balanced: false, gaps: 0, singletons: 0 });
    expect(checkPanel(panel, {})).toMatchObject({ rows: 3, units: 0, periods: 0, missingIds: 0 });
  });

  it("of a panel whose ids are all missing is empty", () => {
    expect(checkPanel(read("city,year\n,1\n,2\n"), ids)).toMatchObject({ units: 0, periods: 0, balanced: false, gaps: 0, missingIds: 2 });
  });

  it("is what counting by hand gives, for any set of unit-periods", () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 6 })), { minLength: 1, selector: String });
    fc.assert(fc.property(pairs, (rows) => {
      const shape = checkPanel(read(`city,year\n${rows.map(([unit, time]) => `u${unit},${time}`).join("\n")}\n`), ids);
      const times = [...new Set(rows.map(([, time]) => time))].sort((a, b) => a - b);
      const units = [...new Set(rows.map(([unit]) => unit))].map((unit) => rows.filter(([u]) => u === unit).map(([, time]) => time));
      const between = (own: number[]): number => times.filter((time) => time >= Math.min(...own) && time <= Math.max(...own)).length;
      expect(shape).toMatchObject({
        units: units.length,
        periods: times.length,
        balanced: units.every((own) => own.length === times.length),
        gaps: units.reduce((sum, own) => sum + between(own) - own.length, 0),
        singletons: units.filter((own) => own.length === 1).length,
      });
    }));
  });
});

describe("what the ids are refused for", () => {
  it("names both lines, the unit and the time of a duplicate, and counts the others", () => {
    const text = "city,year\na,2009\nb,2009\nb,2010\na,2009\n";
    expect(messageOf(() => checkPanel(read(text), ids))).toBe(
      "city.csv, line 2 and line 5 both hold unit `a` and time `2009`. " +
        "Keep one row for each unit and time, or name the id columns that tell the rows apart.",
    );
    const more = messageOf(() => checkPanel(read(`${text}b,2010\na,2009\n`), ids));
    expect(more).toContain("line 2 and line 5 both hold unit `a` and time `2009`, and 2 more rows repeat an earlier one.");
  });

  it("names rows where the file has no lines", () => {
    const panel: Panel = { source: "p.arrow", rows: 2, columns: new Map([["city", numeric(1, 1)], ["year", numeric(2, 2)]]) };
    expect(messageOf(() => checkPanel(panel, ids))).toContain("p.arrow, row 1 and row 2 both hold unit `1` and time `2`.");
  });

  it("does not take rows with missing ids for duplicates", () => {
    expect(checkPanel(read("city,year\na,\na,\n,1\n,1\na,1\n"), ids).missingIds).toBe(4);
  });

  it("suggests a column for an unknown id", () => {
    expect(messageOf(() => checkPanel(read("city,year\na,1\n"), { unit: "ciity" })))
      .toBe("city.csv has no column `ciity`, wanted as the unit. Did you mean `city`?");
  });
});

describe("variation", () => {
  const codes = Int32Array.of(0, 0, 1, 1, -1, -1);

  it("within a unit is seen past missing values, and only there", () => {
    expect(withinVariation(Float64Array.of(1, 1, 2, 2, 3, 4), codes)).toBe(false);
    expect(withinVariation(Float64Array.of(1, NaN, NaN, 2, 3, 4), codes)).toBe(false);
    expect(withinVariation(Float64Array.of(1, 1, 2, 3, 4, 4), codes)).toBe(true);
    expect(withinVariation(Float64Array.of(), Int32Array.of())).toBe(false);
  });

  it("is absent from a constant, missing values or not", () => {
    expect(isConstant(Float64Array.of(NaN, 2, 2, NaN))).toBe(true);
    expect(isConstant(Float64Array.of(NaN, NaN))).toBe(true);
    expect(isConstant(Float64Array.of(2, NaN, 3))).toBe(false);
  });
});
