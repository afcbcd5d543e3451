import { expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";
import { piecesOf, targetOf } from "../../src/fit/fitTask.js";
import { fitPlan } from "../../src/fit/run.js";
import { runPiece } from "../../src/fit/piece.js";
import { createMemoryStore } from "../../src/fit/store.js";
import { readCsv } from "../../src/panel/csv.js";
import { panelCsv } from "../helpers/panelCsv.js";

const engine = await createEngine();
const base = { outcome: "y", treatment: "d", controls: ["x1", "x2"], fixedEffects: ["firm", "year"], folds: { k: 2 } };

/** Controls, rows and outcome stay: what a learner remembers of one of these must not serve another. */
const columns = [{}, { fixedEffects: ["firm"] }, { folds: { k: 3 } }, { weights: "w" }, { controls: ["x1"] }, { degree: 2 }, { controls: ["x1", "x2", "size"] }, { controls: ["x1", "x2", "w"] }];

const csv = panelCsv(40, 5).trim().split("\n").map((line, i) => (i === 0 ? `${line},w` : `${line},${1 + (i % 3)}`)).join("\n");
const learners = [{ ols: {} }, { lassocv: { folds: 3 } }, { gradboost: { trees: 4, minLeaf: 2 } }, { histboost: { trees: 4, minLeaf: 2 } }];

it.each(learners)("%j: what is remembered of a fold changes no bit, whatever was fitted before", async (learner) => {
  const study = readStudy(JSON.stringify({ data: { file: "p.csv", unit: "firm", time: "year" }, base: { ...base, learner }, tables: [{ id: "t", columns }] }), "s.json");
  const { plan } = prepareStudy(study, readCsv(csv, "p.csv", {}), engine.kernels);
  const { lookup } = await fitPlan(plan, { ...engine, store: createMemoryStore() });
  const pieces = [...plan.tasks.values()].flatMap((task) => (task.kind === "fit" ? piecesOf(task, targetOf(task, engine.kernels, lookup)) : []));
  expect(pieces.length).toBeGreaterThan(60);
  expect(new Set(pieces.map(({ job }) => job.fold)).size).toBeLessThan(pieces.length / 3);
  for (const piece of pieces) {
    const { fold, ...job } = piece.job;
    expect(fold).toBeDefined();
    expect(runPiece(engine.kernels, piece)).toEqual(runPiece(engine.kernels, { ...piece, job }));
  }
});
