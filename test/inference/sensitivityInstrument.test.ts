import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { finalStage } from "../../src/inference/finalStage.js";
import { biasEstimate, boundOf, sensitivityBounds, strengthOf } from "../../src/inference/sensitivity/bounds.js";
import { type ConfidenceSet, quadraticSet } from "../../src/inference/instruments/confidenceSet.js";
import { contains } from "../helpers/confidenceSets.js";
import { confidenceSet } from "../../src/inference/sensitivity/confidenceSet.js";
import { regressionOf, elementsOf } from "../../src/inference/sensitivity/elements.js";
import { type InstrumentEstimate, instrumentEstimate, onInstrument } from "../../src/inference/sensitivity/instrument.js";
import { effectRiesz, linearRiesz } from "../../src/inference/sensitivity/riesz.js";
import { robustnessValues } from "../../src/inference/sensitivity/robustness.js";
import { createSpecial } from "../../src/kernels/special.js";
import { panelOf, runOn } from "../helpers/study.js";
import { hc0, irmRegression } from "../helpers/sensitivity.js";

const special = createSpecial((await createEngine()).kernels);
const ROWS = 60;

/** Residuals of an instrument, a treatment that follows it by `strength`, and an outcome with effect 1. */
interface Sample { readonly y: Float64Array; readonly d: Float64Array; readonly v: Float64Array }

const noise = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: ROWS, maxLength: ROWS });
const samples = fc.record({ a: noise, b: noise, strength: fc.double({ min: -1.5, max: 1.5, noNaN: true }) }).map(({ a, b, strength }): Sample => {
  const v = Float64Array.from({ length: ROWS }, (_, i) => ((i * 7) % 13) / 6 - 1);
  const d = v.map((value, i) => strength * value + a[i]! + ((i * 5) % 11) / 5 - 1);
  return { v, d, y: d.map((value, i) => value + b[i]! - 0.5 * a[i]! + ((i * 3) % 17) / 8 - 1) };
});

function estimateOf({ y, d, v }: Sample): InstrumentEstimate {
  return instrumentEstimate(regressionOf(finalStage(y, [v], [v])), regressionOf(finalStage(d, [v], [v])), linearRiesz([v], null), null, hc0);
}

/** From the rows: the regression of Y - theta D on the instrument, with its bias. */
function direct({ y, d, v }: Sample, theta: number) {
  const outcome = y.map((value, i) => value - theta * d[i]!);
  return biasEstimate(elementsOf(regressionOf(finalStage(outcome, [v], [v])), linearRiesz([v], null), null), hc0);
}

const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b)));
const confounding = fc.record({ cfY: fc.double({ min: 0, max: 0.3, noNaN: true }), cfD: fc.double({ min: 0, max: 0.3, noNaN: true }), rho: fc.constant(1) });
const THETAS = [-1e6, -300, -40, -12, -5, ...Array.from({ length: 161 }, (_, i) => -4 + i / 20), 5.5, 13, 41, 301, 1e6];

describe("outcomes on the instrument", () => {
  it("coefficient, bias and covariances of Y - theta D follow without the rows", () => {
    fc.assert(fc.property(samples, fc.double({ min: -20, max: 20, noNaN: true }), (sample, theta) => {
      const [found, wanted] = [onInstrument(estimateOf(sample), [1, -theta]), direct(sample, theta)];
      for (const name of ["coef", "maxBias", "variance", "covariance", "biasVariance"] as const) {
        // Sums of up to theta^4 that cancel: 1e-16 of them.
        expect(Math.abs(found[name] - wanted[name])).toBeLessThan(1e-13 * (1 + theta * theta));
      }
    }), { numRuns: 60 });
  });
});

