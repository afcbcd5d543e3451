import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { leftAfter } from "../../../src/fit/residuals.js";
import { finalStage } from "../../../src/inference/finalStage.js";
import type { Basis } from "../../../src/inference/heterogeneity/basis.js";
import { normalDraw } from "../../../src/inference/heterogeneity/draws.js";
import { ivTypeSignal, type Signal, stageAlong } from "../../../src/inference/heterogeneity/signal.js";
import { leastSquares } from "../../../src/kernels/ols.js";
import { createSpecial } from "../../../src/kernels/special.js";
import type { LinearScore } from "../../../src/inference/heterogeneity/signal.js";

const { kernels } = await createEngine();
const special = createSpecial(kernels);
const normals = (n: number, column: number, seed = 1): Float64Array => Float64Array.from({ length: n }, (_, i) => normalDraw(special, seed, i, column));
const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
const times = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value * (b[i] ?? NaN));

describe("the iv-type signal where effects differ", () => {
  const n = 40_000;
  const [w, v] = [normals(n, 0).map((value) => Math.max(-1, Math.min(1, value / 2))), normals(n, 1)];
  const basis: Basis = { names: ["constant", "w"], columns: [ones(n), w] };

  /** D = 1 + w + v, theta = 1 + w, g exact, m wrong by delta w. */
  function score(delta: number): LinearScore {
    const d = w.map((value, i) => 1 + value + (v[i] ?? NaN));
    const y = w.map((value, i) => (1 + value) * (v[i] ?? NaN) + 1 + value);
    return { y, x: d, z: v.map((value, i) => value - delta * (w[i] ?? NaN)) };
  }
  const slope = (one: LinearScore): number => stageAlong({ ...one, absorbed: [] }, basis, null, kernels).coefficients[1] ?? NaN;

  it("an error of m enters at second order, where the plain score has it at first", () => {
    const growth = (estimate: (delta: number) => number): number => (estimate(0.4) - estimate(0)) / (estimate(0.2) - estimate(0));
    // Four for a square, two for a line; 40,000 rows leave some .1 of each error's own noise.
    expect(growth((delta) => slope(ivTypeSignal(score(delta), 1)))).toBeGreaterThan(3.3);
    expect(growth((delta) => slope(score(delta)))).toBeLessThan(2.7);
  });

  it("with the constant alone it is the plain score's effect", () => {
    const { x, y, z } = score(0.2);
    const [theta = NaN] = finalStage(y, [x], [z]).coefficients;
    const [found = NaN] = stageAlong({ ...ivTypeSignal({ x, y, z }, theta), absorbed: [] }, { names: ["constant"], columns: [ones(n)] }, null, kernels).coefficients;
    expect(found).toBeCloseTo(theta, 11);
  });
});

describe("instruments and ratios (x is not z)", () => {
  const n = 200;
  const [z, u] = [normals(n, 0), normals(n, 1)];
  const x = z.map((value, i) => value + 0.5 * (u[i] ?? NaN) + (i % 3));
  const y = x.map((value, i) => 2 * value + (u[i] ?? NaN));
  const unit = { codes: Int32Array.from({ length: n }, (_, i) => i % 20), levels: 20 };

  it("along indicators: sum z y / sum z x of each group", () => {
    const half = [0, 1].map((level) => Float64Array.from({ length: n }, (_, i) => (i % 2 === level ? 1 : 0)));
    const { coefficients } = stageAlong({ y, x, z, absorbed: [] }, { names: ["even", "odd"], columns: half }, null, kernels);
    half.forEach((own, level) => {
      const sum = (a: Float64Array): number => own.reduce((total, one, i) => total + one * (z[i] ?? NaN) * (a[i] ?? NaN), 0);
      expect(coefficients[level]).toBeCloseTo(sum(y) / sum(x), 11);
    });
  });

  it("the constant alone, effects absorbed, weighted: the effect itself", () => {
    const weights = z.map((_, i) => 1 + (i % 4));
    const [leftY, leftX, leftZ] = leftAfter(kernels, [unit], [y, x, z], weights) as [Float64Array, Float64Array, Float64Array];
    const alone = finalStage(leftY, [leftX], [leftZ]);
    const along = stageAlong({ y, x, z, absorbed: [unit] }, { names: ["constant"], columns: [ones(n)] }, weights, kernels);
    expect(along.coefficients[0]).toBeCloseTo(alone.coefficients[0] ?? NaN, 11);
    along.influence[0]?.forEach((value, i) => expect(value).toBeCloseTo(alone.influence[0]?.[i] ?? NaN, 11));
  });

  it("names the column along which the treatment does not vary", () => {
    const basis = { names: ["constant", "by unit"], columns: [ones(n), ones(n)] };
    const still = Float64Array.from(unit.codes);
    expect(() => stageAlong({ y, x: still, z: still, absorbed: [unit] }, basis, null, kernels)).toThrow("no variation left along `constant`");
    const zeros = { names: ["constant", "never"], columns: [ones(n), new Float64Array(n)] };
    expect(() => stageAlong({ y, x, z, absorbed: [] }, zeros, null, kernels)).toThrow("no variation left along `never`");
  });
});

