import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { criticalValue } from "../../../src/inference/errors/critical.js";
import { basisOf, type TermChoice, termOf, type Values } from "../../../src/inference/heterogeneity/basis.js";
import { effectCurve, evenGrid } from "../../../src/inference/heterogeneity/curve.js";
import { normalDraw } from "../../../src/inference/heterogeneity/draws.js";
import { effectsAt, linearPredictor } from "../../../src/inference/heterogeneity/predictor.js";
import { quantileOf, sorted } from "../../../src/inference/quantile.js";
import type { Signal } from "../../../src/inference/heterogeneity/signal.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { settingOf } from "../../helpers/heterogeneity.js";

const { kernels } = await createEngine();
const special = createSpecial(kernels);
const setting = settingOf(kernels, 0.95);
const normals = (n: number, column: number, seed = 1): Float64Array => Float64Array.from({ length: n }, (_, i) => normalDraw(special, seed, i, column));

/** An orthogonal signal with mean `effect(w)`. */
function signalOf(w: Float64Array, effect: (w: number) => number, seed = 1): Signal {
  const x = new Float64Array(w.length).fill(1);
  const u = normals(w.length, 7, seed);
  return { y: w.map((value, i) => effect(value) + (u[i] ?? NaN)), x, z: x, absorbed: [] };
}

const basisAt = (choices: readonly TermChoice[], sample: Values, values: Values): ReturnType<typeof basisOf> =>
  basisOf(choices.map((choice) => termOf(choice, sample)), values);

describe("the best linear predictor", () => {
  const w = normals(300, 0);
  const linear: readonly TermChoice[] = [{ kind: "constant" }, { kind: "polynomial", column: "w", degree: 1, centre: false }];
  const centred: readonly TermChoice[] = [{ kind: "constant" }, { kind: "polynomial", column: "w", degree: 1, centre: true }];

  it("centred, the constant is the mean effect of a signal and the slope stays", () => {
    const signal = signalOf(w, (value) => 1 + value);
    const [plain, about] = [linear, centred].map((choices) => linearPredictor([signal], basisAt(choices, { w }, { w }), setting));
    expect(about?.coefficients[0]?.coef).toBeCloseTo(signal.y.reduce((sum, value) => sum + value, 0) / w.length, 12);
    expect(about?.coefficients[1]?.coef).toBeCloseTo(plain?.coefficients[1]?.coef ?? NaN, 12);
    expect(about?.coefficients[1]?.name).toBe("(w - mean)");
    expect(about?.heterogeneity?.df).toBe(1);
    // One restriction: the square of t.
    const t = about?.coefficients[1]?.t ?? NaN;
    expect(about?.heterogeneity?.statistic).toBeCloseTo(t * t, 8);
  });

  it("judged by Student's t the test is F: p of one restriction is that of its t, and by the normal chi-square's", () => {
    const few = { ...setting, critical: criticalValue(special, 0.95, 7) };
    const signal = signalOf(w, (value) => 1 + 0.05 * value);
    const [byT, byNormal] = [few, setting].map((one) => linearPredictor([signal], basisAt(centred, { w }, { w }), one));
    expect(byT!.heterogeneity).toMatchObject({ df: 1, freedom: 7, statistic: byNormal!.heterogeneity!.statistic });
    expect(byT!.heterogeneity!.p).toBeCloseTo(byT!.coefficients[1]!.p, 10);
    expect(byNormal!.heterogeneity!.freedom).toBeNull();
    expect(byNormal!.heterogeneity!.p).toBeCloseTo(byNormal!.coefficients[1]!.p, 10);
    const cubic: readonly TermChoice[] = [{ kind: "constant" }, { kind: "polynomial", column: "w", degree: 3, centre: true }];
    const { heterogeneity } = linearPredictor([signal], basisAt(cubic, { w }, { w }), few);
    expect(heterogeneity!.p).toBe(special.fTail(heterogeneity!.statistic / 3, 3, 7));
  });

  it("effects at points do not depend on the basis by which the same space is written", () => {
    const signal = signalOf(w, (value) => value * value);
    const at = { w: Float64Array.of(-1, 0, 0.5) };
    const effects = [linear, centred].map((choices) => effectsAt(linearPredictor([signal], basisAt(choices, { w }, { w }), setting), basisAt(choices, { w }, at), setting));
    effects[0]?.forEach(({ coef, se }, i) => {
      expect(effects[1]?.[i]?.coef).toBeCloseTo(coef, 11);
      expect(effects[1]?.[i]?.se).toBeCloseTo(se, 11);
    });
  });

  it("levels against the first, and each product of two terms", () => {
    const codes = w.map((_, i) => i % 3);
    const choices: readonly TermChoice[] = [
      { kind: "constant" }, { kind: "levels", column: "zone", labels: ["a", "b", "c"] },
      { kind: "product", of: [{ kind: "levels", column: "zone", labels: ["a", "b", "c"] }, { kind: "polynomial", column: "w", degree: 2, centre: false }] },
    ];
    const { names, columns } = basisAt(choices, { w, zone: codes }, { w: Float64Array.of(2, 3, 4), zone: Float64Array.of(0, 1, 2) });
    expect(names).toEqual(["constant", "zone = b", "zone = c", "zone = b x w", "zone = b x w^2", "zone = c x w", "zone = c x w^2"]);
    expect(columns.map((column) => [...column])).toEqual([[1, 1, 1], [0, 1, 0], [0, 0, 1], [0, 3, 0], [0, 9, 0], [0, 0, 4], [0, 0, 16]]);
  });

  it("says which terms determine each other, and where a moderator is missing", () => {
    const twice: readonly TermChoice[] = [...linear, ...centred.slice(1)];
    expect(() => linearPredictor([signalOf(w, () => 1)], basisAt(twice, { w }, { w }), setting)).toThrow("The terms `constant`, `w`, `(w - mean)` determine each other");
    const gap = w.slice().fill(NaN, 0, 1);
    expect(() => basisAt(linear, { w: gap }, { w: gap })).toThrow("`w` has missing values");
  });
});

