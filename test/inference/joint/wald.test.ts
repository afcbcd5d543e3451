import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { influenceSums, type JointMember, rowWay } from "../../../src/inference/joint/members.js";
import { splitShare } from "../../../src/inference/splitShare.js";
import { combine, difference, jointWaldTest } from "../../../src/inference/joint/wald.js";
import { median } from "../../../src/inference/repetitions.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { normals } from "../../helpers/random.js";
import { meanOf, wayOf } from "./made.js";

const special = createSpecial((await createEngine()).kernels);

interface Golden {
  readonly coefs: readonly (readonly number[])[];
  readonly ses: readonly (readonly number[])[];
  readonly scaledPsi: readonly (readonly (readonly number[])[])[];
  readonly wald: readonly { readonly weights: readonly (readonly number[])[]; readonly values: readonly number[]; readonly chiSquare: number; readonly p: number; readonly pF: number }[];
}
const golden = JSON.parse(readFileSync(new URL("../../golden/joint.json", import.meta.url), "utf8")) as Golden;
const rows = golden.scaledPsi[0]![0]!.length;
const ways = [rowWay(Uint32Array.from({ length: rows }, (_, i) => i))];
/** The golden estimates of some repetitions. */
function members(repetitions: readonly number[]): readonly JointMember[] {
  return golden.coefs[0]!.map((_, k) => {
    const made = repetitions.map((r) => ({
      coef: golden.coefs[r]![k]!, se: golden.ses[r]![k]!,
      sums: influenceSums(Float64Array.from(golden.scaledPsi[r]![k]!, (psi) => psi / rows), ways),
    }));
    return { name: `d${k + 1}`, coef: median(made.map((one) => one.coef)), se: 1, p: 1, freedom: Infinity, ways, repetitions: made };
  });
}
/** A 4 by 4 matrix well away from singular, solved in a few operations: two or three digits above the last. */
const TOLERANCE = 1e-12;

describe("Wald test", () => {
  test.each(golden.wald)("numpy's and scipy's statistic and p values, %#", ({ weights, values, chiSquare, p, pF }) => {
    const test = jointWaldTest(special, members([0]), { weights, values });
    expect(Math.abs(test.chiSquare / chiSquare - 1)).toBeLessThan(TOLERANCE);
    expect(Math.abs(test.p / p - 1)).toBeLessThan(100 * TOLERANCE); // the tail's slope: p moves by chiSquare / 2 times as much
    expect(Math.abs(test.pF / pF - 1)).toBeLessThan(100 * TOLERANCE);
    expect(test.freedom).toBe(rows - 1);
  });

  test("restrictions written otherwise give the same statistic", () => {
    const { weights, values, chiSquare } = golden.wald[2]!;
    const [a, b] = weights as readonly [readonly number[], readonly number[]];
    const other = [a.map((w, j) => 3 * w + b[j]!), a.map((w, j) => w - 2 * b[j]!)];
    const [u = NaN, v = NaN] = values;
    const test = jointWaldTest(special, members([0]), { weights: other, values: [3 * u + v, u - 2 * v] });
    expect(Math.abs(test.chiSquare / chiSquare - 1)).toBeLessThan(100 * TOLERANCE);
  });

  test("several repetitions, one restriction: the squared t of the combination", () => {
    const all = members([0, 1, 2]);
    const { t } = combine(special, all, [1, -1, 0, 0.5]);
    const { chiSquare } = jointWaldTest(special, all, { weights: [[1, -1, 0, 0.5]], values: [0] });
    expect(Math.abs(chiSquare / (t * t) - 1)).toBeLessThan(TOLERANCE);
  });

  test("redundant restrictions are refused", () => {
    expect(() => jointWaldTest(special, members([0]), { weights: [[1, -1, 0, 0], [2, -2, 0, 0]], values: [0, 0] })).toThrow(/follow from each other/);
  });
});

