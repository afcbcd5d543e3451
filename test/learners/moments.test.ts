import fc from "fast-check";
import { expect, test } from "vitest";
import { columnMoments, moments } from "../../src/learners/moments.js";
import { dummies } from "../kernels/twins/demean.js";

test("a level's moments are its dummy's, weighted or not, also of levels without rows", () => {
  const codes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(codes, fc.boolean(), (drawn, isWeighted) => {
      const groups = [{ codes: Int32Array.from(drawn), levels: 5 }];
      const weights = isWeighted ? Float64Array.from(drawn, (_, i) => 1 + (i % 3)) : null;
      const train = Uint32Array.from(drawn, (_, i) => i).filter((row) => row % 4 !== 1);
      const { levels } = moments({ features: [], groups }, train, weights);
      dummies(groups).forEach((column, level) => {
        const dense = columnMoments(column, train, weights);
        expect(levels[0]?.[level]?.mean).toBeCloseTo(dense.mean, 14);
        expect(levels[0]?.[level]?.sd).toBeCloseTo(dense.sd, 14);
      });
    }),
  );
});

test("weighted moments by hand; a constant column has no deviation, whatever rounding does", () => {
  const all = Uint32Array.of(0, 1, 2);
  // Mean (1 + 3 * 3) / 4, variance (1 * 2.25 + 3 * 0.25) / 4
  expect(columnMoments(Float64Array.of(1, 3, 99), Uint32Array.of(0, 1), Float64Array.of(1, 3, 5))).toEqual({ mean: 2.5, sd: Math.sqrt(0.75) });
  expect(columnMoments(Float64Array.of(0.1, 0.1, 0.1), all, null).sd).toBe(0);
  expect(columnMoments(new Float64Array(1000).fill(1e9 + 0.3), Uint32Array.from({ length: 1000 }, (_, i) => i), null).sd).toBe(0);
  expect(columnMoments(Float64Array.of(0.1, 0.1, 0.1000001), all, null).sd).toBeGreaterThan(0);
});
