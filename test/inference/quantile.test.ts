import fc from "fast-check";
import { expect, test } from "vitest";
import { largest, sorted, sortedAt } from "../../src/inference/quantile.js";

test("what stands at the places asked for is as in order, ties, constants, infinities and missing values too", () => {
  const values = fc.float64Array({ minLength: 1, maxLength: 200, min: -3, max: 3, noNaN: true });
  const wild = fc.float64Array({ minLength: 1, maxLength: 60 });
  const coarse = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 60 }).map((list) => Float64Array.from(list));
  fc.assert(
    fc.property(fc.oneof(values, wild, coarse), fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 5 }), (all, shares) => {
      const places = shares.map((share) => Math.floor(share * all.length));
      const dealt = sortedAt(all, places);
      expect(places.map((place) => dealt[place])).toEqual(places.map((place) => sorted(all)[place]));
      expect(sorted(dealt)).toEqual(sorted(all)); // none lost
    }),
    { numRuns: 500 },
  );
});

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
