import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { tDraws } from "../../../src/inference/joint/draws.js";
import { type JointChoice, jointInference, judge } from "../../../src/inference/joint/jointInference.js";
import { influenceSums, joinInfluence, type JointMember, rowWay } from "../../../src/inference/joint/members.js";
import { bonferroni, holm, stepDown } from "../../../src/inference/joint/stepDown.js";
import { jointWaldTest } from "../../../src/inference/joint/wald.js";
import { quantileOf, sorted } from "../../../src/inference/quantile.js";
import { median } from "../../../src/inference/repetitions.js";
import { multiplierBootstrap, type Multiplier } from "../../../src/kernels/bootstrap.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { normals } from "../../helpers/random.js";
import { meanOf, wayOf } from "./made.js";

const { kernels } = await createEngine();
const special = createSpecial(kernels);

interface Judged {
  readonly ci: readonly (readonly [number, number])[];
  readonly romanoWolf: readonly number[];
}
interface Golden {
  readonly coefs: readonly (readonly number[])[];
  readonly ses: readonly (readonly number[])[];
  readonly scaledPsi: readonly (readonly (readonly number[])[])[];
  readonly pvalues: readonly number[];
  readonly adjusted: { readonly bonferroni: readonly number[]; readonly holm: readonly number[] };
  readonly exact: Judged & { readonly draws: readonly (readonly (readonly number[])[])[] };
  readonly limits: Readonly<Record<Multiplier, Judged>>;
}
/** By repetition, by estimate (test/golden/joint.py). */
const golden = JSON.parse(readFileSync(new URL("../../golden/joint.json", import.meta.url), "utf8")) as Golden;
const LEVEL = 0.9;

/** The golden estimates, each row of the file by itself. */
function goldenMembers(): readonly JointMember[] {
  const rows = golden.scaledPsi[0]![0]!.length;
  const ways = [rowWay(Uint32Array.from({ length: rows }, (_, i) => i))];
  return golden.coefs[0]!.map((_, k) => {
    const repetitions = golden.coefs.map((coefs, r) => ({
      coef: coefs[k]!, se: golden.ses[r]![k]!,
      sums: influenceSums(Float64Array.from(golden.scaledPsi[r]![k]!, (psi) => psi / rows), ways),
    }));
    const coef = median(repetitions.map((one) => one.coef));
    return { name: `d${k + 1}`, coef, se: median(repetitions.map((one) => one.se)), p: golden.pvalues[k]!, freedom: Infinity, ways, repetitions };
  });
}

describe("DoubleML 0.11.4", () => {
  test("from its own t statistics: its joint limits and Romano-Wolf p values", () => {
    const judged = golden.exact.draws.map((draws, r) =>
      judge(golden.coefs[r]!.map((coef, k) => coef / golden.ses[r]![k]!), draws.map((one) => Float64Array.from(one)), LEVEL));
    golden.exact.ci.forEach((ci, k) => {
      // The same few operations on the same numbers.
      ([-1, 1] as const).forEach((side, i) => expect(median(judged.map((one, r) => golden.coefs[r]![k]! + side * one.critical * golden.ses[r]![k]!))).toBeCloseTo(ci[i]!, 14));
      expect(median(judged.map((one) => one.p[k]!))).toBe(golden.exact.romanoWolf[k]);
    });
  });

  test.each(["normal", "wild", "bayes"] as const)("from the scores, %s multipliers of our own: within four Monte Carlo errors", (multiplier) => {
    const THEIRS = 100_000;
    const choice: JointChoice = { draws: 20_000, multiplier, seed: 1, level: LEVEL };
    const members = goldenMembers();
    const { estimates } = jointInference(kernels, members, choice);
    const joined = joinInfluence(members);
    const { maxima } = stepDown(joined.repetitions[0]!.coefs, tDraws(kernels, joined, 0, choice));
    const ascending = sorted(maxima);
    const inverseDensity = (quantileOf(ascending, LEVEL + 0.02) - quantileOf(ascending, LEVEL - 0.02)) / 0.04;
    const noise = (share: number): number => 4 * Math.sqrt(share * (1 - share) * (1 / choice.draws + 1 / THEIRS));
    estimates.forEach(({ jointCi, romanoWolf }, k) => {
      const { ci, romanoWolf: p } = golden.limits[multiplier];
      const largest = Math.max(...golden.ses.map((ses) => ses[k]!));
      jointCi.forEach((limit, i) => expect(Math.abs(limit - ci[k]![i]!)).toBeLessThan(noise(LEVEL) * inverseDensity * largest));
      expect(Math.abs(romanoWolf - p[k]!)).toBeLessThan(noise(p[k]!));
    });
  });

  test("statsmodels' Bonferroni and Holm", () => {
    golden.adjusted.bonferroni.forEach((p, k) => expect(bonferroni(golden.pvalues)[k]).toBeCloseTo(p, 14));
    golden.adjusted.holm.forEach((p, k) => expect(holm(golden.pvalues)[k]).toBeCloseTo(p, 14));
  });
});

