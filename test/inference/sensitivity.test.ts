import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { EstimationError } from "../../src/errors.js";
import { benchmark } from "../../src/inference/sensitivity/benchmark.js";
import { biasEstimate, type BiasEstimate, boundOf, sensitivityBounds } from "../../src/inference/sensitivity/bounds.js";
import { contour } from "../../src/inference/sensitivity/contour.js";
import { covarianceOf } from "../../src/inference/sensitivity/covariance.js";
import { doublemlElements } from "../../src/inference/sensitivity/doubleml.js";
import type { SensitivityElements } from "../../src/inference/sensitivity/elements.js";
import { effectRiesz, linearRiesz, undersmoothedRiesz } from "../../src/inference/sensitivity/riesz.js";
import { robustnessValues } from "../../src/inference/sensitivity/robustness.js";
import { clusterCovariance } from "../../src/inference/errors/cluster.js";
import { createSpecial } from "../../src/kernels/special.js";
import { type Columns, hc0, irmElements, plrElements } from "../helpers/sensitivity.js";

interface Sides { readonly lower: number; readonly upper: number }
interface Golden {
  readonly data: Readonly<Record<string, readonly number[]>>;
  readonly cases: Readonly<Record<string, {
    readonly predictions: Readonly<Record<string, readonly (readonly number[])[]>>;
    readonly theta: number;
    readonly bounds: readonly { readonly cfY: number; readonly cfD: number; readonly rho: number; readonly level: number; readonly theta: Sides; readonly se: Sides; readonly ci: Sides }[];
    readonly robustness: readonly { readonly null: number; readonly rho: number; readonly level: number; readonly rv: number; readonly rva: number }[];
  }>>;
  readonly benchmarks: readonly { readonly omitted: readonly string[]; readonly predictions: Readonly<Record<string, readonly (readonly number[])[]>>; readonly cf_y: number; readonly cf_d: number; readonly rho: number; readonly delta_theta: number }[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/sensitivity.json", import.meta.url), "utf8")) as Golden;
const special = createSpecial((await createEngine()).kernels);
const numbers = (name: string): Float64Array => Float64Array.from(golden.data[name]!);
const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b), 1e-3);

/** Both sides sum some hundred numbers in another order. */
const TOLERANCE = 1e-11;
/** scipy's brentq on DoubleML's bounds, to 1e-15 of the share, on a gap that holds 1e-13 of rounding. */
const ROOT = 1e-11;

const ROLES: Readonly<Record<string, string>> = { ml_l: "l", ml_m: "m", ml_g: "g", ml_g0: "g0", ml_g1: "g1" };

function repetitionsOf(predictions: Readonly<Record<string, readonly (readonly number[])[]>>, y: string, d: Float64Array): readonly Columns[] {
  const repetitions = Object.values(predictions)[0]!.length;
  return Array.from({ length: repetitions }, (_, r) => ({
    y: numbers(y), d,
    ...Object.fromEntries(Object.entries(predictions).map(([role, values]) => [ROLES[role]!, Float64Array.from(values[r]!)])),
  }));
}

/** By repetition, with DoubleML's two conventions. */
function doublemlCase(name: string): readonly SensitivityElements[] {
  const { predictions } = golden.cases[name]!;
  if (name.startsWith("plr")) return repetitionsOf(predictions, "y", numbers("d")).map((one) => doublemlElements(plrElements(one), null, null));
  return repetitionsOf(predictions, "w", numbers("t")).map((one) => {
    const { elements, effect } = irmElements(name === "irm/ATE" ? "ATE" : "ATTE", one);
    return doublemlElements(elements, effect, null);
  });
}

