import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";
import { readCsv } from "../../src/panel/csv.js";
import { panelCsv } from "../helpers/panelCsv.js";

const { kernels } = await createEngine();
const csv = panelCsv(12, 4).split("\n").filter((line) => line !== "").map((line, i) => `${line},${i === 0 ? "zone" : ["south", "north", "it's"][i % 3] ?? ""}`).join("\n");
const panel = readCsv(csv, "panel.csv", {});
const base = { outcome: "y", treatment: "d", controls: ["x1"], learner: "ols", folds: { k: 2 } };
const prepared = (tables: readonly object[]): ReturnType<typeof prepareStudy> => prepareStudy(readStudy(JSON.stringify({ data: { file: "panel.csv" }, base, tables }), "study.json"), panel, kernels);
const specifications = (tables: readonly object[]): readonly (readonly [string, number, string, string | null])[] =>
  prepared(tables).study.tables.flatMap((table) => (table.kind === "estimates" ? table.specifications.map(({ id, column, label, where }) => [id, column, label, where] as const) : []));

describe("`by` a column", () => {
  it("makes a column of each value, in its order, with its rows and its name", () => {
    expect(specifications([{ id: "t", columns: [{}, { by: "zone" }, { label: "late", where: "year > 2", by: "year" }] }]).slice(0, 4)).toEqual([
      ["t.1", 1, "(1)", null],
      ["t.2", 2, "it's", 'zone == "it\'s"'],
      ["t.3", 3, "north", 'zone == "north"'],
      ["t.4", 4, "south", 'zone == "south"'],
    ]);
    const numbers = specifications([{ id: "t", columns: [{ label: "late", where: "x1 > 0 | x2 > 0", by: "year" }] }]);
    expect(numbers[0]?.[2]).toMatch(/^late, year = \d+$/);
    expect(numbers[0]?.[3]).toMatch(/^\(x1 > 0 \| x2 > 0\) & year == \d+$/);
  });

  it("moves the members of joint tables along", () => {
    const { study } = prepared([{ id: "t", columns: [{ by: "zone" }, {}] }, { id: "j", joint: ["t.2"] }, { id: "k", joint: ["t"], differences: [["t.2", "t.2"]] }]);
    expect(study.tables.flatMap((table) => (table.kind === "joint" ? [table.members] : []))).toEqual([["t.4"], ["t.1", "t.2", "t.3", "t.4"]]);
    expect(() => prepared([{ id: "t", columns: [{ by: "zone" }] }, { id: "j", joint: "all", differences: [["t.1", "t.1"]] }])).toThrow("stands for several columns");
  });

  it("of a column that is not there, or of too many values, is refused by name", () => {
    expect(() => prepared([{ id: "t", columns: [{ by: "zonne" }] }])).toThrow("no column `zonne`. Did you mean `zone`?");
    const many = readCsv(["y,d,x1", ...Array.from({ length: 70 }, (_, i) => `${i % 7},${(i * 13) % 11},${i}`)].join("\n"), "m.csv", {});
    expect(() => prepareStudy(readStudy(JSON.stringify({ data: { file: "m.csv" }, base: { ...base, controls: [] }, tables: [{ id: "t", columns: [{ by: "x1" }] }] }), "s.json"), many, kernels)).toThrow("70 values");
  });
});
