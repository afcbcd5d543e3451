import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dot } from "../../../src/fit/residuals.js";
import { andersonRubin } from "../../../src/inference/instruments/andersonRubin.js";
import { type ConfidenceSet, quadraticSet } from "../../../src/inference/instruments/confidenceSet.js";
import { contains, setOfScores } from "../../helpers/confidenceSets.js";
import { momentCovariance } from "../../../src/inference/instruments/moments.js";
import { momentTest } from "../../../src/inference/instruments/momentTest.js";
import { chiSquareQuantile, hotellingQuantile } from "../../../src/inference/instruments/quantiles.js";
import { semidefiniteSet } from "../../../src/inference/instruments/semidefinite.js";
import { wald } from "../../../src/inference/matrices/cholesky.js";
import { type InstrumentalVariables, withoutConstant } from "../../../src/inference/instruments/system.js";
import { twoStageLeastSquares } from "../../../src/inference/instruments/twoStage.js";
import { type ErrorSetting, standardErrors } from "../../../src/inference/errors/covariance.js";
import type { Group } from "../../../src/kernels/design.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { normalsOf } from "../../helpers/normals.js";
import { builds } from "../../kernels/builds.js";

const [{ kernels }] = builds as readonly [typeof builds[0] & object];
const special = createSpecial(kernels);
const normals = normalsOf(special);

type Kind = "homoskedastic" | "hc0" | "hc1" | "cluster" | "two ways" | "driscoll-kraay";

interface Design {
  readonly rows: number;
  readonly instruments: number;
  /** Coefficient of every instrument in the first stage. */
  readonly strength: number;
  readonly effect: number;
  /** What the instruments do to the outcome by themselves: not valid where it is not 0. */
  readonly direct: number;
  /** What outcome and treatment do not have in common: the smaller, the more endogenous. */
  readonly noise: number;
}

function draw(seed: number, { rows, instruments, strength, effect, direct, noise: share }: Design, constant = true): InstrumentalVariables {
  const z = Array.from({ length: instruments }, (_, q) => normals(seed * 977 + 31 * q + 5, rows));
  const common = normals(seed * 977 + 1, rows);
  const [own, noise] = [normals(seed * 977 + 2, rows), normals(seed * 977 + 3, rows)];
  const sum = (i: number): number => z.reduce((total, column) => total + column[i]!, 0);
  const w = Float64Array.from(common, (value, i) => strength * sum(i) + value + share * own[i]! * (1 + 0.5 * Math.abs(z[0]![i]!)));
  const y = Float64Array.from(common, (value, i) => effect * w[i]! + value + share * noise[i]! + direct * z.at(-1)![i]!);
  return { y, x: [w], z, ones: new Float64Array(rows).fill(1), constant };
}

/** Clusters of rows five by five, by every seventh, or by both; periods of four rows. */
function settingOf(kind: Kind, rows: number): ErrorSetting {
  const near = { codes: Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 5)), levels: Math.ceil(rows / 5) };
  const far = { codes: near.codes.map((_, i) => i % 7), levels: 7 };
  const shared = { rule: "min", correction: true, parameters: 2 } as const;
  switch (kind) {
    case "cluster":
      return { kind, clusters: [near], ...shared };
    case "two ways":
      return { kind: "cluster", clusters: [near, far], ...shared };
    case "driscoll-kraay":
      return { kind, serial: { periods: near.codes.map((_, i) => Math.floor(i / 4)), lags: 2 }, correction: true, parameters: 2 };
    default:
      return { kind, parameters: 2 };
  }
}

