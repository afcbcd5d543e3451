import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Group } from "../../src/kernels/design.js";
import { fitLogit, type LogitFit } from "../../src/kernels/logit.js";
import { builds } from "./builds.js";
import { denseLogit, type LogitCase } from "./twins/logit.js";

/** Both solve to rounding; systems are moderately ill-conditioned at worst. */
const CLOSE = 1e-8;

/**
 * Problems whose likelihood has a maximum: each row stands there with both outcomes, of weights that differ, so that
 * no direction separates them.
 */
const problems: fc.Arbitrary<LogitCase> = fc
  .record({ half: fc.integer({ min: 2, max: 12 }), columns: fc.integer({ min: 0, max: 3 }), groups: fc.integer({ min: 0, max: 3 }), penalty: fc.constantFrom(0, 0, 0.3, 2) })
  .chain(({ half, columns, groups, penalty }) =>
    fc.record({
      columns: fc.array(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: half, maxLength: half }), { minLength: columns, maxLength: columns }),
      groups: fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: half, maxLength: half }), { minLength: groups, maxLength: groups }),
      weights: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2 * half, maxLength: 2 * half }),
    }).map((drawn) => ({
      columns: drawn.columns.map((values) => Float64Array.from([...values, ...values], (value) => value / 4)),
      groups: drawn.groups.map((codes) => ({ codes: Int32Array.from([...codes, ...codes]), levels: 6 })),
      target: Float64Array.from({ length: 2 * half }, (_, i) => (i < half ? 0 : 1)),
      weights: Float64Array.from(drawn.weights, (weight) => weight / 2),
      penalty,
    })),
  );

