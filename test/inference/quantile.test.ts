import fc from "fast-check";
import { expect, test } from "vitest";
import { largest, sorted } from "../../src/inference/quantile.js";

test("the largest values are those at the end of all in order, ties and all", () => {
  const values = fc.float64Array({ noNaN: true, minLength: 1, maxLength: 60, min: -3, max: 3 });
  const coarse = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 }).map((list) => Float64Array.from(list));
  fc.assert(
    fc.property(fc.oneof(values, coarse), fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
      const count = Math.max(1, Math.ceil(share * all.length));
      expect(largest(all, count)).toEqual(sorted(all).slice(all.length - count));
    }),
  );
});