describe("the Anderson-Rubin set", () => {
  it("with confounders: brute force over a grid agrees in every place", () => {
    fc.assert(fc.property(samples, confounding, (sample, supposed) => {
      const set = confidenceSet([estimateOf(sample)], supposed, 1.96);
      const strength = strengthOf(supposed);
      for (const theta of THETAS) {
        const at = direct(sample, theta);
        const distance = Math.max(boundOf([at], "lower", strength, 1.96).limit, -boundOf([at], "upper", strength, 1.96).limit) / at.maxBias;
        // So near the edge either answer is rounding.
        if (Math.abs(distance) > 1e-9) expect(contains(set, theta), `${theta}`).toBe(distance < 0);
      }
    }), { numRuns: 100 });
  });

  it("without confounders: the plain set, from its quadratic inequality", () => {
    const kinds = new Set<string>();
    fc.assert(fc.property(samples, fc.constantFrom(1.645, 1.96, 2.576), (sample, quantile) => {
      const found = estimateOf(sample);
      const set = confidenceSet([found], { cfY: 0, cfD: 0.5, rho: 1 }, quantile);
      const [[yy = NaN, yd = NaN], [, dd = NaN]] = found.covariance as unknown as [readonly number[], readonly number[]];
      const [y, d] = found.coefficients;
      const q = quantile * quantile;
      const wanted = quadraticSet(d * d - q * dd, -2 * (y * d - q * yd), y * y - q * yy);
      kinds.add(`${wanted.length} ${wanted[0]?.[0] === -Infinity}`);
      expect(set.length).toBe(wanted.length);
      set.forEach(([lower, upper], i) => {
        // An edge far out is the root of what nearly is a line: it has fewer digits.
        expect(relative(lower, wanted[i]![0])).toBeLessThan(1e-9 * (1 + Math.abs(Number.isFinite(lower) ? lower : 0)));
        expect(relative(upper, wanted[i]![1])).toBeLessThan(1e-9 * (1 + Math.abs(Number.isFinite(upper) ? upper : 0)));
      });
    }), { numRuns: 150 });
    // An interval, two rays and the line have all been met.
    expect([...kinds].sort()).toEqual(["1 false", "1 true", "2 true"]);
  });

  it("a thin interval between two places of the grid is found, and a thin gap", () => {
    const one = { coefficients: [2000, 1000], sigma: [1, 0, 1], nu2: 1, covariance: diagonal(1e-6) } as const;
    const [thin, ...none] = confidenceSet([one], { cfY: 0, cfD: 0, rho: 1 }, 1.96);
    expect(none).toEqual([]);
    expect(thin![0]).toBeLessThan(2);
    expect(thin![1]).toBeGreaterThan(2);
    expect(thin![1] - thin![0]).toBeLessThan(1e-4);
    // |y - theta d| > q sqrt(1 + theta^2) next to theta = -d / y alone: the gap ends where the angle's cosine is 1 - 5e-9.
    const length = 1.96 * (1 + 5e-9);
    const gap = { coefficients: [length * 0.8, length * 0.6], sigma: [1, 0, 1], nu2: 1, covariance: diagonal(1) } as const;
    const rays = confidenceSet([gap], { cfY: 0, cfD: 0, rho: 1 }, 1.96);
    expect(rays.length).toBe(2);
    expect(rays[0]![1]).toBeLessThan(-0.75);
    expect(rays[1]![0]).toBeGreaterThan(-0.75);
    expect(rays[1]![0] - rays[0]![1]).toBeLessThan(1e-3);
  });

  it("grows with confounding, and holds the estimate", () => {
    fc.assert(fc.property(samples, (sample) => {
      const found = estimateOf(sample);
      const [narrow, wide] = [0.01, 0.1].map((share) => confidenceSet([found], { cfY: share, cfD: share, rho: 1 }, 1.96)) as [ConfidenceSet, ConfidenceSet];
      expect(contains(narrow, found.coefficients[0] / found.coefficients[1])).toBe(true);
      for (const theta of THETAS) if (contains(narrow, theta)) expect(contains(wide, theta)).toBe(true);
    }), { numRuns: 40 });
  });

  it("units: the set follows those of outcome and treatment", () => {
    fc.assert(fc.property(samples, fc.double({ min: 0.001, max: 1000, noNaN: true }), (sample, unit) => {
      const supposed = { cfY: 0.05, cfD: 0.05, rho: 1 };
      const [plain, scaled] = [sample, { ...sample, y: sample.y.map((value) => value * unit) }].map((one) => confidenceSet([estimateOf(one)], supposed, 1.96)) as [ConfidenceSet, ConfidenceSet];
      expect(scaled.length).toBe(plain.length);
      plain.forEach(([lower, upper], i) => {
        expect(relative(scaled[i]![0] / unit, lower)).toBeLessThan(1e-9 * (1 + Math.abs(Number.isFinite(lower) ? lower : 0)));
        expect(relative(scaled[i]![1] / unit, upper)).toBeLessThan(1e-9 * (1 + Math.abs(Number.isFinite(upper) ? upper : 0)));
      });
    }), { numRuns: 40 });
  });

  it("its robustness value is the reduced form's: at it the set takes in the null, before it does not", () => {
    fc.assert(fc.property(samples, (sample) => {
      const found = estimateOf(sample);
      const { rva } = robustnessValues([onInstrument(found, [1, 0])], { effect: 0, rho: 1, quantile: 1.96 });
      fc.pre(rva > 0.001 && rva < 0.9);
      const at = (share: number) => contains(confidenceSet([found], { cfY: share, cfD: share, rho: 1 }, 1.96), 0);
      expect(at(rva * 1.0001)).toBe(true);
      expect(at(rva * 0.9999)).toBe(false);
      const { lower, upper } = sensitivityBounds([direct(sample, 0)], { cfY: rva, cfD: rva, rho: 1 }, 1.96);
      expect(Math.min(Math.abs(lower.limit), Math.abs(upper.limit))).toBeLessThan(1e-12);
    }), { numRuns: 100 });
  });

  it("three equal repetitions are one", () => {
    fc.assert(fc.property(samples, (sample) => {
      const found = estimateOf(sample);
      const supposed = { cfY: 0.05, cfD: 0.1, rho: 1 };
      expect(confidenceSet([found, found, found], supposed, 1.96)).toEqual(confidenceSet([found], supposed, 1.96));
    }), { numRuns: 10 });
  });
});

