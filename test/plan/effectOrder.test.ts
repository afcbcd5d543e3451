import { expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, runStudy } from "../../src/index.js";
import { uniforms } from "../helpers/random.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const rows = 240;
const random = uniforms(29);
const draw = (): Float64Array => Float64Array.from({ length: rows }, () => random() - 0.5);
const codes = (levels: number): Float64Array => draw().map((value) => Math.floor((value + 0.5) * levels));
const x = draw();
const d = draw();
const panel = panelOf({ unit: d.map((_, i) => i >> 2), a: codes(7), b: codes(11), x, d, y: draw().map((value, i) => value + (d[i] ?? 0) + (x[i] ?? 0)) }, "p.csv");

async function numbersOf(encode: string, fixedEffects: readonly string[]): Promise<unknown> {
  const base = { outcome: "y", treatment: "d", controls: ["x"], learner: "ols", folds: { k: 3 }, encode, fixedEffects };
  const study = readStudy(JSON.stringify({ data: { file: "p.csv", unit: "unit" }, base, tables: [{ id: "t", columns: [{}] }] }), "s.json");
  const prepared = prepareStudy(study, panel, engine.kernels);
  const { result } = await runStudy(prepared, engine);
  const { estimate } = result.rows[0]!;
  return { keys: [...prepared.plan.tasks.keys()], coef: estimate?.coef, se: estimate?.se, ols: estimate?.ols };
}

it.each(["effects", "within", "dummies", "cre"])("under %s the order in which effects are listed changes no key and no bit", async (encode) => {
  expect(await numbersOf(encode, ["a", "unit", "b"])).toEqual(await numbersOf(encode, ["unit", "b", "a"]));
});