describe("differences", () => {
  test("one estimate by itself: its median variance with the spread between repetitions (definition 3.3)", () => {
    const [first] = members([0, 1, 2]) as readonly [JointMember, ...JointMember[]];
    const variances = first.repetitions.map(({ coef, se }) => se * se + (coef - first.coef) ** 2);
    expect(combine(special, [first], [1]).se).toBeCloseTo(Math.sqrt(median(variances)), 14);
  });

  test("b - a is a - b with the other sign", () => {
    const [a, b] = members([0, 1, 2]) as readonly [JointMember, JointMember, ...JointMember[]];
    const [one, other] = [difference(special, a, b), difference(special, b, a)];
    expect(other.coef).toBe(-one.coef);
    expect(other.se).toBeCloseTo(one.se, 15);
    expect(other.p).toBeCloseTo(one.p, 14);
  });

  test("samples without a cluster in common: variances add up; a paired difference has that of the pairs' differences", () => {
    const normal = normals(special, 11);
    const before = Array.from({ length: 60 }, normal);
    const after = before.map((value) => value + 0.3 * normal());
    const city = (prefix: string): readonly ReturnType<typeof wayOf>[] => [wayOf("city", before.map((_, i) => `${prefix}${i % 20}`))];
    const apart = difference(special, meanOf("a", after, city("a")), meanOf("b", before, city("b")));
    expect(apart.se).toBeCloseTo(Math.sqrt(meanOf("a", after, city("a")).se ** 2 + meanOf("b", before, city("b")).se ** 2), 14);
    const paired = difference(special, meanOf("a", after, city("a")), meanOf("b", before, city("a")));
    expect(paired.se).toBeCloseTo(meanOf("d", after.map((value, i) => value - before[i]!), city("a")).se, 14);
    expect(paired.pT).toBeGreaterThan(paired.p);
  });

  test("an estimate less itself is refused", () => {
    const [a] = members([0]) as readonly [JointMember, ...JointMember[]];
    expect(() => difference(special, a, { ...a, name: "again" })).toThrow(/with itself/);
  });
});

describe("the split's share", () => {
  test("by hand: v = (pi / 2) s^2 / R", () => {
    const share = splitShare([{ coef: 1, se: 0.5 }, { coef: 2, se: 1 }, { coef: 3, se: 2 }])!;
    const v = Math.PI / 2 / 3;
    expect(share).toMatchObject({ repetitions: 3, spread: 1, se: 1 });
    expect(share.share).toBeCloseTo(v / (v + 1), 15);
    expect(share.meanShare).toBeCloseTo(1 / 3 / (1 / 3 + 1), 15);
    expect(share.needed).toBe(30); // (pi / 2) .95 / .05 = 29.85
    expect(share.sentence).toContain("34.4 % of the variance of the median over 3 repetitions; about 30 repetitions would bring it to 5 %");
  });

  test("as many repetitions as needed are enough, one fewer is not; none are asked for where nothing moves", () => {
    const spread = (count: number): number => (Math.PI / 2) * (0.7 * 0.7) / count;
    const { needed } = splitShare([{ coef: 0, se: 0.9 }, { coef: 0.7 * Math.SQRT2, se: 0.9 }])!;
    const shareAt = (count: number): number => spread(count) / (spread(count) + 0.81);
    expect(shareAt(needed)).toBeLessThanOrEqual(0.05);
    expect(shareAt(needed - 1)).toBeGreaterThan(0.05);
    expect(splitShare([{ coef: 1, se: 1 }, { coef: 1, se: 1 }])).toMatchObject({ share: 0, needed: 1 });
    expect(splitShare([{ coef: 1, se: 1 }])).toBeNull();
  });

  test("the median of normal numbers varies as the share assumes", () => {
    const normal = normals(special, 2);
    const medians = Array.from({ length: 4000 }, () => median(Array.from({ length: 51 }, normal)));
    const variance = medians.reduce((sum, value) => sum + value * value, 0) / medians.length;
    // sqrt(2 / 4000) is 2.2 %; 51 numbers are within 2 % of the limit pi / 2.
    expect(Math.abs((variance * 51) / (Math.PI / 2) - 1)).toBeLessThan(0.02 + 3 * 0.022);
  });
});
