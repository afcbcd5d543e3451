import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, runStudy, type StudyResult } from "../../src/index.js";
import { readCsv } from "../../src/panel/csv.js";
import { figuresOf } from "../../src/report/figures/figures.js";
import { LIGHT } from "../../src/report/figures/palette.js";
import { svgText } from "../../src/report/figures/svg.js";
import { printedTables } from "../../src/report/table.js";
import { panelCsv } from "../helpers/panelCsv.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const made = readCsv(panelCsv(30, 6), "panel.csv", {});
const numbers = (name: string): Float64Array => (made.columns.get(name) as { values: Float64Array }).values;
const panel = panelOf({
  ...Object.fromEntries(["firm", "year", "y", "d", "x1", "x2", "size"].map((name) => [name, numbers(name)])),
  none: numbers("y").map(() => 1), high: numbers("d").map((value) => (value > 1.5 ? 1 : 0)),
}, "panel.csv");
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], learner: "ols", folds: { k: 3 } };
const data = { file: "panel.csv", unit: "firm", time: "year" };

async function resultOf(columns: readonly object[], more: object = {}): Promise<StudyResult> {
  const study = readStudy(JSON.stringify({ data, base: { ...base, ...more }, tables: [{ id: "t", columns }] }), "study.json");
  return (await runStudy(prepareStudy(study, panel, engine.kernels), engine)).result;
}

/** The notes below the table of estimates. */
async function notesOf(columns: readonly object[], more: object = {}): Promise<string> {
  return printedTables(await resultOf(columns, more))[0]!.notes.join("\n");
}

describe("the level of the intervals", () => {
  it("is named by column where columns differ, and is that of the columns that were estimated", async () => {
    expect(await notesOf([{}, { level: 0.9 }, { level: 0.995 }, { level: 0.9 }])).toContain("Standard errors in parentheses, confidence intervals in brackets, of 95 % in (1), of 90 % in (2) and (4), of 99.5 % in (3).");
    expect(await notesOf([{ level: 0.9, outcome: "none" }, {}, {}])).toContain("95 % confidence intervals in brackets.");
  });

  it("is so in the figure", async () => {
    const [figure] = figuresOf(await resultOf([{}, { level: 0.9 }]));
    expect(svgText(figure!, LIGHT)).toContain("confidence intervals, of 95 % in (1), of 90 % in (2)");
    expect(svgText(figure!, LIGHT)).not.toContain("95 % interval");
  });

  it("is not rounded in the lines of a wild bootstrap and of an Anderson-Rubin set", async () => {
    const notes = await notesOf([{ level: 0.975, wild: { draws: 99 }, model: "pliv", instrument: "size" }]);
    expect(notes).toMatch(/Wild cluster bootstrap: p [\d.]+, 97\.5 % interval/);
    expect(notes).toContain("Anderson-Rubin 97.5 % set");
  });
});

it("unit or time structure in the residuals: `encode` alone mends nothing where `fixedEffects` does not name the two", async () => {
  const rows = (await resultOf([{}, { fixedEffects: ["size"], encode: "dummies" }, { fixedEffects: ["firm", "year"], encode: "dummies", learner: { rf: { trees: 20 } } }])).rows;
  const mends = rows.map(({ estimate }) => estimate!.panelCheck!.warnings.join().split("; ").at(-1));
  expect(mends).toEqual(["name `fixedEffects: [firm, year]`.", "name `fixedEffects: [size, firm, year]` and use encode: effects.", "use encode: effects."]);
});

describe("of several repetitions", () => {
  const several = { repetitions: 3, wild: { draws: 99 }, errors: { cluster: ["firm"] } };

  it("what is of the first alone is named, and nothing that does not stand there", async () => {
    const notes = await notesOf([
      several, { ...several, model: "pliv", instrument: "size" }, { ...several, wild: false, model: "irm", treatment: "high", clip: 0.2, controls: ["x2"] },
      { repetitions: 3, fixedEffects: ["firm", "year"] }, { wild: true },
    ], { folds: { k: 3, by: "firm" } });
    const [plain, instrument, arms, absorbed, once] = [1, 2, 3, 4, 5].map((column) => notes.split("\n").find((line) => line.startsWith(`(${column}) Of the first`))?.slice("(1) ".length));
    expect(plain).toBe("Of the first of the 3 repetitions: the line \"unit, time means out\", the wild cluster bootstrap.");
    expect(instrument).toMatch(/^Of the first of the 3 repetitions: the line "unit, time means out", first stage and tests of the instruments, the Anderson-Rubin set, the wild cluster bootstrap/);
    expect(arms).toBe("Of the first of the 3 repetitions: overlap.");
    expect(absorbed).toBeUndefined();
    expect(once).toBeUndefined();
  });
});

it("where a row has several effects, the wild bootstrap says whose it is, and that there is no Anderson-Rubin set", async () => {
  const notes = await notesOf([{ treatment: ["d", "size"], wild: { draws: 99 } }, { treatment: ["d", "size"], model: "pliv", instrument: ["year", "high"] }, { wild: { draws: 99 } }]);
  expect(notes).toContain("(1) Wild cluster bootstrap of d: p ");
  expect(notes).toContain("(2) Anderson-Rubin set: there is none for several treatments.");
  expect(notes).toContain("(3) Wild cluster bootstrap: p ");
});

it("of the demeaned target the R² is where a row under effects was estimated, not where it failed", async () => {
  const effects = { fixedEffects: ["firm", "year"] };
  expect(await notesOf([effects, {}])).toContain("R² in (1) is of the demeaned target");
  expect(await notesOf([{ ...effects, encode: "effects", model: "irm", treatment: "high" }, {}])).not.toContain("of the demeaned target");
});