describe.each(builds)("logistic regression, $build build", ({ kernels }) => {
  const fitOf = (one: LogitCase, rows?: Uint32Array, maxIterations = 100): LogitFit =>
    fitLogit(kernels, {
      ...one, rows: rows ?? Uint32Array.from(one.target, (_, i) => i), maxIterations, tolerance: 1e-10,
      penalties: new Float64Array(one.columns.length).fill(one.penalty),
      levelPenalties: one.groups.map((group) => new Float64Array(group.levels).fill(one.penalty)),
    });
  const probabilities = (one: LogitCase, fit: LogitFit): Float64Array =>
    one.target.map((_, row) => {
      const fromColumns = one.columns.reduce((sum, column, j) => sum + (column[row] ?? NaN) * (fit.coefficients[j] ?? NaN), fit.constant);
      return 1 / (1 + Math.exp(-one.groups.reduce((sum, group, g) => sum + (fit.levels[g]?.[group.codes[row] ?? 0] ?? NaN), fromColumns)));
    });
  const fitted = (one: LogitCase): Float64Array => probabilities(one, fitOf(one));
  const furthest = (a: Float64Array, b: Float64Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

  test("equals least squares on dense dummies, reweighted, also where columns are collinear", () => {
    fc.assert(
      fc.property(problems, (one) => {
        expect(fitOf(one).end).toBe("converged");
        expect(furthest(fitted(one), denseLogit(one))).toBeLessThan(CLOSE);
      }),
      { numRuns: 100 },
    );
  });

  test("the score is zero: by column, and by level of every group", () => {
    fc.assert(
      fc.property(problems, (one) => {
        const fit = fitOf(one);
        const p = probabilities(one, fit);
        const rest = one.target.map((y, i) => (one.weights[i] ?? NaN) * (y - (p[i] ?? NaN)));
        expect(Math.abs(rest.reduce((a, b) => a + b, 0))).toBeLessThan(CLOSE);
        one.columns.forEach((column, j) => {
          const slope = column.reduce((sum, x, i) => sum + x * (rest[i] ?? NaN), 0);
          expect(Math.abs(slope - one.penalty * (fit.coefficients[j] ?? NaN))).toBeLessThan(CLOSE);
        });
        one.groups.forEach(({ codes, levels }, g) => {
          const sums = new Float64Array(levels);
          codes.forEach((code, i) => (sums[code] = (sums[code] ?? 0) + (rest[i] ?? NaN)));
          sums.forEach((sum, level) => expect(Math.abs(sum - one.penalty * (fit.levels[g]?.[level] ?? NaN))).toBeLessThan(CLOSE));
        });
      }),
      { numRuns: 100 },
    );
  });

  test("rows, columns and groups in any order; a weight of 2 is a row twice; all weights times 8 without a penalty", () => {
    fc.assert(
      fc.property(problems, fc.integer(), (one, seed) => {
        const order = [...one.target.keys()].sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101) || a - b);
        const pick = (values: Float64Array): Float64Array => Float64Array.from(order, (i) => values[i] ?? NaN);
        const moved: LogitCase = {
          ...one, columns: one.columns.map(pick).reverse(), target: pick(one.target), weights: pick(one.weights),
          groups: one.groups.map((group): Group => ({ ...group, codes: Int32Array.from(order, (i) => group.codes[i] ?? 0) })).reverse(),
        };
        const plain = fitted(one);
        expect(furthest(fitted(moved), pick(plain))).toBeLessThan(CLOSE);
        const twice: LogitCase = {
          ...one, columns: one.columns.map((x) => Float64Array.of(...x, ...x)), target: Float64Array.of(...one.target, ...one.target),
          weights: Float64Array.of(...one.weights, ...one.weights), groups: one.groups.map((group) => ({ ...group, codes: Int32Array.of(...group.codes, ...group.codes) })),
        };
        const doubled = { ...one, weights: one.weights.map((weight) => 2 * weight) };
        expect(furthest(fitted(twice).subarray(0, plain.length), fitted(doubled))).toBeLessThan(CLOSE);
        if (one.penalty === 0) expect(furthest(fitted({ ...one, weights: one.weights.map((weight) => 8 * weight) }), plain)).toBeLessThan(CLOSE);
      }),
      { numRuns: 100 },
    );
  });

  test("without a penalty the scale of a column does not matter, nor a constant one, a copy, or one that a group determines", () => {
    fc.assert(
      fc.property(problems.filter((one) => one.penalty === 0 && one.columns.length > 0 && one.groups.length > 0), (one) => {
        const plain = fitted(one);
        const [first = new Float64Array(0)] = one.columns;
        const scaled = one.columns.map((column, j) => (j === 0 ? column.map((value) => 1000 + 1e-3 * value) : column));
        // What varies is a millionth of the column, which costs six digits of it.
        expect(furthest(fitted({ ...one, columns: scaled }), plain)).toBeLessThan(1e-7);
        const ofGroup = Float64Array.from(one.groups[0]?.codes ?? [], (code) => Math.fround(code / 7));
        for (const column of [new Float64Array(first.length).fill(0.1), first.map((value) => -3 * value), ofGroup]) {
          const more = { ...one, columns: [...one.columns, column] };
          expect(furthest(fitted(more), plain)).toBeLessThan(CLOSE);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("a list of rows is a sample of those rows, and levels outside have no effect", () => {
    fc.assert(
      fc.property(problems, (one) => {
        const pad = (values: Float64Array): Float64Array => Float64Array.of(NaN, ...values, NaN);
        const padded = {
          ...one, columns: one.columns.map(pad), target: pad(one.target), weights: pad(one.weights),
          groups: one.groups.map((group) => ({ ...group, codes: Int32Array.of(5, ...group.codes, 5) })),
        };
        const fit = fitOf(padded, Uint32Array.from(one.target, (_, i) => i + 1));
        expect(fit).toEqual(fitOf(one));
        for (const effects of fit.levels) expect(effects[5]).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("separated outcomes are told, complete or not; a penalty mends them", () => {
    const target = Float64Array.of(0, 0, 0, 1, 1, 1);
    const base = { groups: [], target, weights: new Float64Array(6).fill(1), penalty: 0 };
    const complete = { ...base, columns: [Float64Array.of(-3, -2, -1, 1, 2, 3)] };
    const partly = { ...base, columns: [Float64Array.of(-3, -2, 0, 0, 2, 3)] };
    for (const one of [complete, partly]) {
      const fit = fitOf(one);
      expect(fit.end).toBe("separated");
      const p = probabilities(one, fit);
      expect(Math.max(p[0] ?? 1, p[1] ?? 1, 1 - (p[4] ?? 0), 1 - (p[5] ?? 0))).toBeLessThan(1e-10);
      expect(fitOf({ ...one, penalty: 1e-3 }).end).toBe("converged");
    }
    expect(probabilities(partly, fitOf(partly))[2]).toBeCloseTo(0.5, 8);
    expect(fitOf({ ...complete, penalty: 1e-3 }, undefined, 2).end).toBe("limit");
  });

  test("nearly separated outcomes and far-out rows are fitted all the same", () => {
    const x = Float64Array.of(-300, -2, -1, 1, -1.5, 1.5, 2, 250);
    const one = { columns: [x], groups: [], target: Float64Array.of(0, 0, 0, 0, 1, 1, 1, 1), weights: new Float64Array(8).fill(1), penalty: 0 };
    const fit = fitOf(one);
    expect(fit.end).toBe("converged");
    const rest = probabilities(one, fit).map((p, i) => (one.target[i] ?? NaN) - p);
    expect(Math.abs(rest.reduce((a, b) => a + b, 0))).toBeLessThan(CLOSE);
    expect(Math.abs(rest.reduce((sum, value, i) => sum + value * (x[i] ?? NaN), 0))).toBeLessThan(CLOSE);
  });

  test("no columns and no groups: the share of ones; one row alone is separated", () => {
    const none = { columns: [], groups: [], target: Float64Array.of(1, 0, 0, 0), weights: Float64Array.of(1, 1, 1, 1), penalty: 0 };
    expect(fitted(none)[0]).toBeCloseTo(0.25, 14);
    expect(fitOf({ ...none, target: Float64Array.of(1), weights: Float64Array.of(1) }).end).toBe("separated");
  });
});
