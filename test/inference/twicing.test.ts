import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { fitPlan } from "../../src/fit/run.js";
import { full } from "../../src/fit/fitTask.js";
import { createMemoryStore } from "../../src/fit/store.js";
import { prepareStudy } from "../../src/pipeline.js";
import { createSpecial } from "../../src/kernels/special.js";
import { readStudy } from "../../src/study/read.js";
import { normals } from "../helpers/random.js";
import { panelOf, runOn } from "../helpers/study.js";

const engine = await createEngine();
const special = createSpecial(engine.kernels);
const UNITS = 80;
const PERIODS = 8;
const rows = UNITS * PERIODS;
const DATA = { unit: "unit", time: "year" };
const BASE = { outcome: "y", treatment: "d", controls: ["x1", "x2"], fixedEffects: ["unit", "year"] };

/** Treatment and outcome share f(x1); the effect is 1. */
function panelWith(f: (x: number) => number) {
  const draw = normals(special, 7);
  const column = (): Float64Array => Float64Array.from({ length: rows }, () => draw());
  const [x1, x2, v, u] = [column(), column(), column(), column()] as const;
  const own = Float64Array.from({ length: UNITS }, () => draw());
  const unit = Float64Array.from({ length: rows }, (_, i) => Math.floor(i / PERIODS));
  const d = v.map((value, i) => f(x1[i]!) + own[unit[i]!]! + value);
  const y = u.map((value, i) => d[i]! + f(x1[i]!) + x2[i]! - own[unit[i]!]! + value);
  return panelOf({ unit, year: unit.map((_, i) => i % PERIODS), x1, x2, d, y });
}

const valuesIn = (panel: ReturnType<typeof panelOf>, name: string): Float64Array => {
  const own = panel.columns.get(name);
  if (own?.kind !== "number") throw new Error(name);
  return own.values;
};
const curved = panelWith((x) => 2 * Math.sin(2 * x));
const straight = panelWith((x) => x);
const estimateOf = async (panel: ReturnType<typeof panelOf>, options: object) =>
  (await runOn(panel, { data: { file: "test.csv", ...DATA }, base: BASE, tables: [{ id: "t", columns: [options] }] }))[0]!.estimate!;
const column = async (panel: ReturnType<typeof panelOf>, options: object) => {
  const estimate = await estimateOf(panel, options);
  return { ...estimate, twicing: estimate.twicing! };
};

