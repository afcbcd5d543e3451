import { describe, expect, it } from "vitest";
import { influenceOf } from "../../src/curve/draws.js";
import { spreadOf, type Spread } from "../../src/curve/spread.js";
import { OTHER } from "../../src/curve/rows.js";
import { madeCurve, type MadeCurve } from "../helpers/curve.js";
import { builds } from "../kernels/builds.js";

const { kernels } = builds[0]!;
const choice = { draws: 400, multiplier: "normal", seed: 7 } as const;
const EFFECTS = { learner: [0, 0.4, 0.9], sample: [0, 0.2], controls: [0, 0.1, 0.1, 0.3] };

function spread({ rows, scores }: MadeCurve): Spread {
  const numbers = Uint32Array.from({ length: rows.size }, (_, i) => i).filter((i) => !Number.isNaN(rows.theta[i]!));
  return spreadOf(kernels, rows, numbers, influenceOf(scores, numbers), choice);
}

/** Sum of squares about the mean of `y` explained by dummies of some dimensions, by Gram and Schmidt. */
function explained(y: readonly number[], options: readonly (readonly number[])[]): number {
  const centred = (x: readonly number[]): number[] => x.map((value) => value - x.reduce((sum, one) => sum + one, 0) / x.length);
  const inner = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const basis: number[][] = [];
  for (const own of options) {
    for (const o of new Set(own)) {
      let column = centred(own.map((one) => (one === o ? 1 : 0)));
      for (const before of basis) column = column.map((value, i) => value - inner(column, before) * before[i]!);
      const length = Math.sqrt(inner(column, column));
      if (length > 1e-6) basis.push(column.map((value) => value / length));
    }
  }
  return basis.reduce((sum, one) => sum + inner(one, centred(y)) ** 2, 0);
}

/** What each dimension adds to those before it, the mean over all orders. */
function overOrders(y: readonly number[], options: readonly (readonly number[])[]): readonly number[] {
  const orders = (rest: readonly number[]): number[][] => (rest.length === 0 ? [[]] : rest.flatMap((one) => orders(rest.filter((other) => other !== one)).map((order) => [one, ...order])));
  const all = orders(options.map((_, d) => d));
  return options.map((_, d) => all.reduce((sum, order) => {
    const before = order.slice(0, order.indexOf(d)).map((one) => options[one]!);
    return sum + explained(y, [...before, options[d]!]) - explained(y, before);
  }, 0) / all.length);
}

describe.each([["a full cross", []], ["a cross with holes", [0, 3, 4, 17, 22]]] as const)("%s", (_, failed) => {
  const curve = madeCurve({ effects: EFFECTS, noise: 0.5, failed, seed: 5 });
  const numbers = Array.from({ length: 24 }, (_, i) => i).filter((i) => !(failed as readonly number[]).includes(i));
  const options = [0, 1, 2].map((d) => numbers.map((i) => curve.rows.choices[i * 3 + d]!));
  const theta = numbers.map((i) => curve.rows.theta[i]!);
  const own = spread(curve);
  const n = numbers.length;

  it("by dimension: what it adds in a regression on options, the mean over all orders", () => {
    const twin = overOrders(theta, options);
    own.dimensions.forEach(({ name, sd, share }, d) => {
      expect(name).toBe(Object.keys(EFFECTS)[d]);
      expect(sd).toBeCloseTo(Math.sqrt(twin[d]! / n), 10);
      expect(share).toBeCloseTo(twin[d]! / n / own.sd ** 2, 10);
    });
  });

  it("shares and interactions add up to one, and so do squares of noise", () => {
    expect(own.dimensions.reduce((sum, { share }) => sum + share, own.interactions.share)).toBeCloseTo(1, 10);
    expect(own.dimensions.reduce((sum, { noise }) => sum + noise ** 2, own.interactions.noise ** 2)).toBeCloseTo(own.noise ** 2, 10);
  });

  it("noise: the sum over clusters of the same decomposition of the influence", () => {
    const scores = numbers.map((i) => curve.scores.scores(i).values);
    const twins = Array.from({ length: 30 }, (_, g) => overOrders(scores.map((one) => one[g]!), options));
    own.dimensions.forEach(({ noise }, d) => expect(noise).toBeCloseTo(Math.sqrt(twins.reduce((sum, twin) => sum + twin[d]!, 0) / n), 10));
  });
});

it("in a full cross the parts are those of the analysis of variance: variances of option means", () => {
  const curve = madeCurve({ effects: EFFECTS, noise: 0.5 });
  const means = [0, 1, 2].map((o) => [...curve.rows.theta].filter((_, i) => curve.rows.choices[i * 3] === o).reduce((sum, value) => sum + value, 0) / 8);
  const mean = means.reduce((sum, value) => sum + value, 0) / 3;
  expect(spread(curve).dimensions[0]!.sd).toBeCloseTo(Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3), 12);
});

it("a choice that matters is told from one that does not", () => {
  const { dimensions, sd, noise } = spread(madeCurve({ effects: { learner: [0, 2], controls: [0, 0, 0, 0] }, noise: 0.3, seed: 12 }));
  expect(dimensions[0]).toMatchObject({ name: "learner", p: 0 });
  expect(dimensions[0]!.share).toBeGreaterThan(0.9);
  expect(dimensions[1]!.p).toBeGreaterThan(0.05);
  expect(sd).toBeGreaterThan(3 * noise);
});

it("specifications with something else than an option are left out; equal estimates have no shares", () => {
  const curve = madeCurve({ effects: EFFECTS, noise: 0.5 });
  const choices = curve.rows.choices.slice();
  choices[0] = OTHER;
  expect(spread({ ...curve, rows: { ...curve.rows, choices } }).used).toBe(23);
  const same = spread({ ...curve, rows: { ...curve.rows, theta: new Float64Array(24).fill(0.3) } });
  expect([same.sd, ...same.dimensions.map(({ share }) => share)].every((value) => value < 1e-12)).toBe(true);
});

it("beyond twelve dimensions that vary there is no part of each", () => {
  const effects = Object.fromEntries(Array.from({ length: 13 }, (_, d) => [`d${d}`, d < 12 ? [0] : [0, 1]]));
  expect(spread(madeCurve({ effects })).dimensions).toHaveLength(1);
  const many = Object.fromEntries(Array.from({ length: 13 }, (_, d) => [`d${d}`, [0, 0.1]]));
  const curve = madeCurve({ effects: { ...many }, clusters: 4 });
  const few = Uint32Array.from({ length: 64 }, (_, i) => (i * 131) % 8192);
  expect(spreadOf(kernels, curve.rows, few, influenceOf(curve.scores, few), choice).dimensions).toEqual([]);
});
