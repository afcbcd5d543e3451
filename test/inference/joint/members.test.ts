import { expect, test } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { tDraws } from "../../../src/inference/joint/draws.js";
import { jointInference } from "../../../src/inference/joint/jointInference.js";
import { influenceSums, joinInfluence, type JointMember, rowWay } from "../../../src/inference/joint/members.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { normals, uniforms } from "../../helpers/random.js";
import { meanOf, wayOf } from "./made.js";

const { kernels } = await createEngine();
const special = createSpecial(kernels);
const choice = { draws: 200, multiplier: "normal", seed: 7, level: 0.95 } as const;

const normal = normals(special, 3);
const cities = Array.from({ length: 90 }, (_, i) => `city ${i % 30}`);
const values = cities.map(() => normal());
const whole = meanOf("whole", values, [wayOf("city", cities)]);
/** The rows of twenty cities. */
const part = meanOf("part", values.filter((_, i) => i % 30 < 20), [wayOf("city", cities.filter((_, i) => i % 30 < 20))]);

/** The draws of one among several members. */
function drawsOf(members: readonly JointMember[], name: string): readonly number[] {
  const joined = joinInfluence(members);
  return [...tDraws(kernels, joined, 0, choice)[joined.names.indexOf(name)]!];
}

test("row numbers are common clusters: sums where a row is, zero where it is not", () => {
  const ways = [Uint32Array.of(4, 2, 9), Uint32Array.of(9, 7)].map(rowWay);
  const members = ways.map((way, k) => {
    const sums = influenceSums(Float64Array.from(way.labels, (row) => Number(row) + k / 2), [way]);
    return { name: `e${k}`, coef: 0, se: 1, p: 1, freedom: Infinity, ways: [way], repetitions: [{ coef: 0, se: 1, sums }] } as const;
  });
  const { labels, levels, repetitions } = joinInfluence(members);
  expect([...labels]).toEqual([2, 0, 4, 0, 7, 0, 9, 0]);
  expect(levels).toEqual([4]);
  expect(repetitions[0]!.influence.map((one) => [...one])).toEqual([[2, 4, 0, 9], [0, 0, 7.5, 9.5]]);
});

test("an estimate's draws are the same bits beside others, in any order, and with more clusters than its own", () => {
  const alone = drawsOf([part], "part");
  expect(drawsOf([part, whole], "part")).toEqual(alone);
  expect(drawsOf([whole, meanOf("third", values.toReversed(), [wayOf("city", cities)]), part], "part")).toEqual(alone);
});

test("permuted rows change only the rounding of sums", () => {
  const random = uniforms(8);
  const order = values.map((_, i) => i).sort(() => random() - 0.5);
  const shuffled = meanOf("whole", order.map((i) => values[i]!), [wayOf("city", order.map((i) => cities[i]!))]);
  const before = drawsOf([whole], "whole");
  // Sums of a few numbers near one, in another order.
  drawsOf([shuffled], "whole").forEach((value, b) => expect(Math.abs(value - before[b]!)).toBeLessThan(1e-13));
});

test("an estimate rescaled has the same t statistics and p values, and intervals on its scale", () => {
  const scaled = meanOf("part", values.filter((_, i) => i % 30 < 20).map((value) => 1024 * value), [wayOf("city", cities.filter((_, i) => i % 30 < 20))]);
  const [a, b] = [jointInference(kernels, [whole, part], choice).estimates[1]!, jointInference(kernels, [whole, scaled], choice).estimates[1]!];
  expect(b.romanoWolf).toBe(a.romanoWolf);
  expect(b.jointCi).toEqual(a.jointCi.map((limit) => 1024 * limit));
});

test("a small-sample correction of the standard error widens the joint interval by as much", () => {
  const { coef, se, repetitions } = whole;
  const corrected = { ...whole, se: 1.25 * se, repetitions: repetitions.map((one) => ({ ...one, se: 1.25 * one.se })) };
  const half = (member: JointMember): number => jointInference(kernels, [member, part], choice).estimates[0]!.jointCi[1] - coef;
  expect(half(corrected)).toBeCloseTo(1.25 * half(whole), 14);
});

test("the same estimate twice counts once", () => {
  const twice = jointInference(kernels, [whole, { ...whole, name: "again" }], choice);
  expect(twice.critical).toBe(jointInference(kernels, [whole], choice).critical);
});

test("the seed and the repetition decide the draws", () => {
  const [repetition] = part.repetitions;
  const joined = joinInfluence([{ ...part, repetitions: [repetition!, repetition!] }]);
  const [first, second, third] = [tDraws(kernels, joined, 0, choice), tDraws(kernels, joined, 1, choice), tDraws(kernels, joined, 0, { ...choice, seed: 8 })];
  expect(second).not.toEqual(first);
  expect(third).not.toEqual(first);
});

test("two ways: the draws' variance is the sum of both ways'", () => {
  const years = cities.map((_, i) => String(Math.floor(i / 10)));
  const ways = [wayOf("city", cities), wayOf("year", years)];
  const member = meanOf("a", values, ways);
  const square = (way: (typeof ways)[number]): number => meanOf("a", values, [way]).se ** 2;
  const { levels, repetitions } = joinInfluence([member]);
  expect(levels).toEqual([30, 9]);
  expect(repetitions[0]!.influence[0]!.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(square(ways[0]!) + square(ways[1]!), 14);
});

test("the order in which two ways are named means nothing", () => {
  const [city, year] = [wayOf("city", cities), wayOf("year", cities.map((_, i) => String(i % 7)))];
  expect(drawsOf([meanOf("a", values, [year, city])], "a")).toEqual(drawsOf([meanOf("a", values, [city, year])], "a"));
});

test("what cannot be joined is refused by name", () => {
  const province = meanOf("other", values, [wayOf("province", cities)]);
  expect(() => joinInfluence([whole, province])).toThrow("The errors of `whole` are clustered by `city`, those of `other` by `province`");
  expect(() => joinInfluence([whole, meanOf("rows", values, [rowWay(Uint32Array.from(values, (_, i) => i))])])).toThrow(/`rows` by `row of the file`/);
  expect(() => joinInfluence([whole, { ...part, repetitions: [...part.repetitions, ...part.repetitions] }])).toThrow("`whole` has 1 repetitions and `part` 2");
  expect(() => joinInfluence([whole, meanOf("constant", values.map(() => 1), [wayOf("city", cities)])])).toThrow("`constant` has no standard error");
  expect(() => tDraws(kernels, joinInfluence([{ ...part, repetitions: [{ ...part.repetitions[0]!, sums: new Float64Array(20) }] }]), 0, choice)).toThrow("influence of `part`");
  expect(() => joinInfluence([])).toThrow("no estimate");
});