/** The statistic at one effect over the largest that is not rejected, from its definition: a slow twin. */
function ratioAt(system: InstrumentalVariables, theta: number, setting: ErrorSetting, level: number): number {
  const { y, x, z } = withoutConstant(system);
  const e = y.map((value, i) => value - theta * x[0]![i]!);
  const k = z.length;
  if (setting.kind === "cluster" && setting.clusters.length === 1) {
    const groups = setting.clusters[0]!.levels;
    const factor = (e.length - 1) / (e.length - setting.parameters);
    return hotellingOfSums(z.map((column) => sumsByCluster(column.map((value, i) => value * e[i]!), setting.clusters[0]!))) / factor / hotellingQuantile(1 - level, k, groups - 1, special);
  }
  const { centring, scale, freedom } = momentTest(setting);
  const t = wald(momentCovariance(z, [e], setting), z.map((column) => dot(column, e))) ?? NaN;
  return ((scale * t) / (1 - centring * t)) / (freedom === Infinity ? chiSquareQuantile(1 - level, k, special) : hotellingQuantile(1 - level, k, freedom, special));
}

function sumsByCluster(values: Float64Array, { codes, levels }: Group): Float64Array {
  const sums = new Float64Array(levels);
  codes.forEach((code, i) => (sums[code] = sums[code]! + values[i]!));
  return sums;
}

/** G mean' S^-1 mean, S the sums' sample covariance. */
function hotellingOfSums(sums: readonly Float64Array[]): number {
  const groups = sums[0]!.length;
  const means = sums.map((one) => one.reduce((total, value) => total + value, 0) / groups);
  const apart = sums.map((one, q) => one.map((value) => value - means[q]!));
  return groups * (wald(apart.map((a) => apart.map((b) => dot(a, b) / (groups - 1))), means) ?? NaN);
}

/** Two ways have a test of their own: what is indefinite is repaired. */
const kinds: readonly Kind[] = ["homoskedastic", "hc0", "hc1", "cluster", "driscoll-kraay"];
const designs = fc.record({
  rows: fc.integer({ min: 60, max: 120 }), instruments: fc.integer({ min: 1, max: 4 }),
  strength: fc.constantFrom(0, 0.05, 0.15, 0.4, 1), effect: fc.constantFrom(0, 0.5, -20), direct: fc.constantFrom(0, 0, 0.3, 1),
  noise: fc.constant(0.5),
});
const seeds = fc.integer({ min: 1, max: 100_000 });

