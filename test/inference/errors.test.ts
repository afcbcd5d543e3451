import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/engine.js";
import { EstimationError } from "../../src/errors.js";
import { symmetricEigen } from "../../src/kernels/eigen.js";
import { defaultLags } from "../../src/inference/errors/driscollKraay.js";
import type { ErrorSetting } from "../../src/inference/errors/setting.js";
import { createSpatial } from "../../src/inference/errors/spatial.js";
import { conleyCovariance } from "../../src/inference/errors/conley.js";
import { covariance, standardErrors } from "../../src/inference/errors/covariance.js";
import type { Group } from "../../src/kernels/design.js";
import { createSpecial } from "../../src/kernels/special.js";
import { plainLeastSquares } from "../helpers/leastSquares.js";

type Column = "unit" | "period" | "region" | "latitude" | "longitude" | "y" | "x1" | "x2";

interface Case {
  readonly errors: ErrorSetting["kind"];
  readonly ways: readonly Column[];
  readonly rule: "cgm" | "min";
  readonly correction: boolean;
  readonly lags: number;
  readonly cutoff: number;
  readonly kernel: "uniform" | "bartlett";
  readonly panel: boolean;
  readonly covariance: readonly (readonly number[])[];
  readonly repaired: boolean;
}

type Data = Readonly<Record<Column, readonly number[]>>;
const golden = JSON.parse(readFileSync(new URL("../golden/errors.json", import.meta.url), "utf8")) as { data: Data; cases: readonly Case[] };
const special = createSpecial((await createEngine()).kernels);

const groupOf = (codes: readonly number[]): Group => ({ codes: Int32Array.from(codes), levels: Math.max(...codes) + 1 });

function stageOf(data: Data, size = 1): ReturnType<typeof plainLeastSquares> {
  const y = Float64Array.from(data.y);
  return plainLeastSquares(y, [y.map(() => 1), Float64Array.from(data.x1, (x) => size * x), Float64Array.from(data.x2)]);
}

function settingOf(one: Case, data: Data): ErrorSetting {
  const serial = { periods: Int32Array.from(data.period), lags: one.lags };
  const { errors: kind, rule, correction, cutoff, kernel } = one;
  switch (kind) {
    case "cluster":
      return { kind, clusters: one.ways.map((way) => groupOf(data[way])), rule, correction, parameters: 3 };
    case "conley": {
      const places = { latitude: Float64Array.from(data.latitude), longitude: Float64Array.from(data.longitude), cutoff, kernel };
      const panel = one.panel ? { ...serial, units: groupOf(data.unit) } : null;
      return { kind, spatial: createSpatial(special, places), panel, correction, parameters: 3 };
    }
    case "driscoll-kraay":
      return { kind, serial, correction, parameters: 3 };
    default:
      return { kind, parameters: 3 };
  }
}

const named = golden.cases.map((one) => ({ ...one, name: JSON.stringify({ ...one, covariance: undefined }) }));

/** Both sides sum the same few hundred numbers in another order; the largest element gives the scale. */
const TOLERANCE = 1e-11;
const ROUNDING = 1e-10;

function expectClose(actual: readonly (readonly number[])[], wanted: readonly (readonly number[])[], tolerance: number): void {
  wanted.forEach((row, j) => row.forEach((value, l) => {
    const scale = Math.sqrt(wanted[j]![j]! * wanted[l]![l]!);
    expect(Math.abs(actual[j]![l]! - value)).toBeLessThan(tolerance * scale);
  }));
}

function permuted(data: Data, order: readonly number[]): Data {
  return Object.fromEntries(Object.entries(data).map(([name, values]) => [name, order.map((i) => values[i]!)])) as unknown as Data;
}

