import { expect, it } from "vitest";
import { panelCsv } from "../helpers/panelCsv.js";
import { readCsv } from "../../src/panel/csv.js";
import { runOn } from "../helpers/study.js";

const panel = readCsv(panelCsv(12, 4), "panel.csv", {});
const warningsOf = async (column: object): Promise<string> => {
  const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], fixedEffects: ["firm", "year"], folds: { k: 2 } };
  const [row] = await runOn(panel, { data: { file: "panel.csv", unit: "firm", time: "year" }, base, tables: [{ id: "t", columns: [column] }] });
  return row?.estimate?.warnings.join(" ") ?? "";
};

it.each<[string, object, string | null]>([
  ["rf of one stage", { learner: { rf: { trees: 3, stages: 1 } } }, "one stage is too rigid"],
  ["extratrees of one stage", { learner: { extratrees: { trees: 3, stages: 1 } } }, "one stage is too rigid"],
  ["extratrees for one nuisance", { learner: { l: "ols", g: "ols", m: { extratrees: { trees: 3 } } } }, "`extratrees` leave a bias"],
  ["rf", { learner: { rf: { trees: 3 } } }, null],
  ["extratrees without effects", { learner: { extratrees: { trees: 3 } }, fixedEffects: [] }, null],
])("%s under effects: what the study showed is said, and nothing else", async (_, column, expected) => {
  const warnings = await warningsOf(column);
  if (expected === null) expect(warnings).not.toMatch(/one stage|extratrees/);
  else expect(warnings).toContain(expected);
});
