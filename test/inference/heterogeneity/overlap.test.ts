import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balance } from "../../../src/inference/diagnostics/balance.js";
import { calibration } from "../../../src/inference/diagnostics/calibration.js";
import { uniforms } from "../../helpers/random.js";
import { type OverlapInputs, overlapOf } from "../../../src/inference/diagnostics/overlap.js";

interface Golden {
  readonly x: readonly (readonly number[])[];
  readonly d: readonly number[];
  readonly m: readonly number[];
  readonly weights: readonly number[];
  readonly clip: number;
  readonly arms: readonly { readonly quantiles: readonly number[]; readonly histogram: readonly number[]; readonly clipped: number; readonly effectiveSize: number; readonly largestShare: number }[];
  readonly balance: readonly (readonly [number, number])[];
  readonly calibration: readonly (readonly [number, number, number])[];
}

const golden = JSON.parse(readFileSync(new URL("../../golden/overlap.json", import.meta.url), "utf8")) as Golden;
const given: OverlapInputs = {
  treatment: Float64Array.from(golden.d), propensity: Float64Array.from(golden.m), clip: golden.clip, weights: Float64Array.from(golden.weights),
  controls: golden.x.map((values, j) => ({ name: `x${j}`, values: Float64Array.from(values) })),
};

describe("overlap: numpy's numbers", () => {
  const overlap = overlapOf(given);

  it.each([0, 1] as const)("arm %i: quantiles, histogram, clipped share, effective size, largest weight", (arm) => {
    const [found, expected] = [overlap.arms[arm], golden.arms[arm]];
    // Sums of 100 numbers in another order.
    found.quantiles.forEach((value, j) => expect(value).toBeCloseTo(expected?.quantiles[j] ?? NaN, 12));
    expect(found.histogram).toEqual(expected?.histogram);
    expect(found.clipped).toBeCloseTo(expected?.clipped ?? NaN, 12);
    expect(found.effectiveSize).toBeCloseTo(expected?.effectiveSize ?? NaN, 10);
    expect(found.largestShare).toBeCloseTo(expected?.largestShare ?? NaN, 12);
  });

  it("balance before and after weighting", () => {
    overlap.balance.forEach(({ before, after }, j) => {
      expect(before).toBeCloseTo(golden.balance[j]?.[0] ?? NaN, 12);
      expect(after).toBeCloseTo(golden.balance[j]?.[1] ?? NaN, 12);
    });
    expect(overlap.balance.length).toBe(golden.balance.length);
  });

  it("calibration by tenths", () => {
    overlap.calibration.forEach(({ n, predicted, observed }, j) => {
      expect(n).toBe(golden.calibration[j]?.[0]);
      expect(predicted).toBeCloseTo(golden.calibration[j]?.[1] ?? NaN, 12);
      expect(observed).toBeCloseTo(golden.calibration[j]?.[2] ?? NaN, 12);
    });
  });
});