describe("twicing", () => {
  it.each(["iv-type", "partialling-out"])("says that least squares misses a sine, and how far the estimate is off: %s", async (score) => {
    const { twicing: [twicing], coef, se, warnings } = await column(curved, { learner: "ols", score });
    expect(coef - 1).toBeGreaterThan(10 * se);
    expect(Math.abs(twicing!.coef - 1)).toBeLessThan(Math.abs(coef - 1) / 3);
    expect(twicing!.difference).toBe(coef - twicing!.coef);
    expect(warnings.some((text) => text.includes("Boosting finds"))).toBe(true);
  });

  it.each([["ols", "plr"], ["lassocv", "plr"], ["histboost", "plr"]])("is silent where %s sees all there is", async (learner) => {
    const { twicing: [twicing], warnings } = await column(straight, { learner });
    expect(twicing!.se).toBeGreaterThan(0);
    expect(warnings.filter((text) => text.includes("Boosting finds"))).toEqual([]);
  });

  it.each(["within", "wg-approx", "cre", "cre-normal", "fd"])("looks at linear learners under %s, too: it names a sine, and is silent where there is none", async (encode) => {
    const { twicing: [twicing], coef, se, warnings } = await column(curved, { learner: "ols", encode });
    expect(Math.abs(coef - 1)).toBeGreaterThan(8 * se);
    expect(Math.abs(twicing!.coef - 1)).toBeLessThan(Math.abs(coef - 1) / 2);
    expect(warnings.some((text) => text.includes("Boosting finds"))).toBe(true);
    expect((await column(straight, { learner: "ols", encode })).warnings.filter((text) => text.includes("Boosting finds"))).toEqual([]);
    expect((await estimateOf(curved, { learner: { gradboost: { trees: 3 } }, encode })).twicing).toBeNull();
  });

  it.each([
    ["least squares", "ols", /miss something: take more flexible ones \(histboost, a stack with it\), or more stages or rounds\.$/],
    ["two rounds of boosting", { histboost: { trees: 2, start: "none" } }, /miss something, though they boost: take more `trees`, and put a forest beside it\.$/],
    ["one nuisance of two that boosts", { l: "ols", m: { histboost: { trees: 2, start: "none" } }, g: "ols" }, /take more flexible ones \(histboost, /],
  ])("advises %s to take what it does not have", async (_, learner, advice) => {
    const { warnings } = await estimateOf(curved, { learner });
    expect(warnings.filter((text) => text.includes("Boosting finds"))).toEqual([expect.stringMatching(advice)]);
  });

  it("can be left out, and then nothing is fitted for it; without effects it is there on request", async () => {
    expect((await estimateOf(curved, { learner: "ols", twicing: false })).twicing).toBeNull();
    expect((await estimateOf(curved, { learner: "ols", encode: "dummies" })).twicing).toBeNull();
    expect((await estimateOf(curved, { learner: "ols", fixedEffects: [] })).twicing).toBeNull();
    expect((await column(curved, { learner: "ols", fixedEffects: [], twicing: true })).warnings.some((text) => text.includes("Boosting finds"))).toBe(true);
  });

  it.each(["joint", "controls"])("looks at each of several treatments (%s), wherever the curved one stands", async (otherTreatments) => {
    const plain = normals(special, 11);
    const both = panelOf({ ...Object.fromEntries([...curved.columns.keys()].map((name) => [name, valuesIn(curved, name)])), e: Float64Array.from({ length: rows }, () => plain()) });
    for (const treatment of [["d", "e"], ["e", "d"]]) {
      const { effects, twicing, warnings } = await column(both, { treatment, otherTreatments, learner: "ols" });
      expect(twicing.map(({ name }) => name)).toEqual(treatment);
      twicing.forEach(({ coef, difference }, j) => expect(difference).toBe(effects[j]!.coef - coef));
      const found = warnings.filter((text) => text.includes("Boosting finds"));
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/with it that of `d` is \S+ \(it moves by [^)]*\)\. The/);
    }
  });

  it("with an instrument it looks at all three residuals", async () => {
    const shifted = panelOf({ ...Object.fromEntries([...curved.columns.keys()].map((name) => [name, valuesIn(curved, name)])), z: valuesIn(curved, "d").map((value, i) => value + Math.sin(i)) });
    const { twicing: [twicing], coef } = await column(shifted, { model: "pliv", instrument: "z", learner: "ols" });
    expect(Math.abs(twicing!.coef - 1)).toBeLessThan(Math.abs(coef - 1) / 3);
  });

  it("is the instrumental-variables estimate from residuals less what boosting predicts of them", async () => {
    const written = { data: { file: "test.csv", unit: "unit" }, base: { ...BASE, fixedEffects: ["unit"], learner: "ols" }, tables: [{ id: "t", columns: [{}] }] };
    const { plan } = prepareStudy(readStudy(JSON.stringify(written), "s"), curved, engine.kernels);
    const { lookup } = await fitPlan(plan, { ...engine, store: createMemoryStore() });
    const [planned] = plan.specifications;
    if (planned === undefined || "refused" in planned) throw new Error("refused");
    const [{ predictions, twicing }] = planned.repetitions as [(typeof planned.repetitions)[0]];
    const values = (name: string): Float64Array => valuesIn(curved, name);
    const left = (of: Float64Array, name: string): Float64Array => of.map((value, i) => value - full(lookup(predictions[name]!))[i]! - full(lookup(twicing![name]!))[i]!);
    const centred = (column: Float64Array): Float64Array => column.map((value, i) => {
      const first = i - (i % PERIODS);
      return value - column.subarray(first, first + PERIODS).reduce((sum, one) => sum + one, 0) / PERIODS;
    });
    const [v, e, d] = [centred(left(values("d"), "m")), centred(left(values("y"), "g")), centred(values("d"))];
    const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const { twicing: [found] } = await column(curved, { learner: "ols", fixedEffects: ["unit"] });
    expect(found!.coef).toBeCloseTo(product(v, e) / product(v, d), 10); // rounding of sums of 640 products
  });
});
