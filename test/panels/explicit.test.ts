import { describe, expect, it } from "vitest";
import { createEngine, prepareStudy, readStudy, type ResultRow, runStudy } from "../../src/index.js";
import { createSpecial } from "../../src/kernels/special.js";
import { inverted, product } from "../helpers/leastSquares.js";
import { panelOf, runOn } from "../helpers/study.js";
import { explicit, solved } from "./explicit.js";
import { EFFECT_SETS, unbalanced } from "./world.js";

const engine = await createEngine();
const special = createSpecial(engine.kernels);
const columns = unbalanced();
// The two singletons are left out, so that rows here and there are the same.
const kept = columns["unit"]!.map((unit, i) => ({ unit, i })).filter(({ unit }) => columns["unit"]!.filter((other) => other === unit).length > 1).map(({ i }) => i);
const own = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, kept.map((i) => values[i]!)]));
own["fold"] = own["unit"]!.map((unit) => unit % 3);
const panel = panelOf(own);
const controls = ["x1", "x2"];
const base = { outcome: "y", treatment: "d", controls, learner: "ols", weights: "weight", folds: { column: "fold" }, errors: { cluster: ["unit"], correction: false } };
const data = { file: "test.csv", unit: "unit", time: "year" };
const column = (name: string): Float64Array => Float64Array.from(own[name]!);
const less = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!);

async function run(options: object): Promise<ResultRow> {
  const [row] = await runOn(panel, { data, base: { ...base, ...options }, tables: [{ id: "t", columns: [{}] }] });
  expect(row!.error).toBeNull();
  return row!;
}

const UNITS = new Set(own["unit"]).size;

/** Sums by unit of z e. */
function sumsOf(z: readonly Float64Array[], e: Float64Array): readonly Float64Array[] {
  return z.map((column) => {
    const byUnit = new Map<number, number>();
    column.forEach((value, i) => byUnit.set(own["unit"]![i]!, (byUnit.get(own["unit"]![i]!) ?? 0) + value * e[i]!));
    return Float64Array.from(byUnit.values());
  });
}

/** Their cross-products. */
function moments(z: readonly Float64Array[], e: Float64Array): readonly (readonly number[])[] {
  const sums = sumsOf(z, e);
  return sums.map((a) => sums.map((b) => product(a, b)));
}

/** Hotelling's T2 of the units' sums: G mean' S^-1 mean, S their sample covariance. */
function hotelling(z: readonly Float64Array[], e: Float64Array): number {
  const sums = sumsOf(z, e);
  const means = sums.map((one) => one.reduce((sum, value) => sum + value, 0) / UNITS);
  const apart = sums.map((one, q) => one.map((value) => value - means[q]!));
  return UNITS * wald(means, apart.map((a) => apart.map((b) => product(a, b) / (UNITS - 1))));
}

const wald = (m: readonly number[], matrix: readonly (readonly number[])[]): number =>
  inverted(matrix).reduce((sum, row, i) => sum + m[i]! * row.reduce((inner, value, j) => inner + value * m[j]!, 0), 0);

const SETS = EFFECT_SETS.flatMap(({ name, options }) => ("factors" in options ? [] : [{ name, fixedEffects: (options as { fixedEffects: string[] }).fixedEffects }]));
/** Demeaning by alternating projections stops at 1e-10 of a column. */
const TOLERANCE = 1e-8;
const close = (a: number | undefined, b: number): void => {
  expect(Math.abs((a ?? NaN) / b - 1)).toBeLessThan(TOLERANCE);
};