describe("covariances of three coefficients (test/golden/errors.py: statsmodels 0.15, numpy)", () => {
  it.each(named)("$name", (one) => {
    const matrix = covariance(stageOf(golden.data), settingOf(one, golden.data));
    // Where the largest eigenvalue is ten thousand times the smallest variance, rounding is that of the largest.
    expectClose(matrix, one.covariance, one.repaired ? 1e-8 : TOLERANCE);
  });

  it.each(named.filter((one) => !one.repaired))("the order of the rows does not matter, a factor of a column goes through: $name", (one) => {
    const before = standardErrors(stageOf(golden.data), settingOf(one, golden.data));
    const order = golden.data.y.map((_, i) => (i * 89 + 5) % golden.data.y.length);
    expect(new Set(order).size).toBe(order.length);
    const other = permuted(golden.data, order);
    standardErrors(stageOf(other, 4), settingOf(one, other)).forEach((se, j) => {
      expect(Math.abs((se * (j === 1 ? 4 : 1)) / before[j]! - 1)).toBeLessThan(ROUNDING);
    });
  });
});

describe("what one kind of errors is of another", () => {
  const stage = stageOf(golden.data);
  const n = golden.data.y.length;
  const rows = groupOf(golden.data.y.map((_, i) => i));
  const units = groupOf(golden.data.unit);
  const hc1 = covariance(stage, { kind: "hc1", parameters: 3 });

  it("clusters of one row each are hc1, and so is conley with a cutoff that reaches no other row", () => {
    expectClose(covariance(stage, { kind: "cluster", clusters: [rows], rule: "cgm", correction: true, parameters: 3 }), hc1, TOLERANCE);
    const places = { latitude: Float64Array.from(golden.data.y, (_, i) => i / 10), longitude: new Float64Array(n), cutoff: 1, kernel: "uniform" } as const;
    expectClose(covariance(stage, { kind: "conley", spatial: createSpatial(special, places), panel: null, correction: true, parameters: 3 }), hc1, TOLERANCE);
  });

  it("a way named twice, or one that another is nested in, counts once", () => {
    const one = covariance(stage, { kind: "cluster", clusters: [units], rule: "cgm", correction: true, parameters: 3 });
    expectClose(covariance(stage, { kind: "cluster", clusters: [units, units], rule: "cgm", correction: true, parameters: 3 }), one, ROUNDING);
    expectClose(covariance(stage, { kind: "cluster", clusters: [rows, units], rule: "cgm", correction: true, parameters: 3 }), one, ROUNDING);
  });

  it("driscoll-kraay without lags is clusters by period; so is conley with a cutoff around the globe", () => {
    const wanted = covariance(stage, { kind: "cluster", clusters: [groupOf(golden.data.period)], rule: "cgm", correction: true, parameters: 3 });
    const periods = Int32Array.from(golden.data.period);
    expectClose(covariance(stage, { kind: "driscoll-kraay", serial: { periods, lags: 0 }, correction: true, parameters: 3 }), wanted, TOLERANCE);
    const places = { latitude: Float64Array.from(golden.data.latitude), longitude: Float64Array.from(golden.data.longitude), cutoff: 20_100, kernel: "uniform" } as const;
    const setting = { kind: "conley", spatial: createSpatial(special, places), panel: { periods, lags: 0, units }, correction: false, parameters: 3 } as const;
    const plain = covariance(stage, { kind: "driscoll-kraay", serial: { periods, lags: 0 }, correction: false, parameters: 3 });
    expectClose(covariance(stage, setting), plain, ROUNDING);
  });

  it("periods may start anywhere, and a gap is a period with a sum of zero", () => {
    const periods = Int32Array.from(golden.data.period, (period) => 2000 + 2 * period);
    const sparse = covariance(stage, { kind: "driscoll-kraay", serial: { periods, lags: 1 }, correction: true, parameters: 3 });
    const none = covariance(stage, { kind: "driscoll-kraay", serial: { periods, lags: 0 }, correction: true, parameters: 3 });
    expectClose(sparse, none, TOLERANCE);
  });
});

it("conley over more pairs than are remembered: a cutoff around the globe gives the square of the sum", () => {
  const rows = 3000; // 4.5 million pairs
  const made = (step: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => ((i * step) % 1009) / 1009 - 0.25);
  const influence = [made(7), made(31), made(101)];
  const spatial = createSpatial(special, { latitude: made(13), longitude: made(17), cutoff: 30_000, kernel: "uniform" });
  const sums = influence.map((column) => column.reduce((sum, value) => sum + value, 0));
  expectClose(conleyCovariance(influence, { kind: "conley", spatial, panel: null, correction: false, parameters: 3 }), sums.map((a) => sums.map((b) => a * b)), ROUNDING);
});

