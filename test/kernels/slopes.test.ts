import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDemeaner, type DemeanOptions, type Demeaner } from "../../src/kernels/demean.js";
import type { Group } from "../../src/kernels/design.js";
import { builds } from "./builds.js";
import { denseDemean, effectColumns } from "./twins/demean.js";
import { length } from "./twins/leastSquares.js";

/** Rounding against columns of size 1 in systems of slopes of whole numbers, and what conjugate gradients promise with room. */
const methods = [
  { method: "direct", options: {}, tolerance: 1e-11 },
  { method: "iterated", options: { directLimit: 0 }, tolerance: 1e-8 },
] as const;

interface Case {
  readonly groups: readonly Group[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array;
}

/** Up to three groupings of few rows, each with a level, slopes of whole numbers (often collinear), or both. */
function panels(): fc.Arbitrary<Case> {
  const shape = fc.record({ levels: fc.integer({ min: 1, max: 6 }), level: fc.boolean(), slopes: fc.integer({ min: 0, max: 2 }) });
  return fc.record({ rows: fc.integer({ min: 1, max: 30 }), shapes: fc.array(shape, { minLength: 1, maxLength: 3 }) }).chain(({ rows, shapes }) => {
    const column = fc.float64Array({ min: -1, max: 1, noNaN: true, minLength: rows, maxLength: rows });
    const whole = (min: number, max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min, max }), { minLength: rows, maxLength: rows });
    const effects = shapes.map(({ levels, level, slopes }) =>
      fc.tuple(whole(0, levels - 1), fc.array(whole(-2, 2), { minLength: slopes, maxLength: slopes })).map(([codes, columns]): Group[] => {
        const group = { codes: Int32Array.from(codes), levels };
        const sloped = columns.map((values): Group => ({ ...group, slope: Float64Array.from(values) }));
        return level || slopes === 0 ? [...sloped, group] : sloped;
      }),
    );
    return fc.record({
      groups: fc.tuple(...effects).map((all) => all.flat()), x: column, y: column,
      weights: whole(1, 3).map((values) => Float64Array.from(values)),
    });
  });
}

function distance(a: Float64Array, b: Float64Array): number {
  return length(a.map((value, i) => value - (b[i] as number)));
}

function inner(a: Float64Array, b: Float64Array, weights?: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number) * (weights?.[i] ?? 1), 0);
}

function at(group: Group, rows: readonly number[]): Group {
  const codes = Int32Array.from(rows, (i) => group.codes[i] as number);
  return group.slope === undefined ? { codes, levels: group.levels } : { codes, levels: group.levels, slope: Float64Array.from(rows, (i) => group.slope?.[i] as number) };
}

describe.each(builds)("slopes by level, $build build", ({ kernels }) => {
  const using = <T>(groups: readonly Group[], options: DemeanOptions, work: (demeaner: Demeaner) => T): T =>
    kernels.heap.scope(() => work(createDemeaner(kernels, groups, options)));

  describe.each(methods)("$method", ({ options, tolerance }) => {
    test("equals dense least squares on levels and slopes, and counts their rank", () => {
      fc.assert(
        fc.property(panels(), fc.boolean(), ({ groups, x, weights }, weigh) => {
          const used = weigh ? weights : undefined;
          const wanted = denseDemean(groups, x, used);
          using(groups, { ...options, weights: used }, (demeaner) => {
            expect(distance(demeaner.demean(x), wanted.residuals)).toBeLessThan(tolerance);
            if (options === methods[0].options) expect(demeaner.rank).toBe(wanted.rank);
            else expect(demeaner.rank).toBeGreaterThanOrEqual(wanted.rank);
          });
        }),
        { numRuns: 300 },
      );
    });

    test("is a projection, symmetric in the weights, and takes off every level and slope", () => {
      fc.assert(
        fc.property(panels(), ({ groups, x, y, weights }) => {
          using(groups, { ...options, weights }, (demeaner) => {
            const mx = demeaner.demean(x);
            expect(distance(demeaner.demean(mx), mx)).toBeLessThan(tolerance);
            expect(Math.abs(inner(mx, y, weights) - inner(x, demeaner.demean(y), weights))).toBeLessThan(30 * tolerance);
            for (const column of effectColumns(groups)) expect(length(demeaner.demean(column))).toBeLessThan(tolerance);
          });
        }),
      );
    });

    test("leaves what is orthogonal to every level and slope as it is", () => {
      fc.assert(
        fc.property(panels(), fc.boolean(), ({ groups, x, weights }, weigh) => {
          const used = weigh ? weights : undefined;
          const orthogonal = denseDemean(groups, x, used).residuals;
          expect(distance(using(groups, { ...options, weights: used }, (demeaner) => demeaner.demean(orthogonal)), orthogonal)).toBeLessThan(10 * tolerance);
        }),
      );
    });

    test("whole weights are repeated rows, and the order of rows does not matter", () => {
      fc.assert(
        fc.property(panels(), ({ groups, x, weights }) => {
          const repeated = Array.from(x.keys()).flatMap((i) => new Array<number>(weights[i] as number).fill(i)).reverse();
          const once = using(groups, { ...options, weights }, (demeaner) => demeaner.demean(x));
          const many = using(groups.map((group) => at(group, repeated)), options, (demeaner) => demeaner.demean(Float64Array.from(repeated, (i) => x[i] as number)));
          expect(distance(many, Float64Array.from(repeated, (i) => once[i] as number))).toBeLessThan(3 * tolerance);
        }),
      );
    });

    test("a list of rows is a sample of those rows", () => {
      fc.assert(
        fc.property(panels(), fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), ({ groups, x }, taken) => {
          const rows = Array.from(x.keys()).filter((i) => taken[i] === true || i === 0);
          const got = using(groups, { ...options, rows: Uint32Array.from(rows) }, (demeaner) => demeaner.demean(x));
          const wanted = using(groups.map((group) => at(group, rows)), options, (demeaner) => demeaner.demean(Float64Array.from(rows, (i) => x[i] as number)));
          expect(distance(Float64Array.from(rows, (i) => got[i] as number), wanted)).toBeLessThan(tolerance);
        }),
      );
    });
  });

  test("a year of four digits beside unit effects loses no more digits than a year counted from zero", () => {
    const rows = Array.from({ length: 400 }, (_, i) => i).filter((i) => i % 7 !== 3);
    const codes = Int32Array.from(rows, (i) => Math.floor(i / 10));
    const year = { codes: Int32Array.from(rows, (i) => i % 10), levels: 10 };
    const x = Float64Array.from(rows, (i) => ((i * 7919) % 1009) / 1009);
    const since = (start: number): Float64Array =>
      using([{ codes, levels: 40 }, year, { codes, levels: 40, slope: Float64Array.from(rows, (i) => start + (i % 10)) }], {}, (demeaner) => demeaner.demean(x));
    expect(distance(since(2012), since(0))).toBeLessThan(1e-11);
  });

  test("refuses to take slopes apart, and slopes that do not fit", () => {
    const group: Group = { codes: Int32Array.of(0, 1), levels: 2, slope: Float64Array.of(1, 2) };
    expect(() => using([group], {}, (demeaner) => demeaner.effects(Float64Array.of(1, 2)))).toThrow("slopes are removed");
    expect(() => using([{ ...group, slope: Float64Array.of(1, NaN) }], {}, () => 0)).toThrow("2 finite numbers");
  });
});
