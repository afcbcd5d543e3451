import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDemeaner } from "../../src/kernels/demean.js";
import { leastSquares, linearPredict, type LeastSquares, type LeastSquaresProblem } from "../../src/kernels/ols.js";
import { householder, length, weighted } from "./twins/leastSquares.js";
import { builds } from "./builds.js";

/** Relative, on well- and moderately ill-conditioned columns. */
const ACCURATE = 1e-10;

/** Eighths of small whole numbers: collinear columns are so exactly, all others are far from it. */
function cells(count: number): fc.Arbitrary<Float64Array> {
  return fc.array(fc.integer({ min: -24, max: 24 }), { minLength: count, maxLength: count }).map((values) => Float64Array.from(values, (v) => v / 8));
}

interface Case {
  readonly columns: readonly Float64Array[];
  readonly targets: readonly Float64Array[];
  readonly weights: Float64Array;
  readonly intercept: boolean;
}

const problems: fc.Arbitrary<Case> = fc
  .record({ rows: fc.integer({ min: 1, max: 30 }), columns: fc.integer({ min: 0, max: 7 }), targets: fc.integer({ min: 1, max: 3 }) })
  .chain(({ rows, columns, targets }) =>
    fc.record({
      columns: fc.array(cells(rows), { minLength: columns, maxLength: columns }),
      targets: fc.array(cells(rows), { minLength: targets, maxLength: targets }),
      weights: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: rows, maxLength: rows }).map((values) => Float64Array.from(values, (v) => v / 4)),
      intercept: fc.boolean(),
    }),
  );

/** The twin: Householder QR on the columns and a constant. */
function reference({ columns, targets, weights, intercept }: Case, weigh: boolean): { residuals: Float64Array; rank: number; coefficients: Float64Array }[] {
  const rows = targets[0]?.length ?? 0;
  const scale = (column: Float64Array): Float64Array => (weigh ? weighted(column, weights) : column);
  const all = [...(intercept ? [new Float64Array(rows).fill(1)] : []), ...columns].map(scale);
  return targets.map((target) => {
    const { residuals, rank, coefficients } = householder(all, scale(target));
    const unscaled = residuals.map((value, i) => (weigh ? value / Math.sqrt(weights[i] as number) : value));
    return { residuals: unscaled, rank: rank - (intercept ? 1 : 0), coefficients };
  });
}

function distance(a: Float64Array, b: Float64Array): number {
  return length(a.map((number, i) => number - (b[i] as number)));
}

