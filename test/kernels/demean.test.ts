import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EstimationError } from "../../src/errors.js";
import { createDemeaner, type DemeanOptions, type Demeaner } from "../../src/kernels/demean.js";
import type { Group } from "../../src/kernels/design.js";
import { countPieces, denseDemean, dummies } from "./twins/demean.js";
import { householder, length } from "./twins/leastSquares.js";
import { builds } from "./builds.js";

/** Rounding against columns of size 1, and what conjugate gradients promise (1e-10 of the residuals) with some room. */
const ROUNDING = 1e-12;
const ITERATED = 1e-9;

interface Case {
  readonly groups: readonly Group[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array;
}

const value = fc.double({ min: -1, max: 1, noNaN: true });

/** Rows at random cells: unbalanced, with singletons, empty levels, pieces that do not connect, single levels and rows. */
function panels(mostGroups = 3): fc.Arbitrary<Case> {
  return fc
    .record({
      rows: fc.integer({ min: 1, max: 40 }),
      levels: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: mostGroups }),
    })
    .chain(({ rows, levels }) => {
      const column = fc.float64Array({ min: -1, max: 1, noNaN: true, minLength: rows, maxLength: rows });
      return fc.record({
        groups: fc.tuple(
          ...levels.map((count) =>
            fc
              .array(fc.integer({ min: 0, max: count - 1 }), { minLength: rows, maxLength: rows })
              .map((codes): Group => ({ codes: Int32Array.from(codes), levels: count })),
          ),
        ),
        x: column,
        y: column,
        weights: fc
          .array(fc.oneof(fc.constant(1), fc.double({ min: 0.1, max: 4, noNaN: true })), { minLength: rows, maxLength: rows })
          .map((values) => Float64Array.from(values)),
      });
    });
}

/** Direct, and by conjugate gradients. */
const methods = [
  { method: "direct", options: {}, tolerance: ROUNDING },
  { method: "iterated", options: { directLimit: 0 }, tolerance: ITERATED },
] as const;

function distance(a: Float64Array, b: Float64Array): number {
  return length(a.map((number, i) => number - (b[i] as number)));
}

function inner(a: Float64Array, b: Float64Array, weights?: Float64Array): number {
  return a.reduce((sum, number, i) => sum + number * (b[i] as number) * (weights?.[i] ?? 1), 0);
}