describe("splines", () => {
  const sample = normals(200, 0);
  const choices = (kind: "bspline" | "natural"): TermChoice => (kind === "bspline" ? { kind, column: "w", degree: 3, knots: { df: 6 } } : { kind, column: "w", knots: { df: 4 } });

  it("B-splines are not negative and, with the first, sum to one", () => {
    const { columns } = basisAt([choices("bspline")], { w: sample }, { w: sample });
    sample.forEach((_, i) => {
      const cells = columns.map((column) => column[i] ?? NaN);
      const sum = cells.reduce((total, value) => total + value, 0);
      expect(Math.min(...cells)).toBeGreaterThanOrEqual(0);
      expect(sum).toBeGreaterThanOrEqual(0);
      expect(sum).toBeLessThanOrEqual(1 + 1e-12);
    });
    expect(columns.length).toBe(6);
  });

  it("both hold straight lines, whatever the column's unit", () => {
    fc.assert(
      fc.property(fc.constantFrom<"bspline" | "natural">("bspline", "natural"), fc.constantFrom(1e-5, 1, 1e6), fc.integer({ min: -3, max: 3 }), (kind, scale, shift) => {
        const w = sample.map((value) => scale * (value + shift));
        const ones = new Float64Array(w.length).fill(1);
        const signal = { y: sample.map((value) => 3 - 2 * value), x: ones, z: ones, absorbed: [] };
        const terms: readonly TermChoice[] = [{ kind: "constant" }, choices(kind)];
        const grid = evenGrid(w, 7, 0, 1);
        const predictor = linearPredictor([signal], basisAt(terms, { w }, { w }), setting);
        effectsAt(predictor, basisAt(terms, { w }, { w: grid }), setting).forEach(({ coef }, i) => expect(coef).toBeCloseTo(3 - 2 * ((grid[i] ?? NaN) / scale - shift), 8));
      }),
      { numRuns: 30 },
    );
  });

  it("natural splines go on straight outside the range, B-splines refuse", () => {
    const far = { w: Float64Array.of(10, 11, 12, -10, -11, -12) };
    for (const column of basisAt([choices("natural")], { w: sample }, far).columns) {
      for (const from of [0, 3]) {
        const [a = NaN, b = NaN, c = NaN] = column.slice(from, from + 3);
        expect(Math.abs(a - 2 * b + c)).toBeLessThan(1e-9 * (1 + Math.abs(b))); // differences of cubes of numbers below ten
      }
    }
    expect(() => basisAt([choices("bspline")], { w: sample }, far)).toThrow("outside the range");
  });

  it("knots that coincide or lie outside are an error in words", () => {
    const two = sample.map((value) => (value > 0 ? 1 : 0));
    expect(() => termOf(choices("bspline"), { w: two })).toThrow("do not rise within the range");
    expect(() => termOf({ kind: "natural", column: "w", knots: [99] }, { w: sample })).toThrow("do not rise within the range");
    expect(() => termOf({ kind: "bspline", column: "w", degree: 3, knots: { df: 2 } }, { w: sample })).toThrow("Raise `df`");
  });
});