function numbers(seed: number, count: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function relative(got: number, wanted: number): number {
  return Math.abs(got - wanted) / Math.abs(wanted);
}

/** Longley 1967; certified values: NIST Statistical Reference Datasets. */
const longley = {
  columns: [
    [83, 88.5, 88.2, 89.5, 96.2, 98.1, 99, 100, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2, 115.7, 116.9],
    [234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180, 442769, 444546, 482704, 502601, 518173, 554894],
    [2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813, 3931, 4806, 4007],
    [1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552, 2514, 2572, 2827],
    [107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734, 120445, 121950, 123366, 125368, 127852, 130081],
    [1947, 1948, 1949, 1950, 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958, 1959, 1960, 1961, 1962],
  ].map((column) => Float64Array.from(column)),
  targets: [Float64Array.of(60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513, 68655, 69564, 69331, 70551)],
  coefficients: [15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355],
  intercept: -3482258.63459582,
  residualSquares: 836424.055505915,
};

describe.each(builds)("least squares, $build build", ({ kernels }) => {
  const solve = (problem: LeastSquaresProblem): LeastSquares => leastSquares(kernels, problem);

  test.each([false, true])("equals Householder QR, also where columns are collinear (weights: %s)", (weigh) => {
    fc.assert(
      fc.property(problems, (problem) => {
        const got = solve({ ...problem, weights: weigh ? problem.weights : undefined });
        reference(problem, weigh).forEach(({ residuals, rank, coefficients }, t) => {
          const fit = got.fits[t] as LeastSquares["fits"][number];
          expect(got.rank).toBe(rank);
          expect(distance(got.residuals[t] as Float64Array, residuals)).toBeLessThan(1e-11);
          const squares = residuals.reduce((sum, r, i) => sum + r * r * (weigh ? (problem.weights[i] as number) : 1), 0);
          expect(Math.abs(fit.residualSquares - squares)).toBeLessThan(1e-10);
          got.dropped.forEach((gone, j) => {
            if (gone) expect(fit.coefficients[j]).toBe(0);
          });
          if (rank < problem.columns.length) return;
          const all = problem.intercept ? [fit.intercept, ...fit.coefficients] : [...fit.coefficients];
          all.forEach((coefficient, j) => expect(Math.abs(coefficient - (coefficients[j] as number))).toBeLessThan(1e-9));
        });
      }),
      { numRuns: 500 },
    );
  });

  test("a list of rows is a sample of those rows, and prediction is the fit", () => {
    fc.assert(
      fc.property(problems, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (problem, taken) => {
        const rows = Uint32Array.from(Array.from((problem.targets[0] as Float64Array).keys()).filter((i) => taken[i] === true || i === 0));
        const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (i) => column[i] as number);
        const got = solve({ ...problem, rows });
        const twin = solve({ ...problem, columns: problem.columns.map(pick), targets: problem.targets.map(pick), weights: pick(problem.weights) });
        expect(got.dropped).toEqual(twin.dropped);
        expect(got.fits).toEqual(twin.fits);
        got.residuals.forEach((column, t) => {
          expect(pick(column)).toEqual(twin.residuals[t]);
          const predicted = linearPredict(kernels, problem.columns, column.length, got.fits[t] as LeastSquares["fits"][number], rows);
          const target = problem.targets[t] as Float64Array;
          rows.forEach((i) => expect((predicted[i] as number) + (column[i] as number)).toBeCloseTo(target[i] as number, 10));
          expect(predicted.filter((v, i) => v !== 0 && !rows.includes(i)).length).toBe(0);
          expect(linearPredict(kernels, problem.columns, column.length, got.fits[t] as LeastSquares["fits"][number]).length).toBe(column.length);
        });
      }),
    );
  });

  test("whole weights are repeated rows; weight 0 is no row", () => {
    fc.assert(
      fc.property(problems, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 30, maxLength: 30 }), (problem, times) => {
        const count = (problem.targets[0] as Float64Array).length;
        const weights = Float64Array.from({ length: count }, (_, i) => (i === 0 ? 1 : (times[i] as number)));
        const rows = Uint32Array.from(Array.from(weights).flatMap((weight, i) => Array.from({ length: weight }, () => i)));
        const got = solve({ ...problem, weights });
        const twin = solve({ ...problem, weights: undefined, rows });
        expect(got.rank).toBe(twin.rank);
        got.fits.forEach((fit, t) => expect(Math.abs(fit.residualSquares - (twin.fits[t]?.residualSquares as number))).toBeLessThan(1e-9));
        // rows of weight 0 get residuals, too
        got.residuals.forEach((column, t) => {
          const predicted = linearPredict(kernels, problem.columns, count, got.fits[t] as LeastSquares["fits"][number]);
          column.forEach((r, i) => expect(r + (predicted[i] as number)).toBeCloseTo(problem.targets[t]?.[i] as number, 9));
        });
      }),
    );
  });

  test("Longley's data to all certified digits that doubles allow", () => {
    const { fits, rank } = solve({ ...longley, intercept: true });
    const [fit] = fits as [LeastSquares["fits"][number]];
    expect(rank).toBe(6);
    longley.coefficients.forEach((wanted, j) => expect(relative(fit.coefficients[j] as number, wanted)).toBeLessThan(1e-10));
    expect(relative(fit.intercept, longley.intercept)).toBeLessThan(1e-11);
    expect(relative(fit.residualSquares, longley.residualSquares)).toBeLessThan(1e-12);
  });

  test.each([
    [20, 1e-12],
    [2000, 1e-10],
    [10_000, 1e-9],
  ])("x and its square, x about %d", (about, tolerance) => {
    const x = Float64Array.from({ length: 41 }, (_, i) => about + i);
    const square = x.map((v) => v * v);
    const { fits, dropped } = solve({ columns: [x, square], targets: [x.map((v) => 3 + 2 * v - 0.5 * v * v)], intercept: true });
    expect(dropped).toEqual([false, false]);
    expect(relative(fits[0]?.coefficients[0] as number, 2)).toBeLessThan(tolerance);
    expect(relative(fits[0]?.coefficients[1] as number, -0.5)).toBeLessThan(tolerance);
  });

  test("the scale of a column changes its coefficient and nothing else", () => {
    const n = 200;
    const base = Array.from({ length: 6 }, (_, j) => numbers(j + 1, n).map((v, i) => v + (j > 0 ? 0.9 * (numbers(j, n)[i] as number) : 0)));
    const target = numbers(99, n).map((v, i) => v + 3 * (base[2]?.[i] as number));
    const wanted = solve({ columns: base, targets: [target], intercept: true });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -6, max: 9 }), { minLength: 6, maxLength: 6 }), (powers) => {
        const scales = powers.map((power) => Number(`1e${power}`));
        const got = solve({ columns: base.map((column, j) => column.map((v) => v * (scales[j] as number))), targets: [target], intercept: true });
        expect(got.rank).toBe(6);
        scales.forEach((scale, j) => {
          expect(relative((got.fits[0]?.coefficients[j] as number) * scale, wanted.fits[0]?.coefficients[j] as number)).toBeLessThan(ACCURATE);
        });
      }),
    );
  });

  test("constant, repeated and dependent columns are dropped, later ones first", () => {
    const n = 500;
    const [a, b] = [numbers(1, n), numbers(2, n)];
    const columns = [new Float64Array(n).fill(0.1), a, a, b, a.map((v) => v * 1e9), a.map((v, i) => 0.3 * v - 7 * (b[i] as number) + 12), new Float64Array(n)];
    const { dropped, rank, fits } = solve({ columns, targets: [a.map((v, i) => 2 * v + 5 * (b[i] as number) + 1)], intercept: true });
    expect(rank).toBe(2);
    expect(dropped.slice(0, 5)).toEqual([true, false, true, false, true]);
    expect(dropped.slice(5)).toEqual([true, true]);
    expect(relative(fits[0]?.coefficients[1] as number, 2)).toBeLessThan(1e-14);
    expect(relative(fits[0]?.intercept as number, 1)).toBeLessThan(1e-13);
  });

  test("more columns than rows", () => {
    const columns = Array.from({ length: 12 }, (_, j) => numbers(j + 1, 5));
    const { rank, residuals } = solve({ columns, targets: [numbers(40, 5)], intercept: true });
    expect(rank).toBe(4);
    expect(length(residuals[0] as Float64Array)).toBeLessThan(1e-12);
    const none = solve({ columns: [], targets: [Float64Array.of(1, 2, 6)], intercept: true });
    expect(none.fits[0]).toMatchObject({ intercept: 3, residualSquares: 14 });
  });

  test("demeaned columns: a floor drops what demeaning has left of group constants", () => {
    const units = 30;
    const codes = Int32Array.from({ length: 300 }, (_, i) => i % units);
    const raw = [numbers(1, 300), Float64Array.from(codes, (code) => Math.fround(code / 7)), numbers(2, 300)];
    const demeaned = kernels.heap.scope(() => createDemeaner(kernels, [{ codes, levels: units }]).demeanColumns(raw));
    const floors = Float64Array.from(raw, (column) => 1e-9 * length(column));
    const { dropped, fits } = solve({ columns: demeaned, targets: [demeaned[2] as Float64Array], intercept: false, floors });
    expect(dropped).toEqual([false, true, false]);
    expect(fits[0]?.intercept).toBe(0);
    expect(fits[0]?.coefficients[2]).toBeCloseTo(1, 13);
  });

  test("NaN in a column makes all NaN, in a target its own numbers; not in rows that are left out", () => {
    const [a, b, y] = [numbers(1, 9), numbers(2, 9), numbers(3, 9)];
    const bad = a.map((v, i) => (i === 4 ? NaN : v));
    const everything = (fit: LeastSquares["fits"][number] | undefined): number[] => [...(fit?.coefficients ?? []), fit?.intercept ?? 0, fit?.residualSquares ?? 0];
    for (const column of [bad, a.map((v, i) => (i === 4 ? Infinity : v))]) {
      const one = solve({ columns: [column, b], targets: [y], intercept: true });
      expect(everything(one.fits[0]).every(Number.isNaN)).toBe(true);
      expect(one.residuals[0]?.every(Number.isNaN)).toBe(true);
    }
    const two = solve({ columns: [a, b], targets: [bad, y], intercept: true });
    expect(everything(two.fits[0]).every(Number.isNaN)).toBe(true);
    expect(two.fits[1]).toEqual(solve({ columns: [a, b], targets: [y], intercept: true }).fits[0]);
    const rows = Uint32Array.of(0, 1, 2, 3, 5, 6, 7, 8);
    expect(solve({ columns: [bad, b], targets: [y], intercept: true, rows }).fits).toEqual(solve({ columns: [a, b], targets: [y], intercept: true, rows }).fits);
  });

  test("refuses what does not fit", () => {
    const y = Float64Array.of(1, 2);
    expect(() => solve({ columns: [Float64Array.of(1)], targets: [y], intercept: true })).toThrow("1 numbers, expected 2");
    expect(() => solve({ columns: [y], targets: [y], intercept: true, rows: Uint32Array.of(2) })).toThrow("Row 2");
    expect(() => solve({ columns: [y], targets: [y], intercept: true, floors: Float64Array.of(1, 2) })).toThrow("2 floors for 1 columns");
    expect(() => solve({ columns: [], targets: [], intercept: true })).toThrow("no rows");
    expect(() => linearPredict(kernels, [y], 2, { coefficients: Float64Array.of(1, 2), intercept: 0 })).toThrow("1 columns for 2 coefficients");
  });
});