/** Seeded numbers in [-1, 1), for fixed examples. */
function numbers(seed: number, count: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A balanced panel with some rows left out. */
function unbalanced(units: number, periods: number, seed = 1): Group[] {
  const keep = numbers(seed, units * periods).map((u) => (u < 0.7 ? 1 : 0));
  const cells = Array.from(keep.keys()).filter((i) => keep[i] === 1);
  return [
    { codes: Int32Array.from(cells, (cell) => Math.floor(cell / periods)), levels: units },
    { codes: Int32Array.from(cells, (cell) => cell % periods), levels: periods },
  ];
}

describe.each(builds)("demeaning, $build build", ({ kernels }) => {
  const using = <T>(groups: readonly Group[], options: DemeanOptions, work: (demeaner: Demeaner) => T): T =>
    kernels.heap.scope(() => work(createDemeaner(kernels, groups, options)));

  describe.each(methods)("$method", ({ options, tolerance }) => {
    test("equals dense least squares on all dummies", () => {
      fc.assert(
        fc.property(panels(), ({ groups, x }) => {
          const wanted = denseDemean(groups, x);
          using(groups, options, (demeaner) => {
            expect(distance(demeaner.demean(x), wanted.residuals)).toBeLessThan(tolerance);
            if (groups.length < 3 || options === methods[0].options) expect(demeaner.rank).toBe(wanted.rank);
            else expect(demeaner.rank).toBeGreaterThanOrEqual(wanted.rank);
            expect(demeaner.components).toBe(countPieces(groups));
          });
        }),
        { numRuns: 300 },
      );
    });

    test("equals dense weighted least squares", () => {
      fc.assert(
        fc.property(panels(), ({ groups, x, weights }) => {
          const wanted = denseDemean(groups, x, weights);
          const got = using(groups, { ...options, weights }, (demeaner) => demeaner.demean(x));
          expect(distance(got, wanted.residuals)).toBeLessThan(10 * tolerance);
        }),
        { numRuns: 200 },
      );
    });

    test("is a projection: M M = M, and symmetric in the weights", () => {
      fc.assert(
        fc.property(panels(), fc.boolean(), ({ groups, x, y, weights }, weigh) => {
          const used = weigh ? weights : undefined;
          using(groups, { ...options, weights: used }, (demeaner) => {
            const mx = demeaner.demean(x);
            expect(distance(demeaner.demean(mx), mx)).toBeLessThan(tolerance);
            expect(Math.abs(inner(mx, y, used) - inner(x, demeaner.demean(y), used))).toBeLessThan(20 * tolerance);
          });
        }),
      );
    });

    test("leaves what is orthogonal to every dummy as it is", () => {
      fc.assert(
        fc.property(panels(), fc.boolean(), ({ groups, x, weights }, weigh) => {
          const used = weigh ? weights : undefined;
          const orthogonal = denseDemean(groups, x, used).residuals;
          expect(distance(using(groups, { ...options, weights: used }, (demeaner) => demeaner.demean(orthogonal)), orthogonal)).toBeLessThan(10 * tolerance);
        }),
      );
    });

    test("takes off the constant and every dummy, whatever their size", () => {
      fc.assert(
        fc.property(panels(), value, ({ groups, x }, scale) => {
          using(groups, options, (demeaner) => {
            const mx = demeaner.demean(x);
            const shifted = dummies(groups).reduce((sum, d, j) => sum.map((v, i) => v + (j - 3.7) * scale * (d[i] as number)), x.map((v) => v + 1000));
            expect(distance(demeaner.demean(shifted), mx)).toBeLessThan(Math.max(tolerance, 1e-11));
            for (const dummy of dummies(groups)) expect(length(demeaner.demean(dummy))).toBeLessThan(tolerance);
          });
        }),
      );
    });

    test("does not depend on names of levels, order of rows, order of groups, empty levels", () => {
      fc.assert(
        fc.property(panels(), fc.integer({ min: 1, max: 1e6 }), ({ groups, x, weights }, seed) => {
          const rank = Array.from(numbers(seed, x.length).keys()).sort((a, b) => (numbers(seed, x.length)[a] as number) - (numbers(seed, x.length)[b] as number));
          const others = groups
            .map(({ codes, levels }) => ({ codes: Int32Array.from(rank, (i) => 2 * levels - 1 - 2 * (codes[i] as number)), levels: 2 * levels + 3 }))
            .reverse();
          const permuted = using(others, { ...options, weights: Float64Array.from(rank, (i) => weights[i] as number) }, (demeaner) =>
            demeaner.demean(Float64Array.from(rank, (i) => x[i] as number)),
          );
          const plain = using(groups, { ...options, weights }, (demeaner) => demeaner.demean(x));
          expect(distance(permuted, Float64Array.from(rank, (i) => plain[i] as number))).toBeLessThan(tolerance);
        }),
      );
    });

    test("a list of rows is a sample of those rows; the others hold 0", () => {
      fc.assert(
        fc.property(panels(), fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), ({ groups, x, weights }, taken) => {
          const rows = Uint32Array.from(Array.from(x.keys()).filter((i) => taken[i] === true || i === 0));
          const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (i) => column[i] as number);
          const small = groups.map(({ codes, levels }) => ({ codes: Int32Array.from(rows, (i) => codes[i] as number), levels }));
          using(groups, { ...options, weights, rows }, (demeaner) => {
            const got = demeaner.demean(x);
            using(small, { ...options, weights: pick(weights) }, (twin) => {
              expect(distance(pick(got), twin.demean(pick(x)))).toBeLessThan(tolerance);
              expect(demeaner.rank).toBe(twin.rank);
              expect(demeaner.components).toBe(twin.components);
            });
            expect(inner(got, got) - inner(pick(got), pick(got))).toBeCloseTo(0, 12);
            expect(got.filter((v, i) => v !== 0 && !rows.includes(i)).length).toBe(0);
          });
        }),
      );
    });

    test("rows of weight 0 influence nothing", () => {
      fc.assert(
        fc.property(panels(), fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), ({ groups, x, weights }, taken) => {
          const rows = Uint32Array.from(Array.from(x.keys()).filter((i) => taken[i] === true || i === 0));
          const masked = weights.map((weight, i) => (taken[i] === true || i === 0 ? weight : 0));
          using(groups, { ...options, weights, rows }, (wanted) => {
            const wantedX = wanted.demean(x);
            using(groups, { ...options, weights: masked }, (demeaner) => {
              const got = demeaner.demean(x).map((number, i) => (masked[i] === 0 ? 0 : number));
              expect(distance(got, wantedX)).toBeLessThan(10 * tolerance);
              expect(demeaner.rank).toBe(wanted.rank);
              expect(demeaner.components).toBe(wanted.components);
            });
          });
        }),
      );
    });

    test("effects add up, and are the shortest that do", () => {
      fc.assert(
        fc.property(panels(), fc.boolean(), ({ groups, x, weights }, weigh) => {
          using(groups, { ...options, weights: weigh ? weights : undefined }, (demeaner) => {
            const { constant, levels, residuals } = demeaner.effects(x);
            expect(distance(residuals, demeaner.demean(x))).toBeLessThan(tolerance);
            const sum = x.map((_, i) => constant + (residuals[i] as number) + groups.reduce((s, { codes }, g) => s + (levels[g]?.[codes[i] as number] as number), 0));
            expect(distance(sum, x)).toBeLessThan(tolerance);
            groups.forEach(({ codes, levels: count }, g) => {
              for (let level = 0; level < count; level++) if (!codes.includes(level)) expect(levels[g]?.[level]).toBe(0);
              expect(Math.abs((levels[g] as Float64Array).reduce((s, v) => s + v, 0))).toBeLessThan(20 * tolerance);
            });
            if (groups.length > 2) return;
            // the shortest solution lies in the span of the rows of the centred dummies
            const columns = dummies(groups).map((d) => d.map((v) => v - d.reduce((s, w) => s + w, 0) / d.length));
            const rows = Array.from(x.keys(), (i) => Float64Array.from(columns, (column) => column[i] as number));
            const all = Float64Array.from(levels.flatMap((part) => [...part]));
            expect(length(householder(rows, all, 1e-9).residuals)).toBeLessThan(100 * tolerance);
          });
        }),
        { numRuns: 200 },
      );
    });
  });

  test("a start near the solution changes nothing but the time", () => {
    const groups = unbalanced(300, 40);
    const x = numbers(5, groups[0]?.codes.length as number);
    using(groups, { directLimit: 0 }, (demeaner) => {
      const cold = demeaner.effects(x);
      const warm = demeaner.effects(x, demeaner.effects(x.map((number, i) => number + 1e-3 * Math.sin(i))));
      expect(distance(warm.residuals, cold.residuals)).toBeLessThan(1e-9 * length(cold.residuals));
      expect(Math.abs(warm.constant - cold.constant)).toBeLessThan(1e-9);
    });
  });

  test("under effects a million times their size residuals lose only what the column's own digits lose", () => {
    const groups = unbalanced(60, 12);
    const [units, periods] = groups as [Group, Group];
    // multiples of 1/1024, so that adding the effects is exact
    const x = numbers(3, units.codes.length).map((v) => Math.round(v * 1024) / 1024);
    const big = x.map((v, i) => v + 4e6 * ((units.codes[i] as number) % 7) - 1e6 * ((periods.codes[i] as number) % 5));
    for (const directLimit of [1000, 0]) {
      using(groups, { directLimit }, (demeaner) => {
        const residuals = demeaner.demean(big);
        expect(distance(residuals, demeaner.demean(x))).toBeLessThan(1e-9 * length(x));
        if (directLimit === 0) return;
        for (const dummy of dummies(groups)) expect(Math.abs(inner(residuals, dummy))).toBeLessThan(ROUNDING);
      });
    }
  });

  test("a long chain of levels, and a system beyond the limit", () => {
    // unit i is seen in periods i and i + 1: the slowest graph there is
    const links = 150;
    const groups: Group[] = [
      { codes: Int32Array.from({ length: 2 * links }, (_, i) => i >> 1), levels: links },
      { codes: Int32Array.from({ length: 2 * links }, (_, i) => (i >> 1) + (i & 1)), levels: links + 1 },
    ];
    const x = numbers(9, 2 * links);
    const direct = using(groups, {}, (demeaner) => demeaner.demean(x));
    expect(distance(direct, denseDemean(groups, x).residuals)).toBeLessThan(1e-10);
    const iterated = using(groups, { directLimit: 100 }, (demeaner) => demeaner.demean(x));
    expect(distance(iterated, direct)).toBeLessThan(1e-9);
    const failing = (): unknown => using(groups, { directLimit: 0, maxIterations: 16 }, (demeaner) => demeaner.demean(x));
    expect(failing).toThrow(EstimationError);
    expect(failing).toThrow("16 iterations");
  });

  test("nested groups are counted once", () => {
    const unit = Int32Array.from({ length: 60 }, (_, i) => Math.floor(i / 5));
    const groups: Group[] = [
      { codes: unit, levels: 12 },
      { codes: unit.map((code) => code % 3), levels: 3 },
      { codes: Int32Array.from({ length: 60 }, (_, i) => i % 5), levels: 5 },
    ];
    expect(using(groups, {}, (demeaner) => demeaner.rank)).toBe(12 + 4);
    expect(using(groups.slice(0, 2), {}, (demeaner) => demeaner.rank)).toBe(12);
    expect(using(groups, { directLimit: 0 }, (demeaner) => demeaner.rank)).toBe(12 + 4);
  });

  test("one row, one level, rows all alone", () => {
    const one = [{ codes: Int32Array.of(2), levels: 4 }, { codes: Int32Array.of(0), levels: 1 }];
    using(one, {}, (demeaner) => {
      expect([...demeaner.demean(Float64Array.of(7))]).toEqual([0]);
      expect([demeaner.rank, demeaner.components]).toEqual([1, 1]);
      expect(demeaner.effects(Float64Array.of(7))).toMatchObject({ constant: 7 });
    });
    using([{ codes: new Int32Array(4), levels: 1 }], {}, (demeaner) => {
      expect([...demeaner.demean(Float64Array.of(1, 2, 3, 6))]).toEqual([-2, -1, 0, 3]);
      expect([demeaner.rank, demeaner.components]).toEqual([1, 1]);
    });
    const alone = Int32Array.of(0, 1, 2, 3);
    using([{ codes: alone, levels: 4 }, { codes: alone, levels: 4 }], {}, (demeaner) => {
      expect([...demeaner.demean(Float64Array.of(1, 2, 3, 6))]).toEqual([0, 0, 0, 0]);
      expect([demeaner.rank, demeaner.components]).toEqual([4, 4]);
    });
  });

  test("NaN and infinity stay NaN at their row and stop nothing", () => {
    const groups = unbalanced(10, 4);
    for (const bad of [NaN, Infinity]) {
      for (const directLimit of [1000, 0]) {
        const x = numbers(2, groups[0]?.codes.length as number);
        x[5] = bad;
        expect(using(groups, { directLimit }, (demeaner) => demeaner.demean(x))[5]).toBeNaN();
      }
    }
  });

  test("many columns, and the same bits each time", () => {
    const groups = unbalanced(20, 6);
    const columns = [1, 2, 3].map((seed) => numbers(seed, groups[0]?.codes.length as number));
    using(groups, {}, (demeaner) => {
      const once = demeaner.demeanColumns(columns);
      expect(once).toEqual(columns.map((column) => demeaner.demean(column)));
      expect(using(groups, {}, (other) => other.demeanColumns([...columns].reverse()).reverse())).toEqual(once);
    });
  });

  test("refuses what does not fit, and work after its scope", () => {
    const codes = Int32Array.of(0, 1, 1);
    const make = (groups: readonly Group[], options: DemeanOptions = {}): Demeaner => using(groups, options, (demeaner) => demeaner);
    expect(() => make([{ codes, levels: 1 }])).toThrow("A group of 1 levels has the code 1.");
    expect(() => make([{ codes, levels: 2 }, { codes: Int32Array.of(0), levels: 1 }])).toThrow("1 codes, expected 3");
    expect(() => make([])).toThrow("no rows");
    expect(() => make([{ codes, levels: 2 }], { rows: Uint32Array.of(0, 3) })).toThrow("Row 3");
    expect(() => make([{ codes, levels: 2 }], { weights: Float64Array.of(1, -1, 1) })).toThrow("A weight is -1");
    expect(() => make([{ codes, levels: 2 }], { weights: Float64Array.of(1, 1) })).toThrow("2 weights, expected 3");
    expect(() => using([{ codes, levels: 2 }], {}, (demeaner) => demeaner.demean(Float64Array.of(1)))).toThrow("1 numbers, expected 3");
    expect(() => make([{ codes, levels: 2 }]).demean(Float64Array.of(1, 2, 3))).toThrow("after the scope");
  });
});