describe("DoubleML 0.11.4 (test/golden/sensitivity.py)", () => {
  it.each(["plr", "plr/IV-type", "irm/ATE", "irm/ATTE"])("%s: bounds, errors and limits in four scenarios, robustness values for four nulls", (name) => {
    const { bounds, robustness } = golden.cases[name]!;
    const repetitions = doublemlCase(name).map((one) => biasEstimate(one, hc0));
    for (const wanted of bounds) {
      const quantile = special.normalQuantile(wanted.level);
      const found = sensitivityBounds(repetitions, wanted, quantile);
      for (const side of ["lower", "upper"] as const) {
        expect(relative(found[side].coef, wanted.theta[side])).toBeLessThan(TOLERANCE);
        // A difference of medians over 1.96: it has the digits of the estimate, which is ten times as large.
        expect(relative(found[side].se, wanted.se[side])).toBeLessThan(10 * TOLERANCE);
        expect(relative(found[side].limit, wanted.ci[side])).toBeLessThan(TOLERANCE);
      }
    }
    for (const wanted of robustness) {
      const { rv, rva } = robustnessValues(repetitions, { effect: wanted.null, rho: wanted.rho, quantile: special.normalQuantile(wanted.level) });
      expect(Math.abs(rv - wanted.rv)).toBeLessThan(ROOT);
      expect(Math.abs(rva - wanted.rva)).toBeLessThan(ROOT);
    }
  });

  it.each(golden.benchmarks.map((one) => [one.omitted.join(", "), one] as const))("benchmark of %s", (_, wanted) => {
    const elements = (predictions: Golden["benchmarks"][number]["predictions"]) => repetitionsOf(predictions, "y", numbers("d")).map((one) => plrElements(one));
    const found = benchmark(elements(golden.cases["plr"]!.predictions), elements(wanted.predictions));
    expect(relative(found.cfY, wanted.cf_y)).toBeLessThan(TOLERANCE);
    expect(relative(found.cfD, wanted.cf_d)).toBeLessThan(TOLERANCE);
    // Over the root of two differences of variances: three digits fewer.
    expect(relative(found.rho, wanted.rho)).toBeLessThan(1e3 * TOLERANCE);
    expect(relative(found.change, wanted.delta_theta)).toBeLessThan(TOLERANCE);
  });
});

const ROWS = 40;
const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const values = (min: number, max: number) => fc.array(real(min, max), { minLength: ROWS, maxLength: ROWS }).map((list) => Float64Array.from(list));
const weightsOf = values(0.2, 3);
const spread = (one: Float64Array): Float64Array => one.map((value, i) => value + ((i * 7) % 11) / 5 - 1);
const plrColumns = fc.record({ y: values(-2, 2).map(spread), d: values(-2, 2).map((one) => one.map((value, i) => value + ((i * 5) % 13) / 4 - 1.5)), l: values(-1, 1), m: values(-0.5, 0.5) });
const irmColumns = fc.record({ y: values(-2, 2).map(spread), g0: values(-1, 1), g1: values(-1, 1), m: values(0.15, 0.85) })
  .map((one): Columns => ({ ...one, d: one.y.map((_, i) => ((i * 3) % 7 < 3 ? 1 : 0)) }));

/** Everything about an estimate that has an influence function. */
const functionals = (elements: SensitivityElements) => {
  const { maxBias, coef } = biasEstimate(elements, hc0);
  return { theta: coef, sigma2: elements.sigma2, nu2: elements.nu2, lower: coef - 0.2 * maxBias, upper: coef + 0.2 * maxBias };
};

const influences = (elements: SensitivityElements): Readonly<Record<keyof ReturnType<typeof functionals>, Float64Array>> => {
  const { sigma2, nu2, influence, psiSigma2, psiNu2 } = elements;
  const bias = psiNu2.map((value, i) => (sigma2 * value + nu2 * psiSigma2[i]!) / (2 * Math.sqrt(sigma2 * nu2)));
  const at = (strength: number): Float64Array => influence.map((value, i) => value + strength * bias[i]!);
  return { theta: influence, sigma2: psiSigma2, nu2: psiNu2, lower: at(-0.2), upper: at(0.2) };
};

const ALL: readonly ("theta" | "sigma2" | "nu2" | "lower" | "upper")[] = ["theta", "sigma2", "nu2", "lower", "upper"];

/** The influence of a row is the derivative by its weight (the infinitesimal jackknife), times the weight. */
function expectDerivatives(of: (weights: Float64Array) => SensitivityElements, weights: Float64Array, row: number, names = ALL): void {
  const step = 1e-4;
  const moved = (sign: number) => functionals(of(weights.map((value, i) => (i === row ? value * (1 + sign * step) : value))));
  const [up, down] = [moved(1), moved(-1)];
  const wanted = influences(of(weights));
  for (const name of names) {
    const scale = hc0(wanted[name]) + Math.abs(up[name]) / ROWS;
    // A central difference: error of the order step^2, and 1e-16 / step of rounding.
    expect(Math.abs((up[name] - down[name]) / (2 * step) - wanted[name][row]!) / scale, name).toBeLessThan(1e-6);
  }
}

