import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, runStudy, type ResultRow } from "../../src/index.js";
import { uniforms } from "../helpers/random.js";
import { panelOf } from "../helpers/study.js";

const engine = await createEngine();
const UNITS = 12;
const PERIODS = 5;
const rows = UNITS * PERIODS;
const random = uniforms(11);
const draw = (): Float64Array => Float64Array.from({ length: rows }, () => random() - 0.5);
const x = draw();
const d = draw();
const noise = draw();
const b = x.map((value, i) => (value + (d[i] ?? 0) > 0 ? 1 : 0));
const panel = panelOf({
  none: x.map(() => 1), firm: x.map((_, i) => Math.floor(i / PERIODS)), year: x.map((_, i) => 2000 + (i % PERIODS)),
  y: x.map((value, i) => value + (d[i] ?? 0) + (b[i] ?? 0) + (noise[i] ?? 0)), x, d, b,
  sure: x.map((value) => (value > 0.2 ? 1 : 0.4)), weight: x.map((value) => 0.2 + value * value),
}, "p.csv");
const base = { outcome: "y", treatment: "d", controls: ["x"], learner: "ols", folds: { k: 3 } };

async function run(own: object): Promise<ResultRow> {
  const study = readStudy(JSON.stringify({ data: { file: "p.csv", unit: "firm", time: "year" }, base, tables: [{ id: "t", columns: [own] }] }), "s.json");
  const { result } = await runStudy(prepareStudy(study, panel, engine.kernels), engine);
  return result.rows[0] as ResultRow;
}

describe("errors of a row instead of numbers without meaning", () => {
  it("a propensity of one without clipping has an infinite weight", async () => {
    const irm = { model: "irm", treatment: "b", learner: { g: "ols", m: { column: "sure" } } };
    expect((await run({ ...irm, clip: 0 })).error?.code).toBe("no-overlap");
    expect((await run({ ...irm, clip: 0.01 })).estimate?.coef).toBeTypeOf("number");
  });

  it("as many lags as periods make a variance of nothing", async () => {
    expect((await run({ errors: { driscollKraay: { lags: PERIODS } } })).error?.code).toBe("too-many-lags");
    expect((await run({ errors: { driscollKraay: { lags: PERIODS - 1 } } })).error).toBeNull();
  });

  it("errors of few clusters cannot carry a long basis, but the rest of the row stands", async () => {
    const { estimate } = await run({ effect: { along: [{ polynomial: "x", degree: 9 }, { levels: "year" }] } });
    expect(estimate?.heterogeneity?.predictor).toBeNull();
    expect(estimate?.warnings.join()).toMatch(/The errors rest on 12 clusters or periods, which cannot tell 14 terms/);
    expect((await run({ effect: { along: [{ polynomial: "x", degree: 3 }] } })).estimate?.heterogeneity?.predictor).not.toBeNull();
  });
});

it("a joint table says which estimates it is without, and tests no single one for equality", async () => {
  const tables = [{ id: "t", columns: [{}, { outcome: "none" }] }, { id: "j", joint: "all", equal: true }];
  const study = readStudy(JSON.stringify({ data: { file: "p.csv", unit: "firm", time: "year" }, base, tables }), "s.json");
  const { result } = await runStudy(prepareStudy(study, panel, engine.kernels), engine);
  const joint = result.joint.get("j");
  expect(joint).toMatchObject({ equal: null, estimates: [{ name: "t.1: d" }] });
  expect(joint).toHaveProperty("warnings", [expect.stringMatching(/Without `t\.2`, which could not be estimated/), expect.stringMatching(/one estimate alone/)]);
});

it("DoubleML's standard error over repetitions does not depend on the level of intervals", async () => {
  const own = { repetitions: 3, aggregate: "doubleml" };
  const [narrow, wide] = [await run({ ...own, level: 0.5, distribution: "normal" }), await run({ ...own, level: 0.99, distribution: "t" })];
  expect(narrow.estimate?.se).toBe(wide.estimate?.se);
});

it("the weighted fit within an arm is the root of a weighted mean of squares", async () => {
  const { estimate } = await run({ model: "irm", treatment: "b", weights: "weight", learner: { g0: { column: "d" }, g1: { column: "x" }, m: { column: "sure" } }, where: "sure < 1" });
  const { y, weight, sure } = Object.fromEntries([...panel.columns].map(([name, column]) => [name, (column as { readonly values: Float64Array }).values]));
  let [squares, total] = [0, 0];
  for (let i = 0; i < rows; i++) {
    if (b[i] !== 1 || sure?.[i] === 1) continue;
    squares += (weight?.[i] ?? NaN) * ((y?.[i] ?? NaN) - (x[i] ?? NaN)) ** 2;
    total += weight?.[i] ?? NaN;
  }
  expect(estimate?.nuisances["g1"]?.rmse).toBeCloseTo(Math.sqrt(squares / total), 12); // rounding of sums of 30 numbers
});
