import { describe, expect, it } from "vitest";
import { createEngine, type Panel, prepareStudy, readStudy, runStudy } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { ownFold } from "../../src/models/model.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const engine = await createEngine();
const special = createSpecial(engine.kernels);
const normals = normalsOf(special);
const base = { model: "natural-effects", outcome: "y", treatment: "d", mediator: "m", controls: ["x"], learner: { ols: {}, m: "logit" } };
const TRUTH = { "d": 1.22, "d, direct, mediator as untreated": 0.5, "d, direct, mediator as treated": 0.74, "d, indirect, if treated": 0.72, "d, indirect, if untreated": 0.48 };

/** M = 0.6 D + 0.5 X + V, Y = 0.5 D + 0.8 M + 0.4 D M + X + U, D more likely where X is large. */
function drawn(seed: number, n: number): Record<string, Float64Array> {
  const [x, v, u, e] = [1, 2, 3, 4].map((j) => normals(7919 * seed + 31 * j, n)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const d = e.map((value, i) => (value < 0.7 * x[i]! ? 1 : 0));
  const m = v.map((value, i) => 0.6 * d[i]! + 0.5 * x[i]! + value);
  const y = u.map((value, i) => 0.5 * d[i]! + 0.8 * m[i]! + 0.4 * d[i]! * m[i]! + x[i]! + value);
  return { y, d, m, x, fold: Float64Array.from({ length: n }, (_, i) => i % 4) };
}

type Effects = Readonly<Record<string, { readonly coef: number; readonly se: number }>>;
async function effectsOf(columns: Record<string, Float64Array>, more: object = {}): Promise<Effects> {
  const [row] = await runOn(panelOf(columns), { data: { file: "test.csv" }, base, tables: [{ id: "t", columns: [more] }] });
  if (row?.error != null) throw new Error(row.error.message);
  return Object.fromEntries((row?.estimate?.effects ?? []).map(({ name, coef, se }) => [name, { coef, se }]));
}

describe("natural direct and indirect effects", () => {
  it("are without bias over draws, their intervals cover, and they add up to the total in every draw", async () => {
    const draws = 40;
    const all = await Promise.all(Array.from({ length: draws }, (_, seed) => effectsOf(drawn(seed + 1, 600))));
    for (const effects of all) {
      const [total, de0, de1, ie1, ie0] = Object.keys(TRUTH).map((name) => effects[name]!.coef) as [number, number, number, number, number];
      expect(de0 + ie1).toBeCloseTo(total, 10);
      expect(de1 + ie0).toBeCloseTo(total, 10);
    }
    for (const [name, truth] of Object.entries(TRUTH)) {
      const errors = all.map((effects) => effects[name]!.coef - truth);
      const mean = errors.reduce((sum, one) => sum + one, 0) / draws;
      const sd = Math.sqrt(errors.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (draws - 1));
      expect(Math.abs(mean), name).toBeLessThan((3.5 * sd) / Math.sqrt(draws)); // of the draws themselves
      const covered = all.filter((effects) => Math.abs(effects[name]!.coef - truth) < 1.96 * effects[name]!.se).length;
      expect(covered, name).toBeGreaterThanOrEqual(33); // less than that at a true 95 % comes once in 300
    }
  });

  it("the total is irm's mean effect, from the same fits", async () => {
    const columns = drawn(99, 500);
    const [own, irm] = await Promise.all([effectsOf(columns), effectsOf(columns, { model: "irm" })]);
    expect(own["d"]).toEqual(irm["d"]);
  });

  it("a row's outcome has no part in what is predicted of it, the nested regression included", async () => {
    const columns = drawn(5, 200);
    const ROW = 17;
    const changed = { ...columns, y: columns["y"]!.map((value, i) => (i === ROW ? value + 1000 : value)) };
    const nested = async (panel: Panel): Promise<number[]> => {
      const study = readStudy(JSON.stringify({ data: { file: "test.csv" }, base: { ...base, folds: { column: "fold" } }, tables: [{ id: "t", columns: [{}] }] }), "study.json");
      const { plan } = prepareStudy(study, panel, engine.kernels);
      const { lookup } = await runStudy(prepareStudy(study, panel, engine.kernels), engine);
      const [planned] = plan.specifications;
      if (planned === undefined || "refused" in planned) throw new Error("refused");
      const { predictions, folds } = planned.repetitions[0]!;
      return ["g0:nested", "g1:nested", "g0:mediator", "g1:mediator"].map((name) => ownFold(lookup(predictions[name]!).predictions.at(-1)!, folds.folds)[ROW]!);
    };
    const [before, after] = [await nested(panelOf(columns)), await nested(panelOf(changed))];
    expect(before.every(Number.isFinite)).toBe(true);
    expect(after).toEqual(before);
  });

  it("with unit means in a panel, with forests, stacks and weights, it ends with an estimate", async () => {
    const n = 400;
    const columns = { ...drawn(3, n), unit: Float64Array.from({ length: n }, (_, i) => Math.floor(i / 4)), w: Float64Array.from({ length: n }, (_, i) => 1 + (i % 3)) };
    const rows = await runOn(panelOf(columns), { data: { file: "test.csv", unit: "unit" }, base, tables: [{ id: "t", columns: [
      { fixedEffects: ["unit"] }, { learner: { rf: { trees: 10, classify: false } } }, { weights: "w", learner: { stack: { learners: ["ols", { rf: { trees: 5 } }], type: "pooled" }, m: "logit" }, folds: { k: 3 } },
    ] }] });
    for (const row of rows) {
      expect(row.error).toBeNull();
      expect(row.estimate?.effects.every(({ coef, se }) => Number.isFinite(coef) && se > 0)).toBe(true);
    }
  });

  it("refuses what it cannot do, with the reason", async () => {
    const columns = drawn(7, 120);
    const message = async (more: object): Promise<string> => effectsOf(columns, more).then(() => "", (error: unknown) => (error as Error).message);
    expect(await message({ treatment: "x", controls: [] })).toContain("needs a treatment of 0 and 1");
    expect(await message({ learner: { ols: {}, m: "logit", g0: { column: "x" } } })).toContain("cannot hold the predictions of 3 nuisances");
  });
});
