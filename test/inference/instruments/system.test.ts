import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EstimationError } from "../../../src/errors.js";
import { andersonRubin } from "../../../src/inference/instruments/andersonRubin.js";
import { endogeneity } from "../../../src/inference/instruments/endogeneity.js";
import { firstStages } from "../../../src/inference/instruments/firstStage.js";
import { overidentification } from "../../../src/inference/instruments/overidentification.js";
import { cholesky, largestEigenvalue, whitened } from "../../../src/inference/matrices/cholesky.js";
import { checkInstruments, independentInstruments, type InstrumentalVariables } from "../../../src/inference/instruments/system.js";
import { twoStageLeastSquares } from "../../../src/inference/instruments/twoStage.js";
import { type ErrorSetting, standardErrors } from "../../../src/inference/errors/covariance.js";
import { createSpecial } from "../../../src/kernels/special.js";
import { normalsOf } from "../../helpers/normals.js";
import { builds } from "../../kernels/builds.js";

const [{ kernels }] = builds as readonly [typeof builds[0] & object];
const special = createSpecial(kernels);
const normals = normalsOf(special);

const ROWS = 40;
const columns = fc.integer({ min: 1, max: 1e6 }).map((seed) => Array.from({ length: 6 }, (_, j) => normals(seed * 7919 + j, ROWS)));
const ones = new Float64Array(ROWS).fill(1);

/** y, two treatments that follow the three instruments, and noise from the columns. */
function systemOf([a, b, c, ...z]: readonly Float64Array[]): InstrumentalVariables {
  const [z1, z2, z3] = z as [Float64Array, Float64Array, Float64Array];
  const mix = (noise: Float64Array, p: number, q: number, r: number) => noise.map((value, i) => value + p * z1[i]! + q * z2[i]! + r * z3[i]!);
  const x = [mix(a!, 2, 1, 0), mix(b!, 0, 1, 2)];
  return { y: c!.map((value, i) => value + a![i]! + x[0]![i]! - 0.5 * x[1]![i]!), x, z, ones, constant: true };
}

const setting: ErrorSetting = { kind: "hc1", parameters: 3 };

/** All that is said of a system, as numbers. */
function numbersOf(system: InstrumentalVariables, own: ErrorSetting = setting): readonly number[] {
  const stage = twoStageLeastSquares(kernels, system);
  const j = overidentification(system, stage.residuals, own, special);
  const first = firstStages(system, own, special);
  return [
    ...stage.coefficients, ...standardErrors(stage, own), j?.statistic ?? NaN, endogeneity(system, own, special).f,
    ...first.flatMap(({ f, robust, conditional, partialR2 }) => [f.f, robust.f, conditional?.f ?? NaN, partialR2]),
  ];
}

const same = (a: readonly number[], b: readonly number[]): void =>
  a.forEach((value, i) => expect(Math.abs(value - b[i]!), `number ${i}`).toBeLessThan(1e-7 * (1 + Math.abs(value)))); // Z'Z of 40 rows and instruments mixed by thousands loses some six digits

