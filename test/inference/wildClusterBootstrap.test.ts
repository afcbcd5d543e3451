import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EstimationError } from "../../src/errors.js";
import { clusterSums } from "../../src/inference/errors/sums.js";
import { finalStage } from "../../src/inference/finalStage.js";
import { wildDraws } from "../../src/inference/wild/draws.js";
import { instrumentCount } from "../../src/inference/wild/instrument.js";
import { leastSquaresCount } from "../../src/inference/wild/leastSquares.js";
import type { LabelledGroup } from "../../src/plan/sample.js";
import { wildClusterBootstrap, type WildSetting, type WildStage } from "../../src/inference/wild/wildClusterBootstrap.js";
import { inverted, plainLeastSquares, product } from "../helpers/leastSquares.js";

const { data } = JSON.parse(readFileSync(new URL("../golden/errors.json", import.meta.url), "utf8")) as { data: Record<string, number[]> };
const golden = JSON.parse(readFileSync(new URL("../golden/wild.json", import.meta.url), "utf8")) as { null: number; t: number; draws: number[] }[];
const column = (name: string): Float64Array => Float64Array.from(data[name]!);
const labelled = (codes: readonly number[]): LabelledGroup => {
  const levels = Math.max(...codes) + 1;
  return { codes: Int32Array.from(codes), levels, labels: Array.from({ length: levels }, (_, level) => `r${level}`) };
};

const y = column("y");
const ones = y.map(() => 1);
const x = [ones, column("x1"), column("x2")];
const ordinary: WildStage = { stage: plainLeastSquares(y, x), x, z: x };
const regions = labelled(data["region"]!);
const units = labelled(data["unit"]!);
const setting: WildSetting = { coefficient: 1, hypothesis: 0, level: 0.9, draws: 499, weights: "rademacher", seed: 1 };

/** t statistics that are one number to rounding count as tied: the sample and its mirror image always are. */
const TIE = 1 - 1e-9;
const share = (ts: readonly number[], t: number): number => ts.filter((value) => Math.abs(value) >= TIE * Math.abs(t)).length / ts.length;
const signs = (clusters: number): number[][] => Array.from({ length: 2 ** clusters }, (_, draw) => Array.from({ length: clusters }, (__, g) => ((draw >> g) & 1 ? -1 : 1)));

/** Instrumental variables by elimination, and t of coefficient j against a null, clustered. */
function plainT(outcome: Float64Array, regressors: readonly Float64Array[], z: readonly Float64Array[], j: number, null_: number, clusters: LabelledGroup): number {
  const inverse = inverted(z.map((a) => regressors.map((b) => product(a, b))));
  const b = inverse.map((row) => row.reduce((sum, value, l) => sum + value * product(z[l]!, outcome), 0));
  const e = outcome.map((value, i) => value - b.reduce((sum, one, l) => sum + one * regressors[l]![i]!, 0));
  const influence = e.map((value, i) => value * inverse[j]!.reduce((sum, one, l) => sum + one * z[l]![i]!, 0));
  const sums = clusterSums(influence, clusters);
  return (b[j]! - null_) / Math.sqrt(product(sums, sums));
}

/** The bootstrap as it is defined: residuals under the null, a new sample and a new regression for each draw. */
function plainP(null_: number, instrument: Float64Array | null): number {
  const others = [ones, x[2]!];
  const left = y.map((value, i) => value - null_ * x[1]![i]!);
  const restricted = plainLeastSquares(left, others);
  const u = restricted.residuals;
  const z = instrument === null ? x : [ones, instrument, x[2]!];
  const first = plainLeastSquares(x[1]!, instrument === null ? [x[1]!] : [ones, instrument, x[2]!, u]);
  const fitted = x[1]!.map((value, i) => value - first.residuals[i]! - (instrument === null ? 0 : first.coefficients[3]! * u[i]!));
  const v = x[1]!.map((value, i) => value - fitted[i]!);
  const ts = signs(6).map((weights) => {
    const at = (i: number): number => weights[regions.codes[i]!]!;
    const treatment = fitted.map((value, i) => value + at(i) * v[i]!);
    const outcome = treatment.map((value, i) => null_ * value + left[i]! - u[i]! + at(i) * u[i]!);
    return plainT(outcome, [ones, treatment, x[2]!], instrument === null ? [ones, treatment, x[2]!] : z, 1, null_, regions);
  });
  return share(ts, plainT(y, x, z, 1, null_, regions));
}