describe("overlap: laws", () => {
  const even = (n: number, propensity: (i: number) => number): OverlapInputs => ({
    treatment: Float64Array.from({ length: n }, (_, i) => i % 2), propensity: Float64Array.from({ length: n }, (_, i) => propensity(i)), clip: 0.01, weights: null, controls: [],
  });

  it("equal propensities: every row counts, nothing to warn of", () => {
    const { arms, warnings } = overlapOf(even(100, () => 0.5));
    for (const arm of arms) {
      expect(arm.effectiveSize).toBeCloseTo(50, 10);
      expect(arm.largestShare).toBeCloseTo(1 / 50, 12);
    }
    expect(warnings).toEqual([]);
  });

  it("warns of more than one clipped row in twenty, and not of fewer", () => {
    const clipped = (rows: number): readonly string[] => overlapOf(even(1000, (i) => (i % 2 === 1 && i < 2 * rows ? 0.995 : 0.5))).warnings;
    expect(clipped(50)).toEqual([]);
    expect(clipped(51)[0]).toMatch("5 % of the propensities were clipped");
  });

  it("warns of few rows that hold the weight, and of one that does", () => {
    const few = overlapOf(even(2000, (i) => (i === 1 || i === 3 ? 0.01 : i % 2 === 1 ? 0.98 : 0.5)));
    expect(few.arms[1].effectiveSize).toBeLessThan(100);
    expect(few.warnings[0]).toMatch("1000 treated rows are worth");
    const one = overlapOf(even(100, (i) => (i === 1 ? 0.05 : 0.5)));
    expect(one.warnings[0]).toMatch("one treated row holds 17 %");
  });

  it("names controls that weighting leaves apart; a constant is balanced, missing cells take no part", () => {
    const treatment = Float64Array.from({ length: 100 }, (_, i) => i % 2);
    const apart = treatment.map((d, i) => 2 * d + (i % 7));
    const controls = [{ name: "apart", values: apart }, { name: "constant", values: treatment.map(() => 0.1) }];
    const found = overlapOf({ ...even(100, (i) => 0.3 + (i % 5) / 10), treatment, controls });
    expect(found.warnings).toEqual(["After weighting the arms still differ by more than 0.1 standard deviations in apart."]);
    expect(found.balance[1]).toMatchObject({ name: "constant", before: 0, after: 0 });
    const arm = { codes: Int32Array.from(treatment), levels: 2 };
    const ones = new Float64Array(100).fill(1);
    const gaps = [{ name: "x", values: apart.map((value, i) => (i < 20 ? NaN : value)) }];
    const rest = [{ name: "x", values: apart.slice(20) }];
    expect(balance(gaps, arm, null, ones)).toEqual(balance(rest, { codes: arm.codes.slice(20), levels: 2 }, null, ones.slice(20)));
  });

  it("a control is not named where it is apart by chance: true propensities, 10 controls, a few worlds of 200", () => {
    const random = uniforms(11);
    let [named, squares] = [0, 0];
    for (let world = 0; world < 200; world++) {
      const controls = Array.from({ length: 10 }, (_, j) => ({ name: `x${j}`, values: Float64Array.from({ length: 200 }, () => random() - random()) }));
      const propensity = Float64Array.from({ length: 200 }, (_, i) => 0.5 + 0.35 * controls[0]!.values[i]!);
      const treatment = propensity.map((p) => (random() < p ? 1 : 0));
      const { balance: found, warnings } = overlapOf({ treatment, propensity, clip: 0.01, weights: null, controls });
      named += warnings.length > 0 ? 1 : 0;
      squares += found.reduce((sum, { after, se }) => sum + (after / se) ** 2, 0) / 2000;
    }
    expect(named).toBeLessThanOrEqual(8);
    expect(Math.abs(squares - 1)).toBeLessThan(0.15); // 2,000 squares of about one: .03 by chance, and the arms are small
  });

  it("the order of rows and the unit of a control change nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom(1e-6, -3, 1e7), fc.boolean(), (scale, backwards) => {
        const at = (values: Float64Array): Float64Array => (backwards ? values.slice().reverse() : values);
        const moved = overlapOf({
          ...given, treatment: at(given.treatment), propensity: at(given.propensity), weights: at(given.weights ?? new Float64Array(0)),
          controls: given.controls.map(({ name, values }) => ({ name, values: at(values).map((value) => scale * value + scale) })),
        });
        const plain = overlapOf(given);
        expect(moved.arms[1].effectiveSize).toBeCloseTo(plain.arms[1].effectiveSize, 9);
        expect(moved.arms[0].quantiles).toEqual(plain.arms[0].quantiles);
        moved.balance.forEach(({ after }, j) => expect(after * Math.sign(scale)).toBeCloseTo(plain.balance[j]?.after ?? NaN, 9));
      }),
      { numRuns: 6 },
    );
  });

  it("fewer than ten rows have fewer bins, and every row is in one", () => {
    const bins = calibration(Float64Array.of(0.1, 0.9, 0.5), Float64Array.of(0, 1, 0));
    expect(bins.map(({ predicted, observed }) => [predicted, observed])).toEqual([[0.1, 0], [0.5, 0], [0.9, 1]]);
    expect(overlapOf(given).calibration.reduce((sum, { n }) => sum + n, 0)).toBe(golden.d.length);
  });
});
