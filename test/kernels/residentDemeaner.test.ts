import { describe, expect, test } from "vitest";
import { createDemeaner } from "../../src/kernels/demean.js";
import type { Group } from "../../src/kernels/design.js";
import { residentDemeaner } from "../../src/kernels/residentDemeaner.js";
import { builds } from "./builds.js";

const rows = 60;
const column = (seed: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => ((i + seed) * 7919) % 101);
const groupOf = (levels: number, step: number): Group => ({ codes: Int32Array.from({ length: rows }, (_, i) => Math.floor(i / step) % levels), levels });

describe.each(builds)("a demeaner that stays, $build build", ({ kernels }) => {
  const fresh = (groups: readonly Group[], x: Float64Array, weights?: Float64Array): Float64Array =>
    kernels.heap.scope(() => createDemeaner(kernels, groups, { weights }).demean(x));

  test("equals a fresh one, in whatever order groups, weights and columns take turns", () => {
    const [a, b] = [[groupOf(12, 5), groupOf(5, 1)], [groupOf(12, 5)]];
    const sloped = [{ ...groupOf(12, 5), slope: column(9) }, groupOf(12, 5)];
    const weights = column(4).map((value) => value + 1);
    const [x, y] = [column(1), column(2)];
    for (const groups of [a, b, a, sloped, b, a]) {
      for (const own of [null, weights, null]) {
        for (const values of [x, y, x]) {
          expect(residentDemeaner(kernels, groups, own).demean(values)).toEqual(fresh(groups, values, own ?? undefined));
        }
      }
      expect(residentDemeaner(kernels, groups, null).rank).toBe(kernels.heap.scope(() => createDemeaner(kernels, groups).rank));
    }
  });

  test("what is left of a column is computed once, and other arrays of the same numbers are other columns", () => {
    const groups = [groupOf(12, 5), groupOf(5, 1)];
    const x = column(1);
    const once = residentDemeaner(kernels, groups, null).demean(x);
    expect(residentDemeaner(kernels, groups, null).demean(x)).toBe(once);
    const again = residentDemeaner(kernels, groups.map((group) => ({ ...group, codes: group.codes.slice() })), null).demean(x);
    expect(again).toEqual(once);
    expect(again).not.toBe(once);
  });

  test("is refused inside a scope, whose memory would be lost", () => {
    const groups = [groupOf(12, 5)];
    residentDemeaner(kernels, groups, null);
    const inside = (): unknown => kernels.heap.scope(() => {
      kernels.heap.zeros(Float64Array, 4);
      return residentDemeaner(kernels, groups, null);
    });
    expect(inside).toThrow("inside a scope");
  });
});