describe("least squares, all 2^6 draws", () => {
  it.each(golden)("null $null: wildboottest 0.3.2's distribution (test/golden/wild.py)", (one) => {
    const { p, enumerated, draws, clusters } = wildClusterBootstrap(ordinary, regions, { ...setting, hypothesis: one.null });
    expect({ enumerated, draws, clusters }).toEqual({ enumerated: true, draws: 64, clusters: 6 });
    expect(p).toBe(share(one.draws, one.t));
  });

  it("the bootstrap as it is defined, draw by draw", () => {
    for (const hypothesis of [-0.4, 0.1, 0.3, 0.7, 1]) {
      expect(wildClusterBootstrap(ordinary, regions, { ...setting, hypothesis }).p, `${hypothesis}`).toBe(plainP(hypothesis, null));
    }
  });

  it("the interval holds the nulls that are not rejected", () => {
    const { ci } = wildClusterBootstrap(ordinary, regions, setting);
    const width = ci[1] - ci[0];
    expect(width).toBeGreaterThan(0);
    const pAt = (hypothesis: number): number => plainP(hypothesis, null);
    for (const inside of [ci[0] + 1e-6 * width, ci[1] - 1e-6 * width]) expect(pAt(inside)).toBeGreaterThan(0.1);
    for (const outside of [ci[0] - 1e-6 * width, ci[1] + 1e-6 * width]) expect(pAt(outside)).toBeLessThanOrEqual(0.1);
  });

  it("no null is rejected at a level that 2 / 2^G does not reach", () => {
    expect(wildClusterBootstrap(ordinary, regions, { ...setting, level: 0.98 }).ci).toEqual([-Infinity, Infinity]);
  });
});

describe("one instrument, all 2^6 draws", () => {
  const instrument = x[1]!.map((value, i) => value + 2 * Math.sin(i));
  const z = [ones, instrument, x[2]!];
  const e = (() => {
    const inverse = inverted(z.map((a) => x.map((b) => product(a, b))));
    const solved = inverse.map((row) => y.map((_, i) => row.reduce((sum, value, l) => sum + value * z[l]![i]!, 0)));
    const coefficients = solved.map((row) => product(row, y));
    const residuals = y.map((value, i) => value - coefficients.reduce((sum, b, l) => sum + b * x[l]![i]!, 0));
    return { coefficients, residuals, influence: solved.map((row) => row.map((value, i) => value * residuals[i]!)) };
  })();
  const stage = { ...ordinary.stage, ...e };

  it("the restricted efficient bootstrap as it is defined, draw by draw", () => {
    for (const hypothesis of [-0.4, 0, 0.3, 0.7, 1]) {
      const { p } = wildClusterBootstrap({ stage, x, z }, regions, { ...setting, hypothesis });
      expect(p, `${hypothesis}`).toBe(plainP(hypothesis, instrument));
    }
  });

  it("with the regressor as its own instrument it is least squares, for any draw and null", () => {
    const draws = wildDraws("webb", 6, 99, 5);
    const others = [ones, x[2]!];
    const plain = leastSquaresCount(ordinary.stage, x, 1, regions, draws);
    const columns = { x: x[1]!, z: x[1]!, others, inverse: plainLeastSquares(y, others).inverse };
    const instrumented = instrumentCount(ordinary.stage, 1, columns, regions, draws);
    for (const d of [-2, -0.3, 1e-3, 0.2, 0.9]) expect(instrumented(d)).toBe(plain(d));
  });

  it("without a further regressor, too", () => {
    const alone = { stage: finalStage(y, [x[1]!], [instrument]), x: [x[1]!], z: [instrument] };
    const { p, ci } = wildClusterBootstrap(alone, units, { ...setting, coefficient: 0, draws: 199 });
    expect(p).toBeGreaterThan(0);
    expect(ci[0]).toBeLessThan(alone.stage.coefficients[0]!);
    expect(ci[1]).toBeGreaterThan(alone.stage.coefficients[0]!);
  });

  it("refuses several instrumented coefficients, and one cluster", () => {
    const two = { stage, x, z: [ones, instrument, instrument] };
    expect(() => wildClusterBootstrap(two, regions, setting)).toThrow(EstimationError);
    expect(() => wildClusterBootstrap(ordinary, labelled(data["y"]!.map(() => 0)), setting)).toThrow(EstimationError);
  });
});

