import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familiesOf } from "../../src/curve/families.js";
import { curveInference } from "../../src/curve/inference.js";
import type { CurveRows } from "../../src/curve/rows.js";
import { type Statistics, statisticsOf } from "../../src/curve/statistics.js";
import { jointInference } from "../../src/inference/joint/jointInference.js";
import type { JointMember } from "../../src/inference/joint/members.js";
import { multiplierBootstrap } from "../../src/kernels/bootstrap.js";
import { createCurveCounter } from "../../src/kernels/curve.js";
import { streamOf } from "../../src/plan/keys.js";
import { madeCurve, type MadeCurve } from "../helpers/curve.js";
import { builds } from "../kernels/builds.js";

const { kernels } = builds[0]!;
const choice = { draws: 400, multiplier: "normal", seed: 7, level: 0.95 } as const;

const small = madeCurve({
  effects: { learner: [0, 0.4, 0.9], sample: [0, 0.2], controls: [0, 0.1, 0.1, 0.3] }, groups: { learner: "uncertain", controls: "equivalent", sample: "different sample" },
  base: 0.8, noise: 0.5, failed: [3, 17], seed: 3, preferred: 9,
});
const found = curveInference(kernels, small.rows, small.scores, choice)!;

/** Numbers of the specifications that have an estimate. */
function estimated({ rows }: MadeCurve): readonly number[] {
  return Array.from({ length: rows.size }, (_, i) => i).filter((i) => !Number.isNaN(rows.theta[i]!));
}

describe("the same as a joint table of the same estimates", () => {
  const members = estimated(small).map((i): JointMember => {
    const { theta, se, p } = small.rows;
    return {
      name: `curve.${i}`, coef: theta[i]!, se: se[i]!, p: p[i]!, freedom: Infinity, ways: [{ name: small.scores.by, labels: small.scores.labels }],
      repetitions: [{ coef: theta[i]!, se: se[i]!, sums: small.scores.scores(i).values }],
    };
  });
  const joint = jointInference(kernels, members, choice);

  it("critical value of joint intervals", () => {
    // Clusters are added up in another order, so the draws differ by rounding.
    expect(found.critical).toBeCloseTo(joint.critical, 10);
  });

  it("Romano-Wolf p values", () => {
    expect(estimated(small).map((i) => found.romanoWolf[i])).toEqual(joint.estimates.map(({ romanoWolf }) => romanoWolf));
    expect([found.romanoWolf[3], found.romanoWolf[17]]).toEqual([NaN, NaN]);
  });
});

it("a specification with a standard error but no influence by cluster is not judged", () => {
  const { rows, scores } = small;
  const silent = { ...scores, scores: (i: number) => (i === 5 ? { ...scores.scores(5), values: new Float64Array(scores.labels.length) } : scores.scores(i)) };
  const without = curveInference(kernels, rows, silent, choice)!;
  expect([without.judged, without.romanoWolf[5]]).toEqual([found.judged - 1, NaN]);
  expect(without).toEqual(curveInference(kernels, { ...rows, theta: rows.theta.map((value, i) => (i === 5 ? NaN : value)) }, scores, choice));
});

describe("the same as a slow twin that keeps every draw", () => {
  const numbers = estimated(small);
  const labels = Uint32Array.from(small.scores.labels.flatMap((label) => streamOf(small.scores.by, label)));
  const draws = multiplierBootstrap(kernels, { influence: numbers.map((i) => small.scores.scores(i).values), labels, key: streamOf("multipliers", choice.seed, 0), multiplier: choice.multiplier, draws: choice.draws });
  const { rows } = small;
  const option = (i: number, d: number): number => rows.choices[i * 3 + d]!;

  it.each([
    ["all", () => true],
    ["equivalent", (i: number) => option(i, 0) === option(9, 0) && option(i, 1) === option(9, 1)],
    ["uncertain", (i: number) => option(i, 1) === option(9, 1) && option(i, 2) === option(9, 2)],
    ["different sample", (i: number) => option(i, 0) === option(9, 0) && option(i, 2) === option(9, 2)],
    ["learner c", (i: number) => option(i, 0) === 2],
    ["controls b", (i: number) => option(i, 2) === 1],
  ] as const)("%s", (name, isMember) => {
    const family = found.families.find((one) => [one.name.kind, "group" in one.name && one.name.group, "option" in one.name && one.name.option].includes(name))!;
    const places = numbers.flatMap((i, place) => (isMember(i) ? [place] : []));
    expect(family.size).toBe(places.length);
    const own = plain(places.map((k) => rows.theta[numbers[k]!]!), places.map((k) => numbers[k]!), rows);
    const drawn = Array.from({ length: choice.draws }, (_, b) => plain(places.map((k) => draws[k]![b]!), places.map((k) => numbers[k]!), rows));
    const share = (of: (one: typeof own) => number): number => drawn.filter((one) => of(one) >= of(own)).length / choice.draws;
    expect({ median: family.median, dominant: family.dominant, significant: family.significant }).toEqual({ median: own.median, dominant: own.dominant, significant: own.significant });
    expect(family.p).toEqual({ median: share(({ median }) => Math.abs(median)), dominant: share(({ dominant }) => dominant), significant: share(({ significant }) => significant), z: share(({ z }) => Math.abs(z)) });
    expect(family.se).toBeCloseTo(Math.sqrt(drawn.reduce((sum, { median }) => sum + median ** 2, 0) / choice.draws), 12);
    // The interval leaves zero out just where the test refuses it, but for the one draw between which the quantile lies.
    if (Math.abs(family.p.median - 0.05) > 1 / choice.draws) expect(family.ci[0] > 0 || family.ci[1] < 0).toBe(family.p.median < 0.05);
  });

  it("the envelope: quantiles over draws at each rank of the sorted curve", () => {
    const curves = Array.from({ length: choice.draws }, (_, b) => draws.map((one) => one[b]!).sort((a, z) => a - z));
    expect([...found.envelope.ranks]).toEqual(numbers.map((_, rank) => rank));
    numbers.forEach((_, rank) => {
      const at = curves.map((one) => one[rank]!).sort((a, z) => a - z);
      const quantile = (p: number): number => at[Math.floor(p * 399)]! + (p * 399 - Math.floor(p * 399)) * (at[Math.ceil(p * 399)]! - at[Math.floor(p * 399)]!);
      expect(found.envelope.low[rank]).toBeCloseTo(quantile(0.025), 12);
      expect(found.envelope.middle[rank]).toBeCloseTo(quantile(0.5), 12);
      expect(found.envelope.high[rank]).toBeCloseTo(quantile(0.975), 12);
    });
  });
});

