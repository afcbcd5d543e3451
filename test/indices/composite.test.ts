import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { compositeIndex, type CompositeOptions, ENTROPY_INDEX } from "../../src/indices/composite.js";
import { rankCorrelation } from "../../src/indices/correlation.js";
import { completeRows, type Indicator } from "../../src/indices/indicator.js";
import { ranks } from "../../src/indices/normalise.js";
import { limitsOf, winsorized } from "../../src/indices/winsor.js";
import { createSpecial } from "../../src/kernels/special.js";
import { columns } from "../helpers/efficiency.js";
import { uniforms } from "../helpers/random.js";
import { hasShared, sharedJson, skipReason } from "../helpers/shared.js";

const { kernels } = await createEngine();
const { log } = createSpecial(kernels);

interface PanelCase {
  readonly options: { readonly direction: readonly (1 | -1)[] };
  readonly data: { readonly year: readonly number[]; readonly X: readonly (readonly number[])[] };
  readonly expected: Readonly<Record<string, { readonly weights: readonly number[]; readonly index_first5: readonly number[] }>>;
}

const plain: CompositeOptions = { ...ENTROPY_INDEX, offset: 0 };

describe.skipIf(!hasShared)(`indices on the reference panel (${hasShared ? "numpy" : skipReason})`, () => {
  const panel = hasShared ? sharedJson<PanelCase>("dea/derived_entropy_weight_panel.json") : null;
  const indicators = columns(panel?.data.X).map((values, c): Indicator => ({ name: `x${c + 1}`, values, direction: panel!.options.direction[c]! }));
  const periods = Int32Array.from(panel?.data.year ?? []);
  const raw = indicators.map((one) => ({ ...one, direction: 1 as const }));

  it.each([
    ["pooled min-max, 0 ln0 = 0, ln(nT)", indicators, plain],
    ["pooled min-max + 0.0001 shift, ln(nT)", indicators, { ...plain, offset: 1e-4 }],
    ["pooled min-max + 0.01 shift, ln(nT)", indicators, { ...plain, offset: 0.01 }],
    ["pooled min-max + 1 shift, ln(nT)", indicators, { ...plain, offset: 1 }],
    ["raw share, no min-max (scikit-criteria EntropyWeighter)", raw, { ...plain, normalise: "sum" }],
    ["per-year entropy, pooled min-max (mean w)", indicators, { ...plain, weighBy: "period" }],
    ["per-year entropy, per-year min-max (mean w)", indicators, { ...plain, weighBy: "period", scaleBy: "period" }],
    ["CRITIC (min-max by direction)", indicators, { ...plain, method: "critic" }],
    ["PCA PC1", indicators, { ...plain, method: "pca", normalise: "z-score" }],
    ["entropy-TOPSIS closeness", indicators, { ...plain, aggregate: "topsis" }],
  ] as const)("%s", (name, given, options) => {
    const { values, weights } = compositeIndex(given, options, { log, periods });
    const expected = panel!.expected[name]!;
    const mean = given.map((_, c) => weights.reduce((sum, one) => sum + one.weights[c]!, 0) / weights.length);
    mean.forEach((weight, c) => expect(Math.abs(weight - expected.weights[c]!)).toBeLessThan(1e-10));
    // The peer's index of raw shares is of min-max values.
    if (options.normalise === "sum") return;
    // Its component has a length of 1, ours a sum of 1.
    const length = options.normalise === "z-score" ? Math.sqrt(expected.weights.reduce((sum, weight) => sum + weight * weight, 0)) : 1;
    expected.index_first5.forEach((value, row) => expect(Math.abs(values[row]! / length - value)).toBeLessThan(1e-10));
  });
});

const random = (seed: number, count = 40): Float64Array => {
  const next = uniforms(seed);
  return Float64Array.from({ length: count }, () => next() * next());
};
const three = (seed: number): readonly Indicator[] => [1, 2, 3].map((k) => ({ name: `x${k}`, values: random(seed * 7 + k), direction: k === 2 ? -1 : 1 }));
const made = (indicators: readonly Indicator[], options: Partial<CompositeOptions> = {}) => compositeIndex(indicators, { ...ENTROPY_INDEX, ...options }, { log, periods: null });
const METHODS = ["entropy", "critic", "equal", "given"] as const;

