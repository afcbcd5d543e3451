import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EstimationError } from "../../src/errors.js";
import { doublemlClusters } from "../../src/inference/errors/doublemlClusters.js";
import { clusterSums } from "../../src/inference/errors/sums.js";
import type { Group } from "../../src/kernels/design.js";
import { hasShared, sharedJson, skipReason } from "../helpers/shared.js";

interface Shared {
  readonly name: string;
  readonly arrays: Readonly<Record<string, readonly number[]>>;
  readonly expected: { readonly theta: number; readonly se: number };
}

interface TwoWays {
  readonly firm: readonly number[];
  readonly market: readonly number[];
  readonly cases: readonly { score: string; coef: number; se: number; firmFold: number[]; marketFold: number[]; psiA: number[]; psiB: number[] }[];
}

const groupOf = (codes: readonly number[]): Group => ({ codes: Int32Array.from(codes), levels: Math.max(...codes) + 1 });
const relative = (a: number, b: number): number => Math.abs(a / b - 1);

/** The files give some ten digits; both sides sum the same numbers in another order. */
const TOLERANCE = 1e-9;

describe.skipIf(!hasShared)(`one way (${hasShared ? "DoubleML 0.11.4" : skipReason})`, () => {
  const cases = new Map(hasShared ? sharedJson<{ cases: readonly Shared[] }>("inference.json").cases.map((one) => [one.name, one]) : []);

  it.each(["partialling out", "IV-type"])("%s: DoubleML's coefficient and standard error", (score) => {
    const { arrays, expected } = cases.get(`plr/${score}/cluster`) as Shared;
    const column = (name: string): Float64Array => Float64Array.from(arrays[name]!);
    const v = column("d").map((d, i) => d - arrays["m_hat"]![i]!);
    const left = column("y").map((y, i) => y - arrays[score === "IV-type" ? "g_hat" : "l_hat"]![i]!);
    const psiA = v.map((value, i) => -value * (score === "IV-type" ? arrays["d"]![i]! : value));
    const estimate = doublemlClusters(psiA, v.map((value, i) => value * left[i]!), [{ clusters: groupOf(arrays["cluster"]!), folds: groupOf(arrays["fold"]!) }]);
    expect(relative(estimate.coef, expected.theta)).toBeLessThan(TOLERANCE);
    expect(relative(estimate.se, expected.se)).toBeLessThan(TOLERANCE);
  });
});

describe("two ways: DoubleML 0.11.4's digits (test/golden/doublemlClusters.py)", () => {
  const golden = JSON.parse(readFileSync(new URL("../golden/doublemlClusters.json", import.meta.url), "utf8")) as TwoWays;

  it.each(golden.cases)("$score", (one) => {
    const ways = [{ clusters: groupOf(golden.firm), folds: groupOf(one.firmFold) }, { clusters: groupOf(golden.market), folds: groupOf(one.marketFold) }] as const;
    const [psiA, psiB] = [Float64Array.from(one.psiA), Float64Array.from(one.psiB)];
    const estimate = doublemlClusters(psiA, psiB, ways);
    // All digits are stored; sums of some hundred numbers.
    expect(relative(estimate.coef, one.coef)).toBeLessThan(1e-12);
    expect(relative(estimate.se, one.se)).toBeLessThan(1e-12);
    const swapped = doublemlClusters(psiA, psiB, [ways[1], ways[0]]);
    expect(relative(swapped.se, one.se)).toBeLessThan(1e-12);
  });
});

describe("the influence", () => {
  const rows = 120;
  const psiA = Float64Array.from({ length: rows }, (_, i) => -1 - ((i * 7) % 5) / 5);
  const psiB = Float64Array.from({ length: rows }, (_, i) => ((i * 37) % 23) / 7 - 1);
  const clusters = groupOf(Array.from({ length: rows }, (_, i) => i < 90 ? i % 30 : (i * i) % 30));

  it("with folds of equal size: its squared sums by cluster add up to the variance, and it sums to zero", () => {
    const folds = groupOf(Array.from(clusters.codes, (cluster) => cluster % 3));
    const { se, influence } = doublemlClusters(psiA, psiB, [{ clusters, folds }]);
    const variance = clusterSums(influence, clusters).reduce((sum, value) => sum + value * value, 0);
    expect(relative(Math.sqrt(variance), se)).toBeLessThan(1e-12);
    expect(Math.abs(influence.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-13);
  });

  it("is the derivative of the coefficient with respect to a row's weight", () => {
    const folds = groupOf(Array.from(clusters.codes, (cluster) => (cluster < 4 ? 0 : 1)));
    const { coef, influence } = doublemlClusters(psiA, psiB, [{ clusters, folds }]);
    const step = 1e-6;
    for (const row of [0, 17, 63]) {
      const more = (values: Float64Array): Float64Array => values.map((value, i) => (i === row ? value * (1 + step) : value));
      const moved = doublemlClusters(more(psiA), more(psiB), [{ clusters, folds }]).coef;
      expect((moved - coef) / step).toBeCloseTo(influence[row]!, 7); // a difference of step 1e-6
    }
  });

  it("refuses folds that split a cluster, and a single cluster", () => {
    const byRow = groupOf(Array.from({ length: rows }, (_, i) => (i < 60 ? 0 : 1)));
    expect(() => doublemlClusters(psiA, psiB, [{ clusters, folds: byRow }])).toThrow(EstimationError);
    const single = groupOf(new Array<number>(rows).fill(0));
    expect(() => doublemlClusters(psiA, psiB, [{ clusters: single, folds: single }])).toThrow(EstimationError);
  });
});