/** Simonsohn, Simmons and Nelson's statistics, by the book. */
function plain(theta: readonly number[], numbers: readonly number[], { se, lower, upper, theta: reported }: CurveRows): { median: number; dominant: number; significant: number; z: number } {
  const sorted = [...theta].sort((a, b) => a - b);
  const n = theta.length;
  const positive = theta.filter((value) => value > 0).length;
  const sign = 2 * positive >= n ? 1 : -1;
  const isSignificant = (value: number, j: number): boolean => sign * value > (upper[numbers[j]!]! - lower[numbers[j]!]!) / 2 && !Number.isNaN(reported[numbers[j]!]!);
  return {
    median: (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2, dominant: Math.max(positive, n - positive) / n,
    significant: theta.filter(isSignificant).length / n, z: theta.reduce((sum, value, j) => sum + value / se[numbers[j]!]!, 0) / Math.sqrt(n),
  };
}

it("turning every sign turns the statistics: shares stay, medians and z change sign", () => {
  fc.assert(fc.property(fc.array(fc.double({ noNaN: true, min: 0.01, max: 3 }), { minLength: 1, maxLength: 21 }).filter(({ length }) => length % 2 === 1), (sizes) => {
    const theta = Float64Array.from(sizes, (size, j) => (j % 3 === 0 ? -size : size));
    const ones = new Float64Array(theta.length).fill(1);
    const estimates = { se: ones, critical: ones.map(() => 1.96), families: [Uint32Array.from(sizes, (_, j) => j)] };
    const of = (values: Float64Array): Statistics => kernels.heap.scope(() => statisticsOf(createCurveCounter(kernels, estimates)(values), 0, sizes.length));
    const [a, b] = [of(theta), of(theta.map((value) => -value))];
    expect(b).toEqual({ ...a, median: -a.median, direction: -a.direction, z: -a.z });
  }));
});

it("an effect everywhere is found by every test; the unit of the outcome does not matter", () => {
  const strong = madeCurve({ effects: { learner: [0, 0.1], controls: [0, 0.1, 0.2] }, base: 5, noise: 1 });
  const all = curveInference(kernels, strong.rows, strong.scores, choice)!.families[0]!;
  expect(all).toMatchObject({ direction: 1, dominant: 1, significant: 1, p: { median: 0, dominant: expect.any(Number) as number, significant: expect.any(Number) as number, z: 0 } });
  const scale = (values: Float64Array): Float64Array => values.map((value) => value * 1024);
  const { rows, scores } = strong;
  const scaled = curveInference(kernels, { ...rows, theta: scale(rows.theta), se: scale(rows.se), lower: scale(rows.lower), upper: scale(rows.upper) }, { ...scores, scores: (i) => ({ ...scores.scores(i), values: scale(scores.scores(i).values) }) }, choice)!;
  expect(scaled.families[0]).toMatchObject({ median: 1024 * all.median, se: 1024 * all.se, z: all.z, p: all.p });
  expect(scaled.critical).toBe(curveInference(kernels, rows, scores, choice)!.critical);
});

it("families: options of what varies, types of choices about the preferred specification, nothing of one member", () => {
  const { rows } = madeCurve({ effects: { learner: [0, 0], sample: [0] }, groups: { learner: "equivalent", sample: "uncertain" } });
  const names = (one: CurveRows): readonly string[] => familiesOf(one, Uint32Array.of(0, 1)).map(({ name }) => (name.kind === "option" ? name.option : name.kind === "group" ? name.group : name.kind));
  expect(names(rows)).toEqual(["all", "equivalent", "learner a", "learner b"]);
  expect(names({ ...rows, preferred: null })).toEqual(["all", "learner a", "learner b"]);
});

it("no estimate gives no inference; too few draws are refused", () => {
  const { rows, scores } = madeCurve({ effects: { learner: [0, 0] }, failed: [0, 1] });
  expect(curveInference(kernels, rows, scores, choice)).toBeNull();
  expect(() => curveInference(kernels, small.rows, small.scores, { ...choice, draws: 99 })).toThrow(/99 draws are too few/);
});
