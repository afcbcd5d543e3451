import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { createSpecial } from "../../src/kernels/special.js";
import type { ResultRow } from "../../src/index.js";
import { normalsOf } from "../helpers/normals.js";
import { panelOf, runOn } from "../helpers/study.js";

const normals = normalsOf(createSpecial((await createEngine()).kernels));
const base = { model: "ape", outcome: "y", treatment: "d", controls: ["x1", "x2"], learner: "ols", degree: 2 };
const SHIFT = 0.5;
const shift = { score: "shift", shift: SHIFT };

/** g(D, X) = D / 2 + interaction D X1 + 0.3 D^2 + X1 + X2, D | X normal with mean 0.7 X1 - 0.3 X2. */
function drawn(seed: number, n: number, interaction = 0.4): Record<string, Float64Array> {
  const [x1, x2, v, u] = [1, 2, 3, 4].map((j) => normals(7919 * seed + 31 * j, n)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const d = v.map((value, i) => 0.7 * x1[i]! - 0.3 * x2[i]! + value);
  const y = d.map((a, i) => 0.5 * a + interaction * a * x1[i]! + 0.3 * a * a + x1[i]! + x2[i]! + u[i]!);
  return { y, d, x1, x2, zero: new Float64Array(n), fold: Float64Array.from({ length: n }, (_, i) => i % 5) };
}

/** All means are 0 and the variance of D is 1.58. */
const DERIVATIVE = 0.5;
const SHIFTED = 0.5 * SHIFT + 0.3 * SHIFT * SHIFT;

async function run(columns: Record<string, ArrayLike<number>>, ...options: readonly object[]): Promise<readonly ResultRow[]> {
  return runOn(panelOf(columns), { base, tables: [{ id: "t", columns: options }] });
}

async function estimates(seeds: number, n: number, interaction: number, ...options: readonly object[]): Promise<readonly (readonly { coef: number; se: number }[])[]> {
  const all = await Promise.all(Array.from({ length: seeds }, (_, seed) => run(drawn(seed + 1, n, interaction), ...options)));
  return options.map((_, j) => all.map((rows) => rows[j]!.estimate!));
}

/** Distance of the mean estimate from the truth, in standard errors of that mean. */
function distance(all: readonly { coef: number }[], truth: number): number {
  const mean = all.reduce((sum, { coef }) => sum + coef, 0) / all.length;
  const variance = all.reduce((sum, { coef }) => sum + (coef - mean) ** 2, 0) / (all.length - 1);
  return Math.abs(mean - truth) / Math.sqrt(variance / all.length);
}

describe("average partial effects", () => {
  const flat = { lassocv: { alphas: [1e6] } }; // a penalty under which g is its mean
  it("are doubly robust: over 20 draws the mean lies within 3 of its standard errors if g or the representer is right", async () => {
    const [noRepresenter, noOutcome, noOdds, noOutcomeShift] = await estimates(20, 500, 0,
      { learner: { g: "ols", a: { column: "zero" } } }, { learner: { g: flat } },
      { ...shift, learner: { g: "ols", m: { column: "zero" } }, clip: 0.499999 }, { ...shift, learner: { g: flat } });
    expect(distance(noRepresenter!, DERIVATIVE)).toBeLessThan(3);
    expect(distance(noOutcome!, DERIVATIVE)).toBeLessThan(3);
    expect(distance(noOdds!, SHIFTED)).toBeLessThan(3);
    expect(distance(noOutcomeShift!, SHIFTED)).toBeLessThan(3);
  });

  it("are not right without either: the same draws show it", async () => {
    const [neither] = await estimates(20, 500, 0, { learner: { g: flat, a: { column: "zero" } } });
    expect(neither!.every(({ coef }) => Math.abs(coef) < 1e-12)).toBe(true); // a flat g has no derivative
  });

  it("cover: 95 % intervals hold the truth in 89 to 99 % of 100 draws", async () => {
    const [derivative, shifted] = await estimates(100, 300, 0, {}, shift);
    for (const [all, truth] of [[derivative!, DERIVATIVE], [shifted!, SHIFTED]] as const) {
      const covered = all.filter(({ coef, se }) => Math.abs(coef - truth) < 1.96 * se).length / all.length;
      expect(covered).toBeGreaterThan(0.89); // the binomial standard error is .022
      expect(covered).toBeLessThan(0.99);
    }
  });

  it("are the coefficient where g is linear, and the shift is so many of it", async () => {
    const columns = drawn(1, 200);
    const linear = { ...columns, y: columns["d"]!.map((a, i) => 2 * a + columns["x1"]![i]!) };
    const rows = await run(linear, {}, { step: 3 }, shift, { score: "shift", shift: -2 });
    // No noise and the right g: nothing is left for the representer to weigh but rounding.
    [2, 2, 2 * SHIFT, -4].forEach((truth, j) => expect(rows[j]?.estimate?.coef).toBeCloseTo(truth, 10));
  });

  it("do not depend on the order of rows, and go with the units of the treatment", async () => {
    const columns = drawn(2, 300);
    const fixed = { folds: { column: "fold" } };
    const order = Array.from({ length: 300 }, (_, i) => (7 * i) % 300);
    const mixed = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, order.map((i) => values[i]!)]));
    const tenfold = { ...columns, d: columns["d"]!.map((value) => 10 * value) };
    const options = [fixed, { ...fixed, score: "shift" }];
    const [own, other, scaled] = await Promise.all([run(columns, ...options), run(mixed, ...options), run(tenfold, ...options)]);
    [0, 1].forEach((j) => {
      const { coef, se } = own[j]!.estimate!;
      // Sums in another order; logit's steps end at 1e-8.
      expect(other[j]!.estimate!.coef).toBeCloseTo(coef, 8);
      expect(other[j]!.estimate!.se).toBeCloseTo(se, 8);
      expect(scaled[j]!.estimate!.coef * (j === 0 ? 10 : 1)).toBeCloseTo(coef, 8);
    });
  });

  it.each(["rf", "gradboost", "nnet", { stack: { learners: ["ols", { rf: { trees: 20 } }], type: "regular" } }])("are near the truth with %o for g", async (g) => {
    const small = g === "rf" ? { rf: { trees: 50, minLeaf: 5 } } : g;
    const rows = await run(drawn(3, 500), { learner: { g: small } }, { ...shift, learner: { g: small } });
    [DERIVATIVE, SHIFTED].forEach((truth, j) => {
      const { coef, se } = rows[j]!.estimate!;
      expect(Math.abs(coef - truth) / se).toBeLessThan(4);
      expect(se).toBeLessThan(0.15);
    });
  });

  it("a stack judges the classifier of shifted rows on both kinds", async () => {
    const learners = ["logit", { rf: { trees: 20, minLeaf: 20 } }];
    const [short, regular, alone] = await run(drawn(4, 400), ...["short", "regular"].map((type) => ({ ...shift, learner: { g: "ols", m: { stack: { learners, type } } } })), shift);
    for (const row of [short, regular]) expect(Math.abs(row!.estimate!.coef - alone!.estimate!.coef)).toBeLessThan(alone!.estimate!.se);
  });

  it("say what cannot be, in the row; options without meaning are recorded as unused", async () => {
    const columns = drawn(5, 100);
    const rows = await run(columns, { learner: { g: "ols", a: "rf" } }, { learner: { g: "riesz" } }, { learner: { g: { column: "zero" } } },
      { learner: { g: "ols", a: { riesz: { tune: { grid: { ridge: [1, 10] } } } } } }, { model: "plr", step: 1 });
    expect(rows.map((row) => row.error?.message ?? null)).toEqual([
      "`rf` cannot fit the nuisance `a`. It is a Riesz representer, no regression: use `riesz`.",
      "`riesz` cannot fit the nuisance `g`. It fits Riesz representers alone: name another learner.",
      "A column cannot stand for `g`: its predictions at moved treatments are needed, too. Name a learner.",
      "`a` is a Riesz representer, which cannot be stacked or tuned by squared errors. Use `riesz`.",
      null,
    ]);
    expect(rows[4]?.specification.unused).toContain("step");
  });
});