describe("laws of indices", () => {
  const seeds = fc.integer({ min: 1, max: 1e6 });

  it("weights sum to 1 and are not negative; the index lies between 0 and 1", () =>
    fc.assert(fc.property(seeds, fc.constantFrom(...METHODS), (seed, method) => {
      const { values, weights } = made(three(seed), { method, offset: 0, weights: [1, 2, 0] });
      expect(weights[0]!.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(weights[0]!.weights.every((weight) => weight >= 0)).toBe(true);
      expect(values.every((value) => value >= 0 && value <= 1 + 1e-12)).toBe(true);
    }), { numRuns: 30 }));

  it("units of measurement do not matter, nor the order of rows", () =>
    fc.assert(fc.property(seeds, (seed) => {
      const { values } = made(three(seed));
      const other = made(three(seed).map((one, c) => ({ ...one, values: one.values.map((value) => 1e6 * value - c).reverse() })));
      values.forEach((value, row) => expect(other.values[39 - row]).toBeCloseTo(value, 8));
    }), { numRuns: 20 }));

  it("an indicator turned round counts as its negative", () => {
    const turned = three(5).map((one) => ({ ...one, values: one.values.map((value) => -value), direction: -one.direction as 1 | -1 }));
    made(three(5)).values.forEach((value, row) => expect(made(turned).values[row]).toBeCloseTo(value, 12));
  });

  it("rows that lack an indicator have no index and count nowhere", () => {
    const gap = three(3).map((one, c) => ({ ...one, values: one.values.map((value, row) => (row === 7 && c === 1 ? NaN : value)) }));
    const without = three(3).map((one) => ({ ...one, values: one.values.filter((_, row) => row !== 7) }));
    const { values, complete } = made(gap);
    expect([complete, completeRows(gap).length]).toEqual([39, 39]);
    expect(Number.isNaN(values[7])).toBe(true);
    expect([...values.filter((_, row) => row !== 7)]).toEqual([...made(without).values]);
  });

  it("principal components: eigenvalues sum to the number of indicators; KMO of three independent ones is near a half", () => {
    const { weights: [found] } = compositeIndex(three(11), { ...ENTROPY_INDEX, method: "pca", components: "kaiser", normalise: "z-score" }, { log, periods: null });
    expect(found!.principal!.eigenvalues.reduce((sum, value) => sum + value, 0)).toBeCloseTo(3, 10);
    expect(found!.principal!.kmo).toBeGreaterThan(0.3);
    expect(found!.principal!.kmo).toBeLessThan(0.7);
  });

  it("winsorising: limits are Stata's percentiles, missing values stay", () => {
    const values = Float64Array.from({ length: 101 }, (_, i) => (i === 50 ? NaN : i));
    expect(limitsOf(values, 1, 99)).toEqual({ least: 0.5, most: 99.5 });
    expect([...winsorized(values, 0, 90)].filter((value) => value === 90.5)).toHaveLength(10);
    expect(Number.isNaN(winsorized(values, 1, 99)[50])).toBe(true);
    expect([...winsorized(values, 0, 100)]).toEqual([...values]);
  });

  it("ranks: ties in the middle; a rank correlation knows order alone", () => {
    expect([...ranks(Float64Array.of(3, 1, 3, 2))]).toEqual([3.5, 1, 3.5, 2]);
    expect(rankCorrelation(Float64Array.of(1, 2, 3), Float64Array.of(1, 10, 1000))).toBeCloseTo(1, 12);
    expect(rankCorrelation(Float64Array.of(1, 1), Float64Array.of(1, 2))).toBe(null);
  });
});

describe("what makes no index", () => {
  const [a, b] = three(1) as readonly [Indicator, Indicator];
  it.each([
    ["a column twice", () => made([a, a]), /`x1` is an indicator twice/],
    ["a constant column", () => made([a, { ...b, values: b.values.map(() => 4) }]), /`x2` has the same value, 4/],
    ["no rows", () => made([a, { ...b, values: b.values.map(() => NaN) }]), /No row has a number in all/],
    ["negative shares", () => made([a, b], { normalise: "z-score" }), /use `normalise: min-max`/],
    ["too few weights", () => made([a, b], { method: "given", weights: [1] }), /2 indicators and 1 given weights/],
    ["negative weights", () => made([a, b], { method: "given", weights: [1, -1] }), /must not be negative/],
    ["periods that are not known", () => made([a, b], { weighBy: "period" }), /name the column of time/],
    ["a negative direction of raw values", () => made([a, b], { normalise: "none" }), /counts negatively/],
    ["zeros under `max`", () => made([{ ...a, values: a.values.map((value, i) => (i === 0 ? 0 : value)) }, b], { normalise: "max" }), /needs positive values/],
  ] as const)("%s", (_, make, message) => expect(make).toThrow(message));
});