interface IivmGolden {
  readonly data: Readonly<Record<string, readonly number[]>>;
  readonly cases: { readonly iivm: { readonly predictions: Readonly<Record<string, readonly (readonly number[])[]>>; readonly theta: number; readonly sets: readonly { readonly level: number; readonly set: readonly (readonly [number | null, number | null])[] }[] } };
}

describe("IIVM: DoubleML 0.11.4's robust_confset (test/golden/sensitivity.py)", () => {
  const { data, cases: { iivm } } = JSON.parse(readFileSync(new URL("../golden/sensitivity.json", import.meta.url), "utf8")) as IivmGolden;
  const predicted = (role: string): Float64Array => Float64Array.from(iivm.predictions[role]![0]!);
  const [y, d, z] = ["w", "t", "z"].map((name) => Float64Array.from(data[name]!)) as [Float64Array, Float64Array, Float64Array];
  const ones = new Float64Array(y.length).fill(1);
  const effect = { given: ones, expected: ones };
  const reducedForm = irmRegression(effect, { y, d: z, g0: predicted("ml_g0"), g1: predicted("ml_g1"), m: predicted("ml_m") });
  const firstStage = irmRegression(effect, { y: d, d: z, g0: predicted("ml_r0"), g1: predicted("ml_r1"), m: predicted("ml_m") });
  const riesz = effectRiesz({ treated: z, propensity: predicted("ml_m") }, effect, null);
  const found = instrumentEstimate(reducedForm, firstStage, riesz, null, hc0);

  it("the estimate is the ratio of the two", () => {
    expect(relative(found.coefficients[0] / found.coefficients[1], iivm.theta)).toBeLessThan(1e-12);
  });

  it.each(iivm.sets)("level $level", ({ level, set }) => {
    // DoubleML's variance is the mean square of the score, not about its mean: n m^2 <= q (V + m^2).
    const q = special.normalQuantile((1 + level) / 2);
    const quantile = q / Math.sqrt(1 - (q * q) / y.length);
    const mine = confidenceSet([found], { cfY: 0, cfD: 0, rho: 1 }, quantile);
    expect(mine.length).toBe(set.length);
    mine.forEach(([lower, upper], i) => {
      expect(relative(lower, set[i]![0] ?? -Infinity)).toBeLessThan(1e-9);
      expect(relative(upper, set[i]![1] ?? Infinity)).toBeLessThan(1e-9);
    });
  });

  it("an omitted confounder of the instrument widens it", () => {
    const [plain, wide] = [0, 0.02].map((share) => confidenceSet([found], { cfY: share, cfD: share, rho: 1 }, 1.96)) as [ConfidenceSet, ConfidenceSet];
    expect(wide[0]![0]).toBeLessThan(plain[0]![0]);
    expect(wide[0]![1]).toBeGreaterThan(plain[0]![1]);
  });
});

function diagonal(value: number): readonly (readonly number[])[] {
  return Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => (i === j ? value : 0)));
}

describe("pliv in a study", () => {
  const panel = panelOf(Object.fromEntries(["y", "d", "x1", "z", "x2"].map((name, j) => [name, Float64Array.from({ length: 300 }, (_, i) => Math.sin((j + 2) * (i + 1) ** 1.3) + (name === "y" || name === "d" ? Math.sin(5 * (i + 1) ** 1.3) : 0))])));
  const sensitivity = { benchmarks: [["x1"]], contour: 4 };
  const base = { outcome: "y", controls: ["x1", "x2"], learner: "ols", folds: { k: 3 }, sensitivity };

  it("benchmarks are those of the reduced form; a contour is refused in words; the first stage has its own robustness value", async () => {
    const columns = [{ model: "pliv", treatment: "d", instrument: "z" }, { treatment: "z", score: "partialling-out" }, { outcome: "d", treatment: "z", score: "partialling-out" }];
    const [pliv, reduced, first] = await runOn(panel, { data: { file: "test.csv" }, base, tables: [{ id: "t", columns }] });
    const [own, form, stage] = [pliv, reduced, first].map((row) => row?.estimate?.sensitivity);
    expect(own?.benchmarks[0]?.controls).toEqual(["x1"]);
    for (const name of ["cfY", "cfD", "rho", "change"] as const) expect(own?.benchmarks[0]?.benchmark[name]).toBeCloseTo(form?.benchmarks[0]?.benchmark[name] ?? NaN, 10);
    expect(own?.robustness.rv).toBeCloseTo(form?.robustness.rv ?? NaN, 10);
    expect(own?.firstStage?.rv).toBeCloseTo(stage?.robustness.rv ?? NaN, 10);
    expect(form?.firstStage).toBeNull();
    expect(pliv?.estimate?.warnings.join(" ")).toContain("`contour` is for plr and irm");
  });
});
