import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { normalDraw } from "../../../src/inference/heterogeneity/draws.js";
import { groupEffects } from "../../../src/inference/heterogeneity/groups.js";
import type { Signal } from "../../../src/inference/heterogeneity/signal.js";
import { finalStage } from "../../../src/inference/finalStage.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { clustered, hc0, settingOf } from "../../helpers/heterogeneity.js";

const { kernels } = await createEngine();
const special = createSpecial(kernels);
const setting = settingOf(kernels, 0.95);
const normals = (n: number, column: number, seed = 1): Float64Array => Float64Array.from({ length: n }, (_, i) => normalDraw(special, seed, i, column));
const groupOf = (codes: readonly number[], levels: number): { codes: Int32Array; levels: number; labels: string[] } => ({
  codes: Int32Array.from(codes), levels, labels: Array.from({ length: levels }, (_, level) => `g${level}`),
});

/** y = 2 v + noise. */
function signalOf(n: number, seed = 1): Signal {
  const v = normals(n, 0, seed);
  const u = normals(n, 1, seed);
  return { y: v.map((value, i) => 2 * value + (u[i] ?? NaN)), x: v, z: v, absorbed: [] };
}

describe("effects by group", () => {
  it("are the final stages of the groups by themselves, whatever the order of rows and the unit of the outcome", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 120 }), fc.constantFrom(1, 1e-6, 1e5), fc.boolean(), (drawn, scale, backwards) => {
        const codes = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, ...drawn];
        const signal = signalOf(codes.length);
        const order = codes.map((_, i) => (backwards ? codes.length - 1 - i : i));
        const at = (values: Float64Array, by = 1): Float64Array => Float64Array.from(order, (row) => by * (values[row] ?? NaN));
        const x = at(signal.x);
        const { groups } = groupEffects([{ y: at(signal.y, scale), x, z: x, absorbed: [] }], groupOf(order.map((row) => codes[row] ?? 0), 4), [], setting);
        groups.forEach(({ effect, n }, level) => {
          const keep = (values: Float64Array): Float64Array => values.filter((_, i) => codes[i] === level);
          const alone = finalStage(keep(signal.y), [keep(signal.x)], [keep(signal.x)]);
          expect(n).toBe(codes.filter((code) => code === level).length);
          expect((effect?.coef ?? NaN) / scale).toBeCloseTo(alone.coefficients[0] ?? NaN, 10);
          expect((effect?.se ?? NaN) / scale).toBeCloseTo(Math.sqrt(hc0(alone)[0]?.[0] ?? NaN), 10);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("repeated rows are weights", () => {
    const n = 60;
    const codes = Array.from({ length: n }, (_, i) => i % 3);
    const signal = signalOf(n);
    const times = codes.map((_, i) => 1 + (i % 4));
    const rows = times.flatMap((count, i) => Array.from({ length: count }, () => i));
    const repeat = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row] ?? NaN);
    const x = repeat(signal.x);
    const weighted = groupEffects([signal], groupOf(codes, 3), [], { ...setting, weights: Float64Array.from(times) });
    const repeated = groupEffects([{ y: repeat(signal.y), x, z: x, absorbed: [] }], groupOf(rows.map((row) => codes[row] ?? 0), 3), [], setting);
    weighted.groups.forEach(({ effect }, g) => expect(effect?.coef).toBeCloseTo(repeated.groups[g]?.effect?.coef ?? NaN, 12));
  });

  it("a group in which nothing can be told says why, and the others are as if it were not there", () => {
    const n = 90;
    // g1 is treated throughout, g3 is one row, g4 has none, g5 has residuals of zero.
    const codes = Array.from({ length: n }, (_, i) => (i === 0 ? 3 : i < 8 ? 5 : [0, 1, 2][i % 3] ?? 0));
    const treatment = Float64Array.from(codes, (code, i) => (code === 1 ? 1 : i % 2));
    const raw = signalOf(n);
    const x = raw.x.map((value, i) => (codes[i] === 5 ? 0 : value));
    const signal = { ...raw, x, z: x };
    const found = groupEffects([signal], groupOf(codes, 6), [{ name: "treatment", values: treatment }], setting);
    expect(found.groups.map(({ error }) => error?.split(" ").slice(0, 4).join(" ") ?? null)).toEqual([
      null, "The treatment is the", null, "It has one row", "It has no rows", "The treatment has no",
    ]);
    const rest = codes.flatMap((code, i) => (code === 0 || code === 2 ? [i] : []));
    const v = Float64Array.from(rest, (row) => x[row] ?? NaN);
    const alone = groupEffects([{ y: Float64Array.from(rest, (row) => raw.y[row] ?? NaN), x: v, z: v, absorbed: [] }], groupOf(rest.map((row) => (codes[row] ?? 0) / 2), 2), [], setting);
    expect(found.groups[2]?.effect).toEqual(alone.groups[1]?.effect);
    expect(found.equal).toEqual(alone.equal);
    expect(() => groupEffects([signal], groupOf(codes.map(() => 0), 1), [{ name: "treatment", values: new Float64Array(n) }], setting)).toThrow("No group has an effect");
  });

  it("a group within one cluster has no standard error, and says so", () => {
    const n = 80;
    const clusters = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 10));
    const codes = Array.from(clusters, (code) => (code === 0 ? 0 : code < 4 ? 1 : 2));
    const found = groupEffects([signalOf(n)], groupOf(codes, 3), [], { ...setting, covariance: clustered(clusters) });
    expect(found.groups.map(({ error }) => error !== null)).toEqual([true, false, false]);
    expect(found.groups[0]?.error).toMatch("one cluster");
    expect(found.equal?.df).toBe(1);
  });

  it("very small groups are warned of", () => {
    const codes = Array.from({ length: 40 }, (_, i) => (i < 4 ? 0 : 1));
    expect(groupEffects([signalOf(40)], groupOf(codes, 2), [], setting).warnings[0]).toMatch("Fewer than 6 rows in g0");
    expect(groupEffects([signalOf(40)], groupOf(codes.map((_, i) => i % 2), 2), [], setting).warnings).toEqual([]);
  });

  it("with absorbed unit effects and groups of units: the effects of each group's own panel, when time is not absorbed", () => {
    const [units, periods] = [30, 5];
    const n = units * periods;
    const unit = { codes: Int32Array.from({ length: n }, (_, i) => Math.floor(i / periods)), levels: units };
    const codes = Array.from(unit.codes, (code) => code % 2);
    const raw = signalOf(n);
    const x = raw.x.map((value, i) => value + (unit.codes[i] ?? 0));
    const y = raw.y.map((value, i) => value + 3 * (unit.codes[i] ?? 0));
    const both = groupEffects([{ y, x, z: x, absorbed: [unit] }], groupOf(codes, 2), [], setting);
    const half = (values: Float64Array): Float64Array => values.filter((_, i) => codes[i] === 1);
    const mine = { codes: unit.codes.filter((_, i) => codes[i] === 1).map((code) => (code - 1) / 2), levels: units / 2 };
    const own = half(x);
    const alone = groupEffects([{ y: half(y), x: own, z: own, absorbed: [mine] }], groupOf([...own].map(() => 0), 1), [], setting);
    expect(both.groups[1]?.effect?.coef).toBeCloseTo(alone.groups[0]?.effect?.coef ?? NaN, 11);
    expect(both.groups[1]?.effect?.se).toBeCloseTo(alone.groups[0]?.effect?.se ?? NaN, 11);
  });

  it("the test of equal effects rejects in one of twenty worlds where they are equal, and where they differ", () => {
    const codes = Array.from({ length: 240 }, (_, i) => i % 3);
    const p = Array.from({ length: 400 }, (_, world) => groupEffects([signalOf(240, world + 1)], groupOf(codes, 3), [], setting).equal?.p ?? NaN);
    const share = p.filter((value) => value < 0.05).length / p.length;
    // HC0 with 80 rows a group rejects a little often; a binomial of 400 has an error of .011.
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.095);
    const signal = signalOf(240);
    const apart = signal.y.map((value, i) => value + (codes[i] === 2 ? (signal.x[i] ?? NaN) : 0));
    expect(groupEffects([{ ...signal, y: apart }], groupOf(codes, 3), [], setting).equal?.p).toBeLessThan(1e-6);
  });
});
