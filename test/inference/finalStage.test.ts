import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finalStage } from "../../src/inference/finalStage.js";
import { inverseOf } from "../../src/fit/inverse.js";

/** Thousandths: squares of numbers near the smallest there is are zero, and no lengths. */
const column = (rows: number): fc.Arbitrary<Float64Array> =>
  fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: rows, maxLength: rows }).map((values) => Float64Array.from(values, (value) => value / 1000));
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
const length = (a: Float64Array): number => Math.sqrt(dot(a, a));

describe("the final stage with k coefficients", () => {
  const rows = 40;
  const problem = fc.integer({ min: 3, max: 7 }).chain((k) =>
    fc.record({ y: column(rows), z: fc.array(column(rows), { minLength: k, maxLength: k }), noise: fc.array(column(rows), { minLength: k, maxLength: k }) }),
  );

  it("the moments hold: residuals are orthogonal to the instruments, leverage sums to k", () => {
    fc.assert(
      fc.property(problem, ({ y, z, noise }) => {
        const x = z.map((values, j) => values.map((value, i) => value + 0.3 * (noise[j]?.[i] ?? NaN)));
        fc.pre(condition(z, x) < 1e6);
        const stage = finalStage(y, x, z);
        for (const column of z) {
          // A condition below 1e6 costs at most ten of sixteen digits.
          expect(Math.abs(dot(column, stage.residuals))).toBeLessThan(1e-8 * (length(column) * length(stage.residuals) + 1));
        }
        const traces = stage.leverage().reduce((sum, value) => sum + value, 0);
        expect(traces).toBeCloseTo(x.length, 6); // trace of Z (Z'X)^-1 X'
      }),
      { numRuns: 50 },
    );
  });

  it("columns in other units and another order give the same fit", () => {
    fc.assert(
      fc.property(problem, ({ y, z }) => {
        fc.pre(condition(z, z) < 1e6);
        const scale = z.map((_, j) => [1e-6, 1, 1e5][j % 3] ?? 1);
        const others = z.map((values, j) => values.map((value) => value * (scale[j] ?? 1))).reverse();
        const [stage, other] = [finalStage(y, z, z), finalStage(y, others, others)];
        const back = [...other.coefficients].reverse().map((value, j) => value * (scale[j] ?? 1));
        back.forEach((value, j) => expect(value).toBeCloseTo(stage.coefficients[j] ?? NaN, 6));
      }),
      { numRuns: 50 },
    );
  });

  it("a column that the others determine is an error in words, whatever its units", () => {
    const a = Float64Array.from({ length: rows }, (_, i) => (i * 7) % 11);
    const b = Float64Array.from({ length: rows }, (_, i) => (i * 5) % 13);
    for (const scale of [1e-8, 1, 1e8]) {
      const sum = a.map((value, i) => scale * (value - 2 * (b[i] ?? NaN)));
      expect(() => finalStage(a, [a, b, sum], [a, b, sum])).toThrow("treatments determine each other");
    }
    expect(() => finalStage(a, [a, b, new Float64Array(rows)], [a, b, new Float64Array(rows)])).toThrow("treatments determine each other");
  });
});

describe("the inverse", () => {
  it("needs pivoting: zeros on the diagonal", () => {
    const ones = [1, 1, 1];
    expect(inverseOf([[0, 2, 0], [0, 0, 4], [8, 0, 0]], ones, ones)).toEqual([[0, 0, 0.125], [0.5, 0, 0], [0, 0.25, 0]]);
  });

  it("is the reciprocal of a single number, to the bit", () => {
    expect(inverseOf([[3]], [1], [1])).toEqual([[1 / 3]]);
  });

  it("is null for a matrix that is singular or not a number", () => {
    const ones = [1, 1];
    expect(inverseOf([[1, 2], [2, 4]], ones, ones)).toBeNull();
    expect(inverseOf([[NaN, 2], [2, 4]], ones, ones)).toBeNull();
  });
});

/** Largest entry of Z'X, scaled to cosines, times the largest of its inverse: a bound on its condition, up to k^2. */
function condition(z: readonly Float64Array[], x: readonly Float64Array[]): number {
  const cosines = z.map((a) => x.map((b) => dot(a, b) / (length(a) * length(b))));
  const ones = z.map(() => 1);
  const inverse = inverseOf(cosines, ones, ones);
  return inverse === null ? Infinity : Math.max(...inverse.flat().map(Math.abs));
}