describe("Anderson-Rubin sets", () => {
  it("hold exactly the effects that the test does not reject, against a fine grid", () => {
    fc.assert(
      fc.property(seeds, designs, fc.constantFrom(...kinds), fc.constantFrom(0.5, 0.9, 0.95), (seed, design, kind, level) => {
        const system = draw(seed, design);
        const setting = settingOf(kind, design.rows);
        const { set } = andersonRubin(system, setting, special, level);
        for (let i = -300; i <= 300; i++) {
          const t = Math.sign(i) * (special.exp(Math.abs(i) / 30) - 1) / 40; // fine near the effect, to 500 of it
          const theta = design.effect + t;
          const ratio = ratioAt(system, theta, setting, level);
          const gap = (ratio < 0 ? Infinity : ratio) - 1; // below zero: periods that are more alike than independent ones
          if (Math.abs(gap) > 1e-9) expect(contains(set, theta), `theta ${theta}`).toBe(gap < 0); // nearer is the boundary's own rounding
        }
      }),
      { numRuns: 60 },
    );
  });

  it("end where the statistic is the quantile", () => {
    fc.assert(
      fc.property(seeds, designs, fc.constantFrom(...kinds), (seed, design, kind) => {
        const system = draw(seed, design);
        const setting = settingOf(kind, design.rows);
        for (const limit of andersonRubin(system, setting, special, 0.95).set.flat().filter(Number.isFinite)) {
          // Limits far out are found in 1 / theta: the statistic is flat there, and rounding is that of its moments.
          expect(Math.abs(ratioAt(system, limit, setting, 0.95) - 1)).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("with one instrument always hold the two-stage estimate", () => {
    fc.assert(
      fc.property(seeds, designs, fc.constantFrom(...kinds), fc.double({ min: 0.01, max: 0.999, noNaN: true }), (seed, design, kind, level) => {
        const system = draw(seed, { ...design, instruments: 1 });
        const coef = twoStageLeastSquares(kernels, system).coefficients.at(-1)!;
        expect(contains(andersonRubin(system, settingOf(kind, design.rows), special, level).set, coef)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("move with the outcome's and the treatment's scale, and with neither the instruments' nor their combinations", () => {
    fc.assert(
      fc.property(seeds, designs, fc.constantFrom(...kinds), (seed, design, kind) => {
        const system = draw(seed, { ...design, instruments: 2 });
        const setting = settingOf(kind, design.rows);
        const plain = andersonRubin(system, setting, special, 0.9);
        const by = (values: Float64Array, factor: number): Float64Array => values.map((value) => factor * value);
        const [a, b] = system.z as readonly [Float64Array, Float64Array];
        const scaled = andersonRubin({ ...system, y: by(system.y, 1000), x: [by(system.x[0]!, 0.5)], z: [by(a, 7), a.map((value, i) => value - 2 * b[i]!)] }, setting, special, 0.9);
        expect(scaled.set.length).toBe(plain.set.length);
        plain.set.forEach((interval, i) => interval.forEach((limit, side) => {
          const other = scaled.set[i]![side]! / 2000;
          if (Number.isFinite(limit)) expect(Math.abs(other - limit)).toBeLessThan(1e-7 * (1 + Math.abs(limit))); // a touching limit moves with the root of rounding
          else expect(other).toBe(limit);
        }));
        expect(Math.abs(scaled.statistic / plain.statistic - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 100 },
    );
  });

  it("are every shape: an interval, two rays, the whole line, nothing", () => {
    const shape = (design: Design, seed: number): ConfidenceSet => andersonRubin(draw(seed, design), settingOf("hc1", design.rows), special, 0.95).set;
    const base = { rows: 200, instruments: 1, strength: 1, effect: 0.5, direct: 0, noise: 0.5 };
    expect(shape(base, 1)).toHaveLength(1);
    expect(shape({ ...base, strength: 0 }, 2).some(([low]) => low === -Infinity)).toBe(true);
    expect(shape({ ...base, instruments: 3, direct: 2 }, 3)).toEqual([]);
  });

  it("cover the truth with a weak instrument where the usual interval does not", () => {
    const draws = 1500;
    const design = { rows: 100, instruments: 1, strength: 0.1, effect: 0.5, direct: 0, noise: 0.1 };
    const setting = settingOf("hc0", design.rows);
    const covers = { set: 0, usual: 0 };
    for (let seed = 1; seed <= draws; seed++) {
      const system = draw(seed, design);
      const stage = twoStageLeastSquares(kernels, system);
      const se = standardErrors(stage, setting).at(-1)!;
      if (contains(andersonRubin(system, setting, special, 0.95).set, design.effect)) covers.set++;
      if (Math.abs(stage.coefficients.at(-1)! - design.effect) <= 1.96 * se) covers.usual++;
    }
    // Three standard errors of a share of 95 % in 1,500 draws are .017.
    expect(Math.abs(covers.set / draws - 0.95)).toBeLessThan(0.017);
    expect(covers.usual / draws).toBeLessThan(0.9);
  });

  it("of scores with clusters are those of the sums by cluster", () => {
    const [a, b] = [normals(5, 300).map((value) => value - 0.6), normals(6, 300)];
    const setting = { ...settingOf("cluster", 300), parameters: 1 };
    const { set } = setOfScores(a, b, setting, special, 0.95);
    const sums = (values: Float64Array): number[] => Array.from({ length: 60 }, (_, g) => values.subarray(5 * g, 5 * g + 5).reduce((total, value) => total + value, 0));
    const [sa, sb] = [sums(a), sums(b)];
    const total = (f: (g: number) => number): number => sa.reduce((sum, _, g) => sum + f(g), 0);
    const t = special.studentQuantile(0.975, 59);
    const factor = (60 * t * t) / (59 + t * t); // t of 60 sums about their mean, in terms of their squares
    const [ta, tb] = [total((g) => sa[g]!), total((g) => sb[g]!)];
    const wanted = quadraticSet(ta * ta - factor * total((g) => sa[g]! * sa[g]!), 2 * ta * tb - 2 * factor * total((g) => sa[g]! * sb[g]!), tb * tb - factor * total((g) => sb[g]! * sb[g]!));
    set.flat().forEach((limit, i) => expect(Math.abs(limit / wanted.flat()[i]! - 1)).toBeLessThan(1e-12));
    expect(set.length).toBe(wanted.length);
  });

  it("with clusters in two ways end where the statistic is the quantile", () => {
    const design = { rows: 150, instruments: 2, strength: 0.5, effect: 0.5, direct: 0, noise: 0.5 };
    const system = draw(4, design);
    const setting = settingOf("two ways", design.rows);
    const { set } = andersonRubin(system, setting, special, 0.9);
    const limits = set.flat().filter(Number.isFinite);
    expect(limits.length).toBeGreaterThan(0);
    for (const limit of limits) expect(Math.abs(ratioAt(system, limit, setting, 0.9) - 1)).toBeLessThan(1e-9);
  });

  const few = (rows: number, groups: number): ErrorSetting =>
    ({ kind: "cluster", clusters: [{ codes: Int32Array.from({ length: rows }, (_, i) => i % groups), levels: groups }], rule: "min", correction: true, parameters: 2 });

  it("as many instruments as clusters, or periods: an error in words", () => {
    const system = draw(1, { rows: 60, instruments: 4, strength: 1, effect: 0.5, direct: 0, noise: 0.5 });
    const periods: ErrorSetting = { kind: "driscoll-kraay", serial: { periods: Int32Array.from({ length: 60 }, (_, i) => i % 6), lags: 2 }, correction: true, parameters: 2 };
    for (const setting of [few(60, 3), few(60, 4), periods]) {
      expect(() => andersonRubin(system, setting, special, 0.95)).toThrow(/too few clusters or periods for 4 instruments/);
    }
    expect(() => andersonRubin(system, few(60, 5), special, 0.95)).not.toThrow();
  });

  it("of instruments that decide the treatment are bounded with 8 clusters, and with 12 periods", () => {
    const periods: ErrorSetting = { kind: "driscoll-kraay", serial: { periods: Int32Array.from({ length: 480 }, (_, i) => i % 12), lags: 2 }, correction: true, parameters: 2 };
    for (const instruments of [1, 2]) {
      for (const setting of [few(480, 8), periods]) {
        const { set } = andersonRubin(draw(9, { rows: 480, instruments, strength: 20, effect: 0.5, direct: 0, noise: 0.5 }), setting, special, 0.95);
        expect(set).toHaveLength(1);
        expect(Math.max(...set[0]!.map((limit) => Math.abs(limit - 0.5)))).toBeLessThan(0.05);
      }
    }
  });

  it.each([[8, 1, 0.02], [8, 3, 3], [15, 5, 0.02]])("with %i clusters and %i instruments hold the truth in 95 %, strength %d", (groups, instruments, strength) => {
    const draws = 700;
    let covers = 0;
    for (let seed = 1; seed <= draws; seed++) {
      const system = draw(seed, { rows: 120, instruments, strength, effect: 0.5, direct: 0, noise: 0.1 });
      if (contains(andersonRubin(system, few(120, groups), special, 0.95).set, 0.5)) covers++;
    }
    // Three standard errors of a share of 95 % in 700 draws are .025.
    expect(Math.abs(covers / draws - 0.95)).toBeLessThan(0.025);
  });

  it("periods without lags are clusters; with lags the weights are K about its mean, by matrices", () => {
    const codes = Int32Array.from({ length: 90 }, (_, i) => i % 9);
    const serial = (lags: number): ErrorSetting => ({ kind: "driscoll-kraay", serial: { periods: codes, lags }, correction: true, parameters: 2 });
    const [clusters, periods] = [momentTest({ ...few(90, 9), rule: "cgm" } as ErrorSetting), momentTest(serial(0))];
    for (const name of ["centring", "scale", "freedom"] as const) expect(periods[name]).toBeCloseTo(clusters[name], 12);
    const weights = Array.from({ length: 9 }, (_, s) => Array.from({ length: 9 }, (__, t) => Math.max(0, 1 - Math.abs(s - t) / 3)));
    const about = Array.from({ length: 9 }, (_, s) => Array.from({ length: 9 }, (__, t) => (s === t ? 1 : 0) - 1 / 9));
    const product = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] => a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, l) => sum + value * b[l]![j]!, 0)));
    const own = product(product(about, weights), about);
    const trace = own.reduce((sum, row, t) => sum + row[t]!, 0);
    const { scale, freedom } = momentTest(serial(2));
    expect(scale).toBeCloseTo(trace / 8, 12);
    expect(freedom).toBeCloseTo(trace ** 2 / own.flat().reduce((sum, value) => sum + value * value, 0), 10);
  });
});

describe("the search for a set", () => {
  const identity = (scale: number) => [[scale, 0], [0, scale]];

  it("finds an interval as narrow as a hundred-thousandth, the whole line, and nothing", () => {
    for (const width of [1e-1, 1e-3, 1e-5]) {
      // m = (t - 1/3, 1) with S = I: (t - 1/3)^2 + 1 <= q.
      const curve = { m0: [-1 / 3, 1], m1: [-1, 0], qS: { cc: identity(1 + width * width), cs: identity(0), ss: identity(0) } };
      const [interval] = semidefiniteSet(curve);
      // The statistic rises by 2 width a unit there, and is known to some 1e-13.
      expect(Math.abs(interval![0] - (1 / 3 - width))).toBeLessThan(1e-12 / width);
      expect(Math.abs(interval![1] - (1 / 3 + width))).toBeLessThan(1e-12 / width);
    }
    // m = (1, -t): 1 + t^2 <= q (1 + t^2) for all t or for none.
    const ball = (q: number) => semidefiniteSet({ m0: [1, 0], m1: [0, 1], qS: { cc: identity(q), cs: identity(0), ss: identity(q) } });
    expect(ball(1.001)).toEqual([[-Infinity, Infinity]]);
    expect(ball(0.999)).toEqual([]);
  });

  it("finds two rays around infinity", () => {
    // 1 <= q t^2 with a second moment of zero.
    const [left, right] = semidefiniteSet({ m0: [1, 0], m1: [0, 0], qS: { cc: identity(0), cs: identity(0), ss: identity(1e-6) } });
    expect(left![0]).toBe(-Infinity);
    expect(Math.abs(left![1] + 1000)).toBeLessThan(1e-6);
    expect(Math.abs(right![0] - 1000)).toBeLessThan(1e-6);
    expect(right![1]).toBe(Infinity);
  });
});

describe("quadratic sets", () => {
  it("all shapes", () => {
    expect(quadraticSet(1, 0, -4)).toEqual([[-2, 2]]);
    expect(quadraticSet(-1, 0, 4)).toEqual([[-Infinity, -2], [2, Infinity]]);
    expect(quadraticSet(1, 0, 4)).toEqual([]);
    expect(quadraticSet(-1, 0, -4)).toEqual([[-Infinity, Infinity]]);
    expect(quadraticSet(0, 2, -4)).toEqual([[-Infinity, 2]]);
    expect(quadraticSet(0, -2, 4)).toEqual([[2, Infinity]]);
    expect(quadraticSet(0, 0, 1)).toEqual([]);
    expect(quadraticSet(0, 0, -1)).toEqual([[-Infinity, Infinity]]);
    expect(quadraticSet(1, -1e9, 1)[0]![0]).toBeCloseTo(1e-9, 20);
  });
});
