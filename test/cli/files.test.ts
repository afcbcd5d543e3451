import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { readPanel } from "../../src/panel/read.js";
import { neyman, textOf, workspace } from "../helpers/cli.js";
import { allCells, cellsOf, madeFile } from "../helpers/files.js";

const root = resolve(import.meta.dirname, "../..");
const study = (file: string): string => `
data: { file: ${file}, unit: nr, time: year }
labels: { lwage: Log wage }
base: { outcome: lwage, treatment: union, controls: [married, L.hours], fixedEffects: [nr, year], learner: ols }
tables: [{ id: t, columns: [{}, { where: year > 1983 }] }]
`;
const wages = readFileSync(join(root, "data/wagepan.csv"));

it("derive writes what the study computes for other programs; a run from it gives the same estimates, with its labels", async () => {
  const folder = workspace({ "wagepan.csv": wages, "s.yaml": study("wagepan.csv") });
  const first = await neyman(folder, "run", "s.yaml", "--json", "--store", "none");
  for (const file of ["p.parquet", "p.dta"]) {
    const { code, stderr } = await neyman(folder, "derive", "s.yaml", "--to", `out/${file}`);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe(`4,360 rows and 26 columns in out/${file}.${file === "p.dta" ? " Stata has its own rules for names: L.hours is L_hours there." : ""}\n`);
    const panel = await readPanel(readFileSync(join(folder, "out", file)), file, {});
    expect(cellsOf(panel, file === "p.dta" ? "L_hours" : "L.hours").slice(0, 3)).toEqual([null, 2672, 2320]);
    expect(panel.columns.get("lwage")).toMatchObject({ label: "Log wage" });
    if (file !== "p.dta") continue;
    writeFileSync(join(folder, "again.yaml"), study(`out/${file}`).replace("labels: { lwage: Log wage }", ""));
    expect((await neyman(folder, "run", "again.yaml", "--json", "--store", "none")).stdout).toBe(first.stdout);
    expect(textOf(folder, "again-output/tables.md")).toContain("Log wage");
  }
});

it("run --keep-predictions writes each nuisance's prediction of each row", async () => {
  const folder = workspace({ "wagepan.csv": wages, "s.yaml": study("wagepan.csv") });
  expect((await neyman(folder, "run", "s.yaml", "--keep-predictions", "--store", "none")).code).toBe(0);
  const panel = await readPanel(readFileSync(join(folder, "s-output/predictions.arrow")), "predictions.arrow", {});
  const cells = allCells(panel);
  expect(Object.keys(cells)).toEqual(["id", "repetition", "row", "nr", "year", "fold", "l", "m", "g"]);
  expect(new Set(cells["id"])).toEqual(new Set(["t.1", "t.2"]));
  const data = allCells(await readPanel(wages, "wagepan.csv", {}));
  cells["row"]!.forEach((row, i) => expect([data["nr"]![Number(row) - 1], data["year"]![Number(row) - 1]]).toEqual([cells["nr"]![i], cells["year"]![i]]));
  for (const name of ["l", "m", "g"]) expect(cells[name]!.every((value) => value !== null)).toBe(true);
  expect(new Set(cells["fold"])).toEqual(new Set([1, 2, 3, 4, 5]));
});

it("describe says what a file holds: text, JSON, Markdown, from a file, a study and standard input", async () => {
  const folder = workspace({ "wagepan.csv": wages, "s.yaml": study("wagepan.csv"), "p.dta": madeFile("pandas-118-little.dta"), "book.xlsx": madeFile("book.xlsx") });
  const text = await neyman(folder, "describe", "p.dta", "--unit", "nr", "--time", "year");
  expect(text.stdout).toContain("p.dta: 7 rows, 8 variables.\n3 nr (1 with one row), 3 year (2009 to 2011, step 1), unbalanced, 0 gaps within units.");
  expect(text.stdout).toMatch(/\nday +date +1 +– +– +1900-03-01 +1980-01-30 +2024-12-31 +\d+ %\n/);
  expect(text.stdout).toContain("nr: Person; 1 eins, 2 二, 3");
  const json = JSON.parse((await neyman(folder, "describe", "s.yaml", "--json")).stdout) as { shape: unknown; variables: { name: string; missing: number; within: number | null }[] };
  expect(json.shape).toMatchObject({ units: 545, periods: 8, balanced: true });
  expect(json.variables.find(({ name }) => name === "L.hours")).toMatchObject({ missing: 545 });
  expect(json.variables.find(({ name }) => name === "educ")).toMatchObject({ within: 0, varies: false });
  expect((await neyman(folder, "describe", "book.xlsx", "--sheet", "其他", "--markdown")).stdout).toContain("| x | number |  | 7 | – | 7 | 7 | 7 |");
  const piped = execFileSync(process.execPath, [join(root, "dist/cli/main.js"), "describe", "-"], { input: madeFile("snappy.parquet"), encoding: "utf8" });
  expect(piped).toContain("standard input: 7 rows, 11 variables.");
});

it.each([
  [["describe"], "Name the data file, as in `neyman describe panel.dta`."],
  [["describe", "x.csv", "--unit", "citty"], "x.csv has no column `citty`, wanted as the unit. Did you mean `city`?"],
  [["describe", "x.csv", "--json", "--markdown"], "Choose one of --json and --markdown."],
  [["describe", "cut.dta"], "cut.dta is cut short: as a Stata file it goes on beyond its 3000 bytes."],
  [["describe", "old.dta"], "old.dta, the label of `x`: the text is not utf-8. Files of Stata 13 and older do not say their encoding: set `encoding` to gb18030"],
  [["derive", "s.yaml"], "Name the file to write with --to, as in `neyman derive study.yaml --to panel.dta`."],
  [["derive", "s.yaml", "--to", "a.txt"], "a.txt: the ending says which format to write: .csv, .arrow or .feather, .parquet, or .dta."],
])("%j is refused", async (args, message) => {
  const folder = workspace({ "x.csv": "city,x\na,1\n", "cut.dta": madeFile("pandas-118-little.dta").subarray(0, 3000), "old.dta": madeFile("gb18030-117.dta"), "s.yaml": study("wagepan.csv"), "wagepan.csv": wages });
  const { code, stderr, stdout } = await neyman(folder, ...args);
  expect(stderr).toContain(message);
  expect([code, stdout]).toEqual([2, ""]);
});