describe("instruments", () => {
  it("the order of the rows changes nothing", () => {
    fc.assert(fc.property(columns, fc.integer({ min: 1, max: ROWS - 1 }), (all, shift) => {
      const turned = all.map((column) => Float64Array.from([...column.subarray(shift), ...column.subarray(0, shift)]));
      same(numbersOf(systemOf(all)), numbersOf(systemOf(turned)));
    }), { numRuns: 40 });
  });

  it("an invertible combination of the instruments changes nothing", () => {
    fc.assert(fc.property(columns, (all) => {
      const system = systemOf(all);
      const [a, b, c] = system.z as [Float64Array, Float64Array, Float64Array];
      const mixed = { ...system, z: [a.map((value, i) => 3 * value - b[i]!), b.map((value) => 1000 * value), c.map((value, i) => value + a[i]!)] };
      same(numbersOf(system), numbersOf(mixed));
    }), { numRuns: 40 });
  });

  it("a weight of two is the row twice, but for the rows counted", () => {
    fc.assert(fc.property(columns, (all) => {
      const twice = Uint32Array.from([0, 3, 7, 20]);
      const roots = ones.map((_, i) => (twice.includes(i) ? Math.SQRT2 : 1));
      const system = systemOf(all);
      const times = (column: Float64Array) => column.map((value, i) => value * roots[i]!);
      const again = (column: Float64Array) => Float64Array.from([...column, ...Array.from(twice, (row) => column[row]!)]);
      const weighted = { ...system, y: times(system.y), x: system.x.map(times), z: system.z.map(times), ones: roots };
      const repeated = { ...system, y: again(system.y), x: system.x.map(again), z: system.z.map(again), ones: again(ones) };
      same(twoStageLeastSquares(kernels, weighted).coefficients, twoStageLeastSquares(kernels, repeated).coefficients);
      same(firstStages(weighted, setting, special).map((one) => one.partialR2), firstStages(repeated, setting, special).map((one) => one.partialR2));
    }), { numRuns: 40 });
  });

  it("what the instruments determine of each other is left out, and nothing else changes", () => {
    fc.assert(fc.property(columns, (all) => {
      const system = systemOf(all);
      const [a, b] = system.z as [Float64Array, Float64Array];
      const more = { ...system, z: [...system.z, a.map((value, i) => value - 2 * b[i]! + 5), ones] };
      const { system: kept, dropped } = independentInstruments(kernels, more);
      expect(dropped).toHaveLength(2);
      expect(dropped).toContain(4);
      same(numbersOf(kept), numbersOf(system));
    }), { numRuns: 40 });
  });

  it("too few instruments, or one of which nothing is left: errors in words", () => {
    const z = Float64Array.from({ length: ROWS }, (_, i) => (i * 7) % 11);
    const system = { y: z, x: [z, z.map((value) => value * value)], z: [z, z.map((value) => 2 * value)], ones, constant: true };
    expect(() => independentInstruments(kernels, system)).toThrow(EstimationError);
    expect(() => checkInstruments(["far", "near"], [z, z.map((value) => value * 1e-12)], [z, z])).toThrow(/`near` has no variation left/);
    expect(() => checkInstruments(["far"], [z], [z])).not.toThrow();
  });

  it("one treatment, one instrument: the effective F is the robust one, and Anderson-Rubin the reduced form's R2", () => {
    fc.assert(fc.property(columns, fc.constantFrom("homoskedastic" as const, "hc0" as const, "hc1" as const), (all, kind) => {
      const system = systemOf(all);
      const one = { ...system, x: system.x.slice(0, 1), z: system.z.slice(0, 1) };
      const own = { kind, parameters: 2 };
      const [first] = firstStages(one, own, special);
      same([first!.robust.f], [first!.effective!.f]);
      // With one instrument and errors of one variance, the test of no effect is n R2 of the reduced form.
      const { statistic } = andersonRubin(one, { ...own, kind: "homoskedastic" }, special, 0.95);
      const reduced = firstStages({ ...one, x: [one.y] }, own, special)[0]!.partialR2;
      same([statistic], [(ROWS - 2) * reduced]);
    }), { numRuns: 40 });
  });
});

describe("symmetric matrices", () => {
  it("the largest eigenvalue of a reflected diagonal is the largest of the diagonal", () => {
    const size = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), fc.array(size, { minLength: 1, maxLength: 5 }), (seed, diagonal) => {
      const v = [...normals(seed, diagonal.length)];
      const length = v.reduce((sum, value) => sum + value * value, 0);
      const reflection = v.map((a, i) => v.map((b, j) => (i === j ? 1 : 0) - (2 * a * b) / length));
      const a = v.map((_, i) => v.map((__, j) => diagonal.reduce((sum, value, k) => sum + value * reflection[i]![k]! * reflection[k]![j]!, 0)));
      const largest = Math.max(...diagonal);
      expect(Math.abs(largestEigenvalue(a) - largest)).toBeLessThanOrEqual(1e-11 * largest);
    }));
  });

  it("whitening its own factor gives the identity", () => {
    const a = [[4, 1, 0], [1, 3, 1], [0, 1, 2]];
    whitened(cholesky(a)!, a).forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(i === j ? 1 : 0, 14)));
    expect(cholesky([[1, 2], [2, 1]])).toBeNull();
  });
});