describe.each(SETS)("ols under encode: effects is least squares with explicit dummies, $name", ({ fixedEffects }) => {
  const { demean, predict } = explicit(own, fixedEffects, controls, own["fold"]!);
  const residual = (name: string): Float64Array => less(column(name), predict(column(name)));
  /** Y - theta_0 D, theta_0 from partialling-out. */
  const withoutEffect = (theta: readonly number[], treatments: readonly string[]): Float64Array =>
    column("y").map((y, i) => y - theta.reduce((sum, t, j) => sum + t * own[treatments[j]!]![i]!, 0));

  it.each([[["d"]], [["d", "e"]]])("plr, treatments %j: both scores, the clustered error, the fit", async (treatments) => {
    const { estimate } = await run({ fixedEffects, treatment: treatments });
    const [eY, ...eD] = demean([residual("y"), ...treatments.map(residual)]) as [Float64Array, ...Float64Array[]];
    const theta0 = solved(eY, eD, eD);
    const target = withoutEffect(theta0, treatments);
    const [left, ...d] = demean([less(column("y"), predict(target)), ...treatments.map(column)]) as [Float64Array, ...Float64Array[]];
    const theta = solved(left, d, eD);
    treatments.forEach((_, j) => close(estimate!.effects[j]!.coef, theta[j]!));
    treatments.forEach((_, j) => close(estimate!.comparison![j]!.coef, theta0[j]!));
    const [whole] = demean([column("y")]) as [Float64Array];
    close(estimate!.nuisances["l"]!.r2, 1 - product(eY, eY) / product(whole, whole));
    if (treatments.length > 1) return;
    const sums = new Map<number, number>();
    left.forEach((value, i) => sums.set(own["unit"]![i]!, (sums.get(own["unit"]![i]!) ?? 0) + eD[0]![i]! * (value - theta[0]! * d[0]![i]!)));
    close(estimate!.se, Math.sqrt([...sums.values()].reduce((sum, value) => sum + value * value, 0)) / Math.abs(product(eD[0]!, d[0]!)));
  });

  it.each([[["z"]], [["z", "w"]]])("pliv, instruments %j: estimate, first-stage F and Anderson-Rubin statistic", async (instruments) => {
    const { estimate } = await run({ fixedEffects, model: "pliv", instrument: instruments });
    const [y, d, ...z] = demean(["y", "d", ...instruments].map(residual)) as [Float64Array, Float64Array, ...Float64Array[]];
    close(estimate!.coef, solved(y, [d], z)[0]!);
    const { firstStages: [first], andersonRubin } = estimate!.instruments!;
    const slopes = solved(d, z, z);
    const left = d.map((value, i) => value - slopes.reduce((sum, b, q) => sum + b * z[q]![i]!, 0));
    // (Z'Z)^-1 S (Z'Z)^-1 turns the Wald statistic of the slopes into that of the moments Z'd.
    close(first!.robust.f, wald(z.map((column) => product(column, d)), moments(z, left)) / z.length);
    // The first stage's residual beside the treatment's, in the regression of the outcome's: its squared t, clustered by unit.
    const slope = solved(y, [d, left], [d, left]);
    const rest = y.map((value, i) => value - slope[0]! * d[i]! - slope[1]! * left[i]!);
    const alone = left.map((value, i) => value - (product(left, d) / product(d, d)) * d[i]!);
    close(estimate!.instruments!.endogeneity!.f, wald([product(alone, y)], moments([alone], rest)));
    // By the slope of the score, that of the treatment as it is: the residuals at the estimate stay as they are.
    const [treatment] = demean([column("d")]) as [Float64Array];
    const projected = d.map((value, i) => value - left[i]!);
    const factor = product(projected, treatment) / product(projected, d);
    const at = (theta: number): Float64Array => y.map((value, i) => value - (estimate!.coef + (theta - estimate!.coef) * factor) * d[i]!);
    close(andersonRubin!.statistic, hotelling(z, at(0)));
    expect(andersonRubin!.freedom).toBe(UNITS - 1);
    expect(andersonRubin!.set.length).toBeGreaterThan(0);
    for (const limit of andersonRubin!.set.flat().filter(Number.isFinite)) {
      const f = (hotelling(z, at(limit)) * (UNITS - z.length)) / (z.length * (UNITS - 1));
      close(special.fTail(f, z.length, UNITS - z.length), 0.05);
    }
  });

  it("moderation and effects by group: products of demeaned columns, demeaned again", async () => {
    const { estimate } = await run({ fixedEffects, score: "partialling-out", controls: ["x1", "x2"], moderator: "x2", groups: "side" });
    const [y, v] = [residual("y"), residual("d")];
    const root = own["weight"]!.map(Math.sqrt);
    const ownV = demean([v])[0]!.map((value, i) => value / root[i]!);
    const along = (basis: readonly Float64Array[]): readonly number[] => {
      const [left, ...x] = demean([y, ...basis.map((b) => b.map((value, i) => value * ownV[i]!))]) as [Float64Array, ...Float64Array[]];
      return solved(left, x, x);
    };
    const weight = own["weight"]!;
    const mean = own["x2"]!.reduce((sum, value, i) => sum + weight[i]! * value, 0) / weight.reduce((sum, value) => sum + value, 0);
    const predictor = along([column("x2").map(() => 1), column("x2").map((value) => value - mean)]);
    const { predictor: found, groups } = estimate!.heterogeneity!;
    predictor.forEach((value, j) => close(found!.coefficients[j]!.coef, value));
    const bySide = along([0, 1].map((side) => column("side").map((value) => (value === side ? 1 : 0))));
    for (const { label, effect } of groups!.groups) close(effect!.coef, bySide[Number(label)]!);
  });
});

it("`by` is the same as choosing rows, and its test weighs groups that share no unit by their variances", async () => {
  const study = { data, base: { ...base, fixedEffects: ["unit", "year"] }, tables: [{ id: "t", columns: [{ by: "side" }, { where: "side == 0" }, { where: "side == 1" }] }] };
  const prepared = prepareStudy(readStudy(JSON.stringify(study), "s.json"), panel, engine.kernels);
  const { result: { rows, equality } } = await runStudy(prepared, engine);
  const [a, b, zero, one] = rows.map(({ estimate }) => estimate!);
  expect([a!.coef, b!.coef]).toEqual([zero!.coef, one!.coef]);
  close(equality[0]!.test!.chiSquare, (a!.coef - b!.coef) ** 2 / (a!.se ** 2 + b!.se ** 2));
});