describe("absorbed effects", () => {
  const [units, periods] = [400, 6];
  const n = units * periods;
  const unit = { codes: Int32Array.from({ length: n }, (_, i) => Math.floor(i / periods)), levels: units };
  const time = { codes: Int32Array.from({ length: n }, (_, i) => i % periods), levels: periods };

  /** The moderator follows the unit's effect in the treatment, and the nuisances are within fits on its powers. */
  function panel(seed: number): { readonly signal: Signal; readonly basis: Basis } {
    const c = normals(units, 0, seed);
    const effect = Float64Array.from(unit.codes, (code) => 2 * (c[code] ?? NaN));
    const w = normals(n, 1, seed).map((value, i) => 0.5 * value + 0.4 * (effect[i] ?? NaN));
    const v = normals(n, 2, seed);
    const d = w.map((value, i) => value + (effect[i] ?? NaN) + (v[i] ?? NaN));
    const u = normals(n, 3, seed);
    const y = d.map((value, i) => (1 + 0.5 * (w[i] ?? NaN)) * value + (effect[i] ?? NaN) + (u[i] ?? NaN));
    const powers = [w, times(w, w), times(w, times(w, w))];
    const left = leftAfter(kernels, [unit, time], [...powers, y, d], null);
    const { fits } = leastSquares(kernels, { columns: left.slice(0, 3), targets: left.slice(3), intercept: false });
    const less = (target: Float64Array, t: number): Float64Array =>
      target.map((value, i) => value - powers.reduce((sum, power, j) => sum + (fits[t]?.coefficients[j] ?? NaN) * (power[i] ?? NaN), 0));
    const treatment = less(d, 1);
    return { signal: { y: less(y, 0), x: treatment, z: treatment, absorbed: [unit, time] }, basis: { names: ["constant", "w"], columns: [ones(n), w] } };
  }

  it("are out of the treatment before it meets the basis: the slope is right, and is not without", () => {
    const worlds = Array.from({ length: 12 }, (_, seed) => panel(seed + 1));
    const mean = (slopes: readonly number[]): number => slopes.reduce((sum, value) => sum + value, 0) / slopes.length;
    const before = mean(worlds.map(({ signal, basis }) => stageAlong(signal, basis, null, kernels).coefficients[1] ?? NaN));
    const after = mean(worlds.map(({ signal, basis }) => {
      const [y, ...x] = leftAfter(kernels, signal.absorbed, [signal.y, ...basis.columns.map((column) => times(column, signal.x))], null) as [Float64Array, ...Float64Array[]];
      return finalStage(y, x, x).coefficients[1] ?? NaN;
    }));
    // 12 worlds of 2,400 rows: a standard error of about .01.
    expect(Math.abs(before - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(after - 0.5)).toBeGreaterThan(0.1);
  });
});