describe("random draws", () => {
  it("the order of the rows and the unit of the outcome do not matter", () => {
    const before = wildClusterBootstrap(ordinary, units, setting);
    const order = data["y"]!.map((_, i) => (i * 89 + 5) % data["y"]!.length);
    const moved = (values: Float64Array): Float64Array => Float64Array.from(order, (i) => values[i]!);
    const codes = order.map((i) => (units.codes[i]! + 7) % 30);
    const clusters = { codes: Int32Array.from(codes), levels: 30, labels: units.labels.map((_, level) => units.labels[(level + 23) % 30]!) };
    const columns = x.map(moved);
    const after = wildClusterBootstrap({ stage: plainLeastSquares(moved(y).map((value) => 8 * value), columns), x: columns, z: columns }, clusters, setting);
    expect(after.p).toBe(before.p);
    // The limits are steps of p, found to a ten-millionth of the bracket.
    after.ci.forEach((limit, side) => expect(limit / 8).toBeCloseTo(before.ci[side]!, 7));
  });

  it("with many clusters the interval is near the clustered one, and another seed gives nearly the same", () => {
    const { influence, coefficients } = ordinary.stage;
    const sums = clusterSums(influence[1]!, units);
    const half = 1.645 * Math.sqrt(product(sums, sums));
    for (const seed of [1, 2]) {
      const { ci, weights, enumerated, p } = wildClusterBootstrap(ordinary, units, { ...setting, draws: 999, weights: null, seed });
      expect([weights, enumerated]).toEqual(["rademacher", false]);
      expect(p).toBeGreaterThanOrEqual(1 / 1000);
      expect((coefficients[1]! - ci[0]) / half).toBeGreaterThan(0.8);
      expect((ci[1] - coefficients[1]!) / half).toBeLessThan(1.35);
    }
  });

  it("weights have mean 0 and variance 1 and are all equally frequent; webb below twelve clusters", () => {
    expect(wildClusterBootstrap(ordinary, regions, { ...setting, weights: null }).weights).toBe("webb");
    for (const [weights, points] of [["rademacher", 2], ["webb", 6]] as const) {
      const { fill, count } = wildDraws(weights, 20, 3000, 11);
      const counts = new Map<number, number>();
      const v = new Float64Array(20);
      for (let draw = 0; draw < count; draw++) {
        fill(draw, v);
        v.forEach((value) => counts.set(value, (counts.get(value) ?? 0) + 1));
      }
      expect(counts.size).toBe(points);
      const variance = [...counts].reduce((sum, [value, times]) => sum + value * value * times, 0) / 60_000;
      expect(Math.abs(variance - 1)).toBeLessThan(0.01); // four standard deviations are .0067
      for (const times of counts.values()) expect(Math.abs(times / (60_000 / points) - 1)).toBeLessThan(0.04); // four are .036 at most
    }
  });

  it("a draw follows from the seed, its number and the cluster, not from how many there are", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 9999 }), fc.constantFrom("rademacher", "webb"), (seed, draw, weights) => {
        const few = new Float64Array(13);
        const many = new Float64Array(40);
        wildDraws(weights, 13, 10, seed).fill(draw, few);
        wildDraws(weights, 40, 10_000, seed).fill(draw, many);
        expect([...few]).toEqual([...many.subarray(0, 13)]);
      }),
    );
  });
});