describe("step-down", () => {
  /** As the definition reads: each maximum anew over the estimates not yet judged. */
  const plain = (t: readonly number[], draws: readonly Float64Array[]): readonly number[] => {
    const order = t.map((_, k) => k).sort((a, b) => Math.abs(t[b]!) - Math.abs(t[a]!));
    const p: number[] = [];
    order.forEach((k, i) => {
      const rest = order.slice(i);
      const reached = [...draws[0]!].filter((_, b) => Math.max(...rest.map((j) => Math.abs(draws[j]![b]!))) >= Math.abs(t[k]!)).length;
      p[k] = Math.max(reached / draws[0]!.length, i === 0 ? 0 : p[order[i - 1]!]!);
    });
    return p;
  };
  const families = fc.integer({ min: 1, max: 6 }).chain((estimates) => {
    const numbers = (length: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });
    return fc.record({ t: numbers(estimates), draws: fc.array(numbers(12).map((values) => Float64Array.from(values)), { minLength: estimates, maxLength: estimates }) });
  });

  test("equals the plain definition, ties and all", () => {
    fc.assert(fc.property(families, ({ t, draws }) => {
      expect(stepDown(t, draws).p).toEqual(plain(t, draws));
    }));
  });

  test("adjusted p values are in the order of |t|, and Holm's never above Bonferroni's", () => {
    fc.assert(fc.property(families, ({ t, draws }) => {
      const { p } = stepDown(t, draws);
      t.forEach((a, j) => t.forEach((b, k) => {
        if (Math.abs(a) >= Math.abs(b)) expect(p[j]).toBeLessThanOrEqual(p[k]!);
      }));
      holm(p).forEach((one, k) => expect(one).toBeLessThanOrEqual(bonferroni(p)[k]!));
    }));
  });

  test("one estimate: the share of draws as large", () => {
    expect(stepDown([1.5], [Float64Array.of(1, -2, 0.5, 1.5)]).p).toEqual([0.5]);
  });
});