describe("influence functions: derivatives by the weight of a row", () => {
  const rowOf = fc.integer({ min: 0, max: ROWS - 1 });

  it("PLR, partialling-out", () => {
    fc.assert(fc.property(plrColumns, weightsOf, rowOf, (columns, weights, row) => {
      expectDerivatives((w) => plrElements(columns, w), weights, row);
    }), { numRuns: 40 });
  });

  // Theta moves sigma2 by -2 E[e D], which is 0 at the truth alone: noise of the sample that the influence leaves out.
  it("PLR, iv-type: theta and nu2", () => {
    fc.assert(fc.property(plrColumns, weightsOf, rowOf, (columns, weights, row) => {
      const g = columns.y.map((value, i) => 0.3 * value - 0.2 * columns.d[i]!);
      // The treatment without its prediction, so that instrument and treatment never are at right angles.
      expectDerivatives((w) => plrElements({ ...columns, g, m: columns.m.map((value) => value / 10) }, w), weights, row, ["theta", "nu2"]);
    }), { numRuns: 40 });
  });

  it.each(["ATE", "ATTE", "ATU"] as const)("IRM, %s", (score) => {
    fc.assert(fc.property(irmColumns, weightsOf, rowOf, (columns, weights, row) => {
      fc.pre(irmElements(score, columns, weights).elements.nu2 > 0.1);
      expectDerivatives((w) => irmElements(score, columns, w).elements, weights, row);
    }), { numRuns: 40 });
  });
});

