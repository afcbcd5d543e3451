import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { basisOf, type TermChoice, termOf } from "../../../src/inference/heterogeneity/basis.js";
import { effectCurve } from "../../../src/inference/heterogeneity/curve.js";
import { groupEffects } from "../../../src/inference/heterogeneity/groups.js";
import { effectsAt, linearPredictor } from "../../../src/inference/heterogeneity/predictor.js";
import { ivTypeSignal, type Signal } from "../../../src/inference/heterogeneity/signal.js";
import { settingOf } from "../../helpers/heterogeneity.js";

interface Results {
  readonly gate: readonly number[];
  readonly gate_se: readonly number[];
  readonly cate: readonly number[];
  readonly cate_se: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  readonly point: readonly (readonly number[])[];
  readonly joint_over_point: number;
  readonly theta: number;
}

interface Golden {
  readonly x: readonly number[];
  readonly codes: readonly number[];
  readonly labels: readonly string[];
  readonly grid: readonly number[];
  readonly plr: { readonly y: readonly number[]; readonly d: readonly number[]; readonly l: readonly number[][]; readonly m: readonly number[][]; readonly g: readonly number[][] };
  readonly irm: Readonly<Record<"y" | "d" | "g0" | "g1" | "m", readonly number[]>>;
  readonly bsplines: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly natural: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL("../../golden/heterogeneity.json", import.meta.url), "utf8")) as Golden & Readonly<Record<string, Results>>;
const { kernels } = await createEngine();
const floats = (values: readonly number[]): Float64Array => Float64Array.from(values);
const minus = (a: readonly number[], b: readonly number[] = []): Float64Array => Float64Array.from(a, (value, i) => value - (b[i] ?? NaN));

/** Least squares by normal equations here, by a pseudo-inverse there: a condition of some hundreds of the basis, squared. */
const TOLERANCE = 1e-9;
const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(b)));

const x = floats(golden.x);
const groups = { codes: Int32Array.from(golden.codes), levels: 3, labels: golden.labels };
const spline: readonly TermChoice[] = [{ kind: "constant" }, { kind: "bspline", column: "x", degree: 2, knots: { df: 5 } }];

function partiallingOut(repetition: number): Signal {
  const { y, d, l, m } = golden.plr;
  const v = minus(d, m[repetition]);
  return { y: minus(y, l[repetition]), x: v, z: v, absorbed: [] };
}

function ivType(): Signal {
  const { y, d, m, g } = golden.plr;
  const score = { y: minus(y, g[0]), x: floats(d), z: minus(d, m[0]) };
  return { ...ivTypeSignal(score, (golden["iv-type"] as Results).theta), absorbed: [] };
}

function averageEffect(): Signal {
  const { y, d, g0, g1, m } = golden.irm;
  const ones = new Float64Array(y.length).fill(1);
  const psi = Float64Array.from(y, (value, i) => {
    const [treated, low, high, share] = [d[i] ?? NaN, g0[i] ?? NaN, g1[i] ?? NaN, m[i] ?? NaN];
    return high - low + (treated * (value - high)) / share - ((1 - treated) * (value - low)) / (1 - share);
  });
  return { y: psi, x: ones, z: ones, absorbed: [] };
}

const cases: readonly (readonly [string, readonly Signal[]])[] = [
  ["partialling-out", [partiallingOut(0)]],
  ["partialling-out, three", [0, 1, 2].map(partiallingOut)],
  ["iv-type", [ivType()]],
  ["ATE", [averageEffect()]],
];

describe.each(cases)("%s: DoubleML 0.11.4", (name, signals) => {
  const expected = golden[name] as Results;
  const normal = settingOf(kernels, 0.9);
  // Its standard error of several repetitions is from the limits at 1.96, whatever the level.
  const setting = signals.length > 1 ? { ...normal, critical: { ...normal.critical, quantile: 1.96 } } : normal;
  const terms = spline.map((choice) => termOf(choice, { x }));
  const predictor = linearPredictor(signals, basisOf(terms, { x }), setting);
  const grid = floats(golden.grid);
  const at = basisOf(terms, { x: grid });

  it("effects by group and their errors", () => {
    const found = groupEffects(signals, groups, [], setting).groups;
    found.forEach(({ effect }, j) => {
      close(effect?.coef ?? NaN, expected.gate[j] ?? NaN);
      close(effect?.se ?? NaN, expected.gate_se[j] ?? NaN);
    });
    expect(found.length).toBe(expected.gate.length);
  });

  it("the best linear predictor on a B-spline: coefficients, errors, covariance", () => {
    predictor.coefficients.forEach(({ coef, se }, j) => {
      close(coef, expected.cate[j] ?? NaN);
      close(se, expected.cate_se[j] ?? NaN);
    });
    predictor.fits[0]?.covariance.forEach((row, i) => row.forEach((value, j) => close(value, expected.covariance[i]?.[j] ?? NaN)));
    expect(predictor.coefficients.length).toBe(expected.cate.length);
  });

  // Of several repetitions it takes the median of the limits, we the limits of the median.
  if (signals.length === 1) it("the curve: effect, pointwise limits, and the band within Monte-Carlo error", () => {
    effectsAt(predictor, at, setting).forEach(({ coef, ci }, i) => {
      close(ci[0], expected.point[i]?.[0] ?? NaN);
      close(coef, expected.point[i]?.[1] ?? NaN);
      close(ci[1], expected.point[i]?.[2] ?? NaN);
    });
    const { quantile } = effectCurve(predictor, grid, at, { level: 0.9, draws: 20_000, seed: 1 }, setting);
    // The 90 % point of max |t| has density .17 there: .3 / (.17 sqrt(20,000)) = .012 a side; four of both sides' errors.
    expect(Math.abs(quantile / setting.critical.quantile - expected.joint_over_point)).toBeLessThan(0.04);
  });
});

describe("bases: patsy 1.0.3", () => {
  const some = x.filter((_, i) => i % 30 === 0);

  it.each([1, 2, 3])("B-splines of degree %i", (degree) => {
    const { columns } = basisOf([termOf({ kind: "bspline", column: "x", degree, knots: { df: degree + 3 } }, { x })], { x: some });
    golden.bsplines[degree]?.forEach((row, i) => row.forEach((value, j) => expect(columns[j]?.[i]).toBeCloseTo(value, 13)));
    expect(columns.length).toBe(degree + 3);
  });

  it("natural cubic splines span the same functions: fitted values of `cr`", () => {
    const terms = [termOf({ kind: "constant" }, { x }), termOf({ kind: "natural", column: "x", knots: [0, 1.2] }, { x })];
    const ones = new Float64Array(x.length).fill(1);
    const signal = { y: floats(golden.plr.y), x: ones, z: ones, absorbed: [] };
    const setting = settingOf(kernels, 0.95);
    const predictor = linearPredictor([signal], basisOf(terms, { x }), setting);
    effectsAt(predictor, basisOf(terms, { x: floats(golden.grid) }), setting).forEach(({ coef }, i) => close(coef, golden.natural[i] ?? NaN));
  });
});
