import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy } from "../../src/index.js";
import { uniforms } from "../helpers/random.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const random = uniforms(5);
const column = (): Float64Array => Float64Array.from({ length: 24 }, random);
const panel = panelOf({ y: column(), d: column(), e: column(), z: column(), x: column(), b: column().map((value) => (value > 0.5 ? 1 : 0)), unit: column().map((_, i) => i % 6) }, "p.csv");
const base = { outcome: "y", treatment: "d", controls: ["x"], learner: "ols" };

function prepare(own: object): () => unknown {
  const text = JSON.stringify({ data: { file: "p.csv" }, base, tables: [{ id: "t", columns: [own] }] }, null, 1);
  return () => prepareStudy(readStudy(text, "s.json"), panel, engine.kernels);
}

describe("what would be answered without meaning is refused with its place", () => {
  it.each([
    ["a benchmark that is no control", { sensitivity: { benchmarks: [["x"], ["z"]] } }, /s\.json, line \d+, `sensitivity\.benchmarks`: `z` is no control/],
    ["a curve over a column of no term", { effect: { along: ["x"], curve: { column: "z" } } }, /`effect\.curve`: the curve is over `z`/],
    ["a curve over levels", { effect: { along: [{ levels: "b" }], curve: { column: "b" } } }, /`effect\.curve`: the curve is over `b`/],
    ["a column by levels and as a number", { effect: { along: [{ levels: "b" }, { product: ["x", "b"] }] } }, /`effect\.along`: `b` stands here by its levels and as a number/],
    ["one column for the propensities of two treatments", { treatment: ["d", "e"], learner: { l: "ols", m: { column: "z" } } }, /`learner`: the column `z` cannot hold the predictions of 2 nuisances/],
    ["one column for both arms", { model: "irm", treatment: "b", learner: { g: { column: "z" }, m: "logit" } }, /the column `z` cannot hold the predictions of 2 nuisances/],
    ["one column for all levels", { model: "apo", treatment: "b", learner: { g: "ols", m: { column: "z" } } }, /the column `z` cannot hold the predictions of 2 nuisances/],
  ])("%s", (_, own, message) => expect(prepare(own)).toThrow(message));

  it.each([
    ["controls of one nuisance are controls", { controls: { common: ["x"], m: ["z"] }, sensitivity: { benchmarks: [["z"]] } }],
    ["a curve over a column within a product", { effect: { along: [{ product: ["x", { levels: "b" }] }], curve: { column: "x" } } }],
    ["a column for each arm", { model: "irm", treatment: "b", learner: { g0: { column: "z" }, g1: { column: "e" }, m: "logit" } }],
    ["a column for one level", { model: "apo", treatment: "b", levels: [1], learner: { g: { column: "z" }, m: "logit" } }],
    ["other treatments left out share l", { treatment: ["d", "e"], otherTreatments: "none", learner: { l: { column: "z" }, m: "ols" } }],
  ])("but %s", (_, own) => expect(prepare(own)).not.toThrow());
});