describe("the curve's band", () => {
  const w = normals(400, 0);
  const terms: readonly TermChoice[] = [{ kind: "constant" }, { kind: "polynomial", column: "w", degree: 3, centre: true }];
  const grid = evenGrid(w, 20, 0.05, 0.95);
  const at = basisAt(terms, { w }, { w: grid });
  const curveOf = (world: number): ReturnType<typeof effectCurve> => {
    const predictor = linearPredictor([signalOf(w, (value) => value * value * value - value, world)], basisAt(terms, { w }, { w }), setting);
    return effectCurve(predictor, grid, at, { level: 0.95, draws: 2000, seed: 3 }, setting);
  };

  it("is wider than the pointwise interval and narrower than Bonferroni's", () => {
    const { quantile } = curveOf(1);
    expect(quantile).toBeGreaterThan(setting.critical.quantile);
    expect(quantile).toBeLessThan(special.normalQuantile(1 - 0.025 / 20));
  });

  it("with Student's t holds the intervals of its points, and is the t of the normal band's probability", () => {
    const few = { ...setting, critical: criticalValue(special, 0.95, 7) };
    const predictor = linearPredictor([signalOf(w, (value) => value, 1)], basisAt(terms, { w }, { w }), few);
    const { quantile, points } = effectCurve(predictor, grid, at, { level: 0.95, draws: 2000, seed: 3 }, few);
    const normal = effectCurve(predictor, grid, at, { level: 0.95, draws: 2000, seed: 3 }, setting).quantile;
    expect(special.studentTail(quantile, 7) / special.normalTail(normal)).toBeCloseTo(1, 10);
    for (const { ci, band } of points) {
      expect(band[0]).toBeLessThan(ci[0]);
      expect(band[1]).toBeGreaterThan(ci[1]);
    }
  });

  it("covers the whole curve in 95 of a hundred worlds", () => {
    const covered = Array.from({ length: 200 }, (_, world) => curveOf(world + 1).points.every(({ at: value, band }) => {
      const truth = value * value * value - value;
      return band[0] <= truth && truth <= band[1];
    }));
    // A binomial of 200 has an error of .015; HC0 of four coefficients on 400 rows costs about one per cent.
    expect(covered.filter(Boolean).length / 200).toBeGreaterThan(0.89);
    expect(covered.filter(Boolean).length / 200).toBeLessThan(0.995);
  });

  it("one point: the normal quantile, within Monte-Carlo error; the same draws give the same bits", () => {
    const predictor = linearPredictor([signalOf(w, () => 1)], basisAt(terms, { w }, { w }), setting);
    const one = (seed: number): number => effectCurve(predictor, grid.slice(0, 1), basisAt(terms, { w }, { w: grid.slice(0, 1) }), { level: 0.95, draws: 20_000, seed }, setting).quantile;
    // The density of |t| at 1.96 is .117: sqrt(.95 .05 / 20,000) / .117 = .013; four of these.
    expect(Math.abs(one(1) - 1.959964)).toBeLessThan(0.053);
    expect(one(1)).toBe(one(1));
    expect(one(1)).not.toBe(one(2));
  });
});

describe("draws and quantiles", () => {
  it("normal draws have the moments of independent normals", () => {
    const n = 20_000;
    const [a, b] = [normals(n, 0, 5), normals(n, 1, 5)];
    const next = normals(n, 0, 6);
    const mean = (of: (i: number) => number): number => Array.from({ length: n }, (_, i) => of(i)).reduce((sum, value) => sum + value, 0) / n;
    // Errors of the mean: 1, sqrt(2), sqrt(96) (of the fourth power) and 1 over the root of n = 141; four of these.
    const root = Math.sqrt(n);
    expect(Math.abs(mean((i) => a[i] ?? NaN))).toBeLessThan(4 / root);
    expect(Math.abs(mean((i) => (a[i] ?? NaN) * (a[i] ?? NaN)) - 1)).toBeLessThan((4 * Math.SQRT2) / root);
    expect(Math.abs(mean((i) => (a[i] ?? NaN) * (a[i] ?? NaN) * (a[i] ?? NaN) * (a[i] ?? NaN)) - 3)).toBeLessThan((4 * Math.sqrt(96)) / root);
    for (const other of [b, next]) expect(Math.abs(mean((i) => (a[i] ?? NaN) * (other[i] ?? NaN)))).toBeLessThan(4 / root);
    expect(Math.abs(mean((i) => (a[i] ?? NaN) * (a[i + 1] ?? 0)))).toBeLessThan(4 / root);
  });

  it("quantiles are linear between order statistics", () => {
    const ascending = sorted(Float64Array.of(4, 1, 3, 2));
    expect([0, 0.25, 0.5, 1].map((p) => quantileOf(ascending, p))).toEqual([1, 1.75, 2.5, 4]);
    expect(quantileOf(new Float64Array(0), 0.5)).toBeNaN();
  });
});
