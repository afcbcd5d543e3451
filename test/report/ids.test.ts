import { expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, runStudy, type StudyResult } from "../../src/index.js";
import { figuresOf } from "../../src/report/figures/figures.js";
import { LIGHT } from "../../src/report/figures/palette.js";
import { outputFiles, tablesOf } from "../../src/report/outputs.js";
import { reportPage } from "../../src/report/page/page.js";
import { FORMATS } from "../../src/study/output.js";
import { smallResult } from "../helpers/outputs.js";
import { uniforms } from "../helpers/random.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const random = uniforms(3);
const rows = 360;
const x = Float64Array.from({ length: rows }, () => random() - 0.5);
// Levels 0 and 2 overlap with the others hardly at all.
const dose = x.map((value) => (value + 0.1 * (random() - 0.5) < -0.2 ? 0 : value + 0.1 * (random() - 0.5) < 0.2 ? 1 : 2));
const panel = panelOf({ firm: x.map((_, i) => Math.floor(i / 6)), year: x.map((_, i) => 2000 + (i % 6)), x, dose, y: x.map((value, i) => value + (dose[i] ?? 0) + random()) }, "p.csv");
const one = { outcome: "y", treatment: "x", learner: "ols" };
const tables = [
  { id: "doses", columns: [{ model: "apo", outcome: "y", treatment: "dose", controls: ["x"], learner: { g: "ols", m: "logit" } }] },
  { id: "doses-sample", title: "A table that is called as one that another brings with it", columns: [one] },
  { id: "curve", base: one, curve: { vary: { level: [0.9, 0.95], degree: [1, 2] } } },
  { id: "curve-tests", describe: ["y"] },
];

async function result(): Promise<StudyResult> {
  const study = readStudy(JSON.stringify({ data: { file: "p.csv", unit: "firm", time: "year" }, tables }), "s.json");
  return (await runStudy(prepareStudy(study, panel, engine.kernels), engine)).result;
}

it("all ids of a report are distinct, and so are its files", async () => {
  for (const made of [await result(), await smallResult()]) {
    const tableIds = tablesOf(made).map(({ id }) => id);
    const figureIds = figuresOf(made).map(({ id }) => id);
    const page = reportPage(made).replace(/<svg xmlns[^]*?<\/svg>/g, "");
    const elements = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    for (const ids of [tableIds, figureIds, elements]) expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const files = await outputFiles(made, { formats: FORMATS, palette: LIGHT, rasterize: async () => new Uint8Array(0), only: null });
    expect(Object.keys(files)).toEqual(expect.arrayContaining(tableIds.flatMap((id) => [`tables/${id}.tex`, `tables/${id}.csv`])));
    expect(Object.keys(files).filter((name) => /^tables\/.*\.csv$/.test(name))).toHaveLength(tableIds.length);
  }
});

it("each level of a treatment has tables of its own, with the number of its figure", async () => {
  const made = await result();
  const tableIds = tablesOf(made).map(({ id }) => id);
  expect(tableIds).toEqual(expect.arrayContaining(["doses.1-overlap", "doses.1-balance", "doses.1-overlap-3", "doses.1-balance-3", "doses-sample", "doses-sample-2", "curve-tests", "curve-tests-2"]));
  const titles = tablesOf(made).filter(({ id }) => id.startsWith("doses.1")).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  const overlaps = tableIds.filter((id) => id.includes("-overlap"));
  expect(figuresOf(made).map(({ id }) => id)).toEqual(expect.arrayContaining(overlaps));
});