test("with clusters: the draws of an estimate have its cluster-robust, uncorrected variance", () => {
  const normal = normals(special, 5);
  const cities = Array.from({ length: 200 }, (_, i) => `city ${i % 40}`);
  const shocks = Array.from({ length: 40 }, normal);
  const member = meanOf("a", cities.map((_, i) => shocks[i % 40]! + normal()), [wayOf("city", cities)]);
  const { labels, repetitions } = joinInfluence([member]);
  const [draws] = multiplierBootstrap(kernels, { influence: repetitions[0]!.influence, labels, key: [1, 2], multiplier: "normal", draws: 20_000 });
  const variance = draws!.reduce((sum, value) => sum + value * value, 0) / draws!.length;
  // A variance of B normal draws has the relative error sqrt(2 / B).
  expect(Math.abs(variance / member.se ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
});

describe("error rates in 400 worlds, five correlated means, no effect", () => {
  const WORLDS = 400;
  const choice: JointChoice = { draws: 500, multiplier: "normal", seed: 1, level: 0.95 };
  /** Five columns that share a half of their variance, by row: a shock of each way's level and one of the row. */
  const world = (seed: number, ways: readonly ReturnType<typeof wayOf>[]): readonly JointMember[] => {
    const normal = normals(special, seed);
    const shock = (length: number): number[][] => {
      const common = Array.from({ length }, normal);
      return Array.from({ length: 5 }, () => common.map((one) => Math.SQRT1_2 * (one + normal())));
    };
    const byWay = ways.map(({ labels }) => shock(labels.length));
    const own = shock(ways[0]!.codes.length);
    return own.map((column, k) => meanOf(`y${k}`, column.map((value, i) => value + ways.reduce((sum, { codes }, w) => sum + byWay[w]![k]![codes[i]!]!, 0)), ways));
  };
  /** With the G / (G - 1) of clustered errors. */
  const corrected = (members: readonly JointMember[], clusters: number): readonly JointMember[] => {
    const factor = Math.sqrt(clusters / (clusters - 1));
    return members.map((member) => ({ ...member, se: factor * member.se, repetitions: member.repetitions.map((one) => ({ ...one, se: factor * one.se })) }));
  };
  const misses = (members: readonly JointMember[]): boolean => jointInference(kernels, members, choice).estimates.some(({ jointCi }) => jointCi[0] > 0 || jointCi[1] < 0);
  // A share of 5 % in 400 has the standard error 1.1 %; few clusters add to it.
  const LEAST = 0.03 * WORLDS;
  const MOST = 0.075 * WORLDS;

  test("100 clusters: joint intervals miss, and the Wald test rejects, in 3 to 7.5 %; intervals one by one in more", () => {
    const ways = [wayOf("city", Array.from({ length: 300 }, (_, i) => String(i % 100)))];
    let [joint, wald, single] = [0, 0, 0];
    for (let seed = 1; seed <= WORLDS; seed++) {
      const members = corrected(world(seed, ways), 100);
      if (misses(members)) joint++;
      const identity = members.map((_, j) => members.map((__, k) => (j === k ? 1 : 0)));
      if (jointWaldTest(special, members, { weights: identity, values: members.map(() => 0) }).pF < 0.05) wald++;
      if (members.some(({ coef, se }) => Math.abs(coef / se) > 1.96)) single++;
    }
    for (const count of [joint, wald]) {
      expect(count).toBeGreaterThanOrEqual(LEAST);
      expect(count).toBeLessThanOrEqual(MOST);
    }
    expect(single).toBeGreaterThan(0.11 * WORLDS);
  });

  test("two ways, 50 by 50 clusters: joint intervals miss in 3 to 7.5 %", () => {
    const cell = Array.from({ length: 2500 }, (_, i) => i);
    const ways = [wayOf("city", cell.map((i) => String(i % 50))), wayOf("year", cell.map((i) => String(Math.floor(i / 50))))];
    let joint = 0;
    for (let seed = 1; seed <= WORLDS; seed++) if (misses(world(seed, ways))) joint++;
    expect(joint).toBeGreaterThanOrEqual(LEAST);
    expect(joint).toBeLessThanOrEqual(MOST);
  });
});

describe("estimates judged by Student's t", () => {
  const cities = Array.from({ length: 60 }, (_, i) => `city ${i % 8}`);
  const world = fc.record({
    seed: fc.integer({ min: 1, max: 1e6 }), level: fc.constantFrom(0.8, 0.9, 0.95),
    freedoms: fc.array(fc.oneof(fc.double({ min: 1, max: 12, noNaN: true }), fc.constant(Infinity)), { minLength: 3, maxLength: 3 }),
  });
  const membersOf = (seed: number, freedoms: readonly number[]): readonly JointMember[] => {
    const normal = normals(special, seed);
    return freedoms.map((freedom, k) => {
      const member = meanOf(`y${k}`, cities.map(() => normal()), [wayOf("city", cities)]);
      return { ...member, freedom, p: 2 * special.studentTail(Math.abs(member.coef / member.se), freedom) };
    });
  };

  test("a joint interval holds the estimate's own of the same level, and a Romano-Wolf p value is not below its own", () => {
    fc.assert(fc.property(world, ({ seed, level, freedoms }) => {
      const members = membersOf(seed, freedoms);
      const { estimates } = jointInference(kernels, members, { draws: 1000, multiplier: "normal", seed, level });
      estimates.forEach(({ ci, jointCi, coef, se, p, romanoWolf }, k) => {
        expect((ci[1] - coef) / se).toBeCloseTo(special.studentQuantile((1 + level) / 2, freedoms[k]!), 9);
        expect(jointCi[0]).toBeLessThan(ci[0]);
        expect(jointCi[1]).toBeGreaterThan(ci[1]);
        // The share of 1,000 draws as large has the standard error 1.6 % at most.
        expect(romanoWolf).toBeGreaterThan(p - 4 * Math.sqrt((p * (1 - p)) / 1000) - 1e-3);
      });
    }), { numRuns: 60 });
  });

  test("the critical value of each has the tail of the draws', and normal ones have it as it is", () => {
    const { estimates, critical } = jointInference(kernels, membersOf(3, [7, Infinity, 2.5]), { draws: 1000, multiplier: "normal", seed: 3, level: 0.95 });
    expect(estimates[1]!.critical).toBe(critical);
    [7, Infinity, 2.5].forEach((freedom, k) => expect(special.studentTail(estimates[k]!.critical, freedom) / special.normalTail(critical)).toBeCloseTo(1, 10));
  });

  test("8 clusters, five means, no effect: joint intervals by t miss in 3 to 7.5 % of 400 worlds, by the normal in more", () => {
    let [byT, byNormal] = [0, 0];
    for (let seed = 1; seed <= 400; seed++) {
      const members = membersOf(seed, [7, 7, 7, 7, 7]).map((member): JointMember => {
        const factor = Math.sqrt(8 / 7);
        return { ...member, se: factor * member.se, repetitions: member.repetitions.map((one) => ({ ...one, se: factor * one.se })) };
      });
      const misses = (own: readonly JointMember[]): boolean => jointInference(kernels, own, { draws: 500, multiplier: "normal", seed: 1, level: 0.95 }).estimates.some(({ jointCi }) => jointCi[0] > 0 || jointCi[1] < 0);
      if (misses(members)) byT++;
      if (misses(members.map((member) => ({ ...member, freedom: Infinity })))) byNormal++;
    }
    expect(byT).toBeGreaterThanOrEqual(0.025 * 400);
    expect(byT).toBeLessThanOrEqual(0.085 * 400);
    expect(byNormal).toBeGreaterThan(0.11 * 400);
  });
});

test("few draws are refused", () => {
  expect(() => jointInference(kernels, goldenMembers(), { draws: 50, multiplier: "normal", seed: 1, level: 0.95 })).toThrow(/too few/);
});