describe("laws", () => {
  const scenario = { cfY: 0.1, cfD: 0.15, rho: 0.8 };
  const flat = (found: ReturnType<typeof sensitivityBounds>): readonly number[] => [found.lower.coef, found.lower.se, found.lower.limit, found.upper.coef, found.upper.se, found.upper.limit, found.bias];

  it("units of outcome and treatment: bounds follow, robustness values stay", () => {
    fc.assert(fc.property(plrColumns, real(0.01, 100), real(0.01, 100), (columns, y, d) => {
      const scaled = { y: columns.y.map((v) => v * y), l: columns.l.map((v) => v * y), d: columns.d.map((v) => v * d), m: columns.m.map((v) => v * d) };
      const [before, after] = [columns, scaled].map((one) => biasEstimate(plrElements(one), hc0)) as [BiasEstimate, BiasEstimate];
      const [a, b] = [before, after].map((one) => flat(sensitivityBounds([one], scenario, 1.645))) as [readonly number[], readonly number[]];
      a.forEach((value, i) => expect(Math.abs((b[i]! * d) / y - value)).toBeLessThan(1e-10));
      const [p, q] = [before, after].map((one) => robustnessValues([one], { effect: 0, rho: 1, quantile: 1.645 }));
      expect(Math.abs(p!.rv - q!.rv)).toBeLessThan(1e-10);
      expect(Math.abs(p!.rva - q!.rva)).toBeLessThan(1e-10);
    }), { numRuns: 60 });
  });

  it("order of rows: nothing but rounding", () => {
    fc.assert(fc.property(plrColumns, fc.shuffledSubarray(Array.from({ length: ROWS }, (_, i) => i), { minLength: ROWS }), (columns, order) => {
      const shuffled = Object.fromEntries(Object.entries(columns).map(([name, list]) => [name, Float64Array.from(order, (row) => list[row]!)]));
      const [a, b] = [columns, shuffled].map((one) => flat(sensitivityBounds([biasEstimate(plrElements(one), hc0)], scenario, 1.645)));
      a!.forEach((value, i) => expect(Math.abs(b![i]! - value)).toBeLessThan(1e-11));
    }), { numRuns: 40 });
  });

  it("a weight of two is the row twice", () => {
    fc.assert(fc.property(irmColumns, (columns) => {
      const doubled = Object.fromEntries(Object.entries(columns).map(([name, list]) => [name, Float64Array.from([...list, ...list.slice(0, 10)])]));
      const weighted = irmElements("ATTE", columns, Float64Array.from({ length: ROWS }, (_, i) => (i < 10 ? 2 : 1))).elements;
      const plain = irmElements("ATTE", doubled).elements;
      for (const name of ["coef", "sigma2", "nu2"] as const) expect(relative(weighted[name], plain[name])).toBeLessThan(1e-10);
    }), { numRuns: 40 });
  });

  it("a constant in the final stage: as the treatment residual without its mean", () => {
    fc.assert(fc.property(values(-1, 1).map(spread), (v) => {
      const ones = new Float64Array(ROWS).fill(1);
      const mean = v.reduce((sum, value) => sum + value, 0) / ROWS;
      const [a, b] = [linearRiesz([ones, v], null), linearRiesz([v.map((value) => value - mean)], null)];
      expect(relative(a.nu2, b.nu2)).toBeLessThan(1e-12);
    }), { numRuns: 20 });
  });

  it("noise in an undersmoothed residual counts only as far as the treatment shares it", () => {
    fc.assert(fc.property(values(-1, 1).map(spread), values(-1, 1), (v, noise) => {
      // Noise that is orthogonal to the treatment, as that of other folds' fits is.
      const share = noise.reduce((sum, value, i) => sum + value * v[i]!, 0) / v.reduce((sum, value) => sum + value * value, 0);
      const noisy = v.map((value, i) => value + noise[i]! - share * value);
      const clean = linearRiesz([v], null);
      expect(relative(undersmoothedRiesz(v, v, null).nu2, clean.nu2)).toBeLessThan(1e-14);
      expect(relative(undersmoothedRiesz(noisy, v, null).nu2, clean.nu2)).toBeLessThan(1e-9);
      expect(undersmoothedRiesz(v, v.map((value) => -value), null).nu2).toBe(clean.nu2); // no slope to speak of
    }), { numRuns: 20 });
  });

  it("no confounding leaves estimate and one-sided limits; more of it widens", () => {
    fc.assert(fc.property(plrColumns, real(0, 0.8), real(0, 0.19), (columns, cf, more) => {
      const found = biasEstimate(plrElements(columns), hc0);
      const none = sensitivityBounds([found], { cfY: 0, cfD: 0.5, rho: 1 }, 1.645);
      expect(none.lower.coef).toBe(found.coef);
      expect(none.upper.limit).toBeCloseTo(found.coef + 1.645 * hc0(plrElements(columns).influence), 12);
      const [less, wide] = [cf, cf + more].map((share) => sensitivityBounds([found], { cfY: share, cfD: share, rho: 1 }, 1.645));
      expect(wide!.lower.coef).toBeLessThanOrEqual(less!.lower.coef);
      expect(wide!.upper.coef).toBeGreaterThanOrEqual(less!.upper.coef);
    }), { numRuns: 60 });
  });

  it("RV of one repetition is the closed form; at it the bound is the null, on either side", () => {
    fc.assert(fc.property(plrColumns, real(-3, 3), real(0.2, 1), (columns, effect, rho) => {
      const found = biasEstimate(plrElements(columns), hc0);
      const { rv, rva } = robustnessValues([found], { effect, rho, quantile: 1.645 });
      const c = Math.abs(found.coef - effect) / (rho * found.maxBias);
      const closed = c === 0 ? 0 : 2 / (1 + Math.sqrt(1 + 4 / (c * c)));
      expect(Math.abs(rv - closed)).toBeLessThan(1e-12);
      expect(rva).toBeLessThanOrEqual(rv + 1e-12);
      const side = effect > found.coef ? "upper" : "lower";
      const at = (share: number) => sensitivityBounds([found], { cfY: share, cfD: share, rho }, 1.645)[side];
      expect(Math.abs(at(rv).coef - effect)).toBeLessThan(1e-10);
      if (rva > 0 && rva < 1) expect(Math.abs(at(rva).limit - effect)).toBeLessThan(1e-9);
    }), { numRuns: 100 });
  });

  it("where no share reaches the null the value is 1; where errors are not numbers it is none", () => {
    const one = { coef: 1, maxBias: 1, variance: 0.01, covariance: 0, biasVariance: 0.01 };
    expect(robustnessValues([one], { effect: 0, rho: 0, quantile: 1.645 })).toEqual({ rv: 1, rva: 1 });
    expect(robustnessValues([{ ...one, variance: NaN }], { effect: 0, rho: 1, quantile: 1.645 }).rva).toBeNaN();
    expect(robustnessValues([one], { effect: 0.9, rho: 1, quantile: 1.645 }).rva).toBe(0);
  });

  it("clusters: the error of a bound is that of its summed influence, by any rule that is a square", () => {
    fc.assert(fc.property(plrColumns, (columns) => {
      const firm = { codes: Int32Array.from({ length: ROWS }, (_, i) => i % 8), levels: 8 };
      const errorOf = (influence: Float64Array): number => Math.sqrt(clusterCovariance([influence], { kind: "cluster", clusters: [firm], rule: "cgm", correction: true, parameters: 1 })[0]?.[0] ?? NaN);
      const elements = plrElements(columns);
      const found = biasEstimate(elements, errorOf);
      const strength = 0.2;
      const wanted = influences(elements);
      expect(relative(boundOf([found], "lower", strength, 1).se, errorOf(wanted.lower))).toBeLessThan(1e-10);
      expect(relative(boundOf([found], "upper", strength, 1).se, errorOf(wanted.upper))).toBeLessThan(1e-10);
    }), { numRuns: 40 });
  });

  it("covariances are those of the columns, whatever their sizes", () => {
    fc.assert(fc.property(values(-1, 1), values(-1, 1), real(1e-8, 1e8), (a, b, scale) => {
      const other = b.map((value) => value * scale);
      const [[aa, ab], [, bb]] = covarianceOf([a, other], hc0) as unknown as readonly [readonly [number, number], readonly [number, number]];
      const product = a.reduce((sum, value, i) => sum + value * other[i]!, 0);
      expect(aa).toBeCloseTo(hc0(a) * hc0(a), 12);
      expect(Math.abs(ab - product)).toBeLessThan(1e-14 * (1 + hc0(a) * hc0(other)) * ROWS);
      expect(relative(bb / (scale * scale), hc0(b) * hc0(b))).toBeLessThan(1e-12);
    }), { numRuns: 60 });
  });

  it("a contour holds the bounds of its cells", () => {
    const found = biasEstimate(plrElements(plrOfGolden()), hc0);
    const grid = contour([found], { cfY: [0, 0.1, 0.4], cfD: [0.05, 0.2], rho: 1, side: "lower", value: "limit", quantile: 1.645 });
    expect(grid.values.map((row) => row.length)).toEqual([2, 2, 2]);
    expect(grid.values[2]![1]).toBe(sensitivityBounds([found], { cfY: 0.4, cfD: 0.2, rho: 1 }, 1.645).lower.limit);
  });

  it("shares outside their range are errors of the row", () => {
    const found = biasEstimate(plrElements(plrOfGolden()), hc0);
    for (const wrong of [{ cfY: -0.1, cfD: 0.1, rho: 1 }, { cfY: 0.1, cfD: 1, rho: 1 }, { cfY: 0.1, cfD: 0.1, rho: 1.5 }, { cfY: NaN, cfD: 0.1, rho: 1 }]) {
      expect(() => sensitivityBounds([found], wrong, 1.645)).toThrow(EstimationError);
    }
  });

  it("where 2 m - alpha^2 is not positive in the mean the plain mean square stands in, and says so", () => {
    const treated = Float64Array.from({ length: 10 }, (_, i) => (i < 5 ? 1 : 0));
    const odd = treated.map((one) => (one === 1 ? 0.01 : 0.5));
    const ones = new Float64Array(10).fill(1);
    const { nu2, psiNu2, orthogonal } = effectRiesz({ treated, propensity: odd }, { given: ones, expected: ones }, null);
    expect(orthogonal).toBe(false);
    expect(nu2).toBeCloseTo((5 * 1e4 + 5 * 4) / 10, 6);
    expect(psiNu2.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 8);
  });

  it("a control that adds nothing: strengths 0", () => {
    const one = { coef: 1, sigma2: 2, nu2: 3 };
    expect(benchmark([one], [one])).toEqual({ cfY: 0, cfD: 0, rho: 0, change: 0 });
    expect(benchmark([one], [{ coef: 1.1, sigma2: 1.9, nu2: 3.1 }])).toMatchObject({ cfY: 0, cfD: 0, rho: 1 });
  });
});

function plrOfGolden(): Columns {
  return repetitionsOf(golden.cases["plr"]!.predictions, "y", numbers("d"))[0]!;
}
