import { expect, it } from "vitest";
import { createEngine, prepareStudy, printedTables, readStudy, runStudy } from "../../src/index.js";
import { uniforms } from "../helpers/random.js";
import { panelOf } from "../helpers/study.js";

const UNITS = 40;
const PERIODS = 5;

/** What stands in the lines of the panel check: names, and where a column has none, one that trips, or one that does not. */
async function linesOf(columns: readonly object[]): Promise<string[][]> {
  const random = uniforms(5);
  const draw = (): number => 2 * random() - 1;
  const shocks = Array.from({ length: UNITS }, draw);
  const unit = Array.from({ length: UNITS * PERIODS }, (_, i) => Math.floor(i / PERIODS));
  const d = unit.map((u) => 3 * shocks[u]! + draw());
  const panel = panelOf({ unit, time: unit.map((_, i) => i % PERIODS), x: unit.map(draw), d, e: unit.map(draw), y: unit.map((u, i) => d[i]! + 5 * shocks[u]! + draw()) });
  const study = { data: { file: "test.csv", unit: "unit", time: "time" }, base: { outcome: "y", controls: ["x"], learner: "ols" }, labels: { d: "Dose" }, tables: [{ id: "t", columns }] };
  const engine = await createEngine();
  const { result } = await runStudy(prepareStudy(readStudy(JSON.stringify(study), "study.json"), panel, engine.kernels), engine);
  const rows = printedTables(result).flatMap((table) => table.rows.filter((row) => typeof row !== "string" && row[0]?.includes("time means out") === true));
  return rows.map(([name = "", ...cells]) => [name, ...cells.map((text) => (text === "" ? "" : text.endsWith(" !") ? "trips" : "fine"))]);
}

it("one line where every column has one treatment, whichever it is", async () => {
  expect(await linesOf([{ treatment: "d" }, { treatment: "e" }])).toEqual([["unit, time means out", "trips", "fine"]]);
});

it("a line a treatment where a column has several", async () => {
  expect(await linesOf([{ treatment: ["e", "d"] }, { treatment: "d" }])).toEqual([["e, unit, time means out", "fine", ""], ["Dose, unit, time means out", "trips", "trips"]]);
});