it("the default of lags is floor(4 (T / 100)^(2 / 9)), and less than T", () => {
  const lags = Array.from({ length: 400 }, (_, t) => defaultLags(Int32Array.from({ length: t + 1 }, (__, i) => i)));
  // At whole values of the formula (T = 100) the rule is exact, where a power may fall short by its last bit.
  const wanted = Array.from({ length: 400 }, (_, t) => Math.min(t, Math.floor(4 * ((t + 1) / 100) ** (2 / 9) + 1e-12)));
  expect(lags).toEqual(wanted);
});

it("the Jacobi method: vectors are orthonormal and give the matrix back", () => {
  const matrices = fc.integer({ min: 1, max: 6 }).chain((k) => fc.array(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: k, maxLength: k }), { minLength: k, maxLength: k }));
  fc.assert(
    fc.property(matrices, (half) => {
      const matrix = half.map((row, j) => row.map((value, l) => value + half[l]![j]!));
      const { values, vectors } = symmetricEigen(matrix);
      const size = 1 + Math.max(...matrix.flat().map(Math.abs));
      matrix.forEach((row, j) => row.forEach((value, l) => {
        const back = values.reduce((sum, lambda, m) => sum + lambda * vectors[j]![m]! * vectors[l]![m]!, 0);
        const inner = vectors.reduce((sum, vector) => sum + vector[j]! * vector[l]!, 0);
        expect(Math.abs(back - value)).toBeLessThan(1e-13 * size); // a few dozen rotations of the last bit
        expect(Math.abs(inner - (j === l ? 1 : 0))).toBeLessThan(1e-13);
      }));
    }),
  );
});

describe("errors that name what to do", () => {
  const stage = stageOf(golden.data);
  const codeOf = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof EstimationError) return error.code;
      throw error;
    }
    return "none";
  };
  const places = { latitude: new Float64Array(3), longitude: new Float64Array(3), cutoff: 10, kernel: "uniform" } as const;

  it("a single cluster or period, as many parameters as rows, a position off the globe, no cutoff", () => {
    const single = groupOf(golden.data.y.map(() => 0));
    const units = groupOf(golden.data.unit);
    expect(codeOf(() => covariance(stage, { kind: "cluster", clusters: [units, single], rule: "min", correction: true, parameters: 3 }))).toBe("one-cluster");
    expect(codeOf(() => covariance(stage, { kind: "driscoll-kraay", serial: { periods: single.codes, lags: 1 }, correction: true, parameters: 3 }))).toBe("one-period");
    expect(codeOf(() => covariance(stage, { kind: "hc1", parameters: golden.data.y.length }))).toBe("no-degrees-of-freedom");
    expect(codeOf(() => createSpatial(special, { ...places, latitude: Float64Array.of(0, 91, 0) }))).toBe("bad-position");
    expect(codeOf(() => createSpatial(special, { ...places, longitude: Float64Array.of(0, NaN, 0) }))).toBe("bad-position");
    expect(codeOf(() => createSpatial(special, { ...places, cutoff: 0 }))).toBe("bad-cutoff");
  });

  it("a row that alone decides a coefficient, for hc2 and hc3", () => {
    const x = Float64Array.of(1, 0, 0, 0);
    const alone = plainLeastSquares(Float64Array.of(5, 1, 2, 4), [new Float64Array(4).fill(1), x]);
    for (const kind of ["hc2", "hc3"] as const) expect(codeOf(() => covariance(alone, { kind, parameters: 2 }))).toBe("full-leverage");
    expect(standardErrors(alone, { kind: "hc1", parameters: 2 })[1]).toBeGreaterThan(0);
  });

  it("a variance that comes out negative, rather than a standard error of zero", () => {
    const y = Float64Array.of(1, -1, -1, 1);
    const mean = plainLeastSquares(y, [new Float64Array(4).fill(1)]);
    const clusters = [groupOf([0, 0, 1, 1]), groupOf([0, 1, 0, 1])];
    expect(codeOf(() => covariance(mean, { kind: "cluster", clusters, rule: "cgm", correction: false, parameters: 1 }))).toBe("negative-variance");
  });
});
