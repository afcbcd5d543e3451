import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Kernels } from "../../src/kernels/instance.js";
import { createSvm, type SvmFit, type SvmProblem, type SvmSpace } from "../../src/kernels/svm.js";
import { builds } from "./builds.js";
import { designOf, randoms } from "./twins/forest.js";
import { denseKernel, type SvmCase, svmCases, verdict } from "./twins/svm.js";

/** Kernel values are f32: errors of 1e-6 where values are at most 1 (rbf), of 4e-5 where they are at most 40 (linear), times the coefficients. */
function roundingOf(space: SvmSpace, fit: SvmFit): number {
  return 1e-9 + (space.kernel === "rbf" ? 1e-6 : 4e-5) * fit.coefficients.reduce((sum, value) => sum + Math.abs(value), 0);
}

function run(kernels: Kernels, space: SvmSpace, problem: SvmProblem, rows: Uint32Array): { fit: SvmFit; predictions: Float64Array } {
  return kernels.heap.scope(() => {
    const machine = createSvm(kernels, space);
    const fit = machine.fit(problem);
    return { fit, predictions: machine.predict(fit, rows) };
  });
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** Rows enough for several blocks, with two groups and a nonlinear target. */
function example(rows: number, kernel: "rbf" | "linear" = "rbf", seed = 1): SvmCase {
  const random = randoms(seed);
  const column = (make: (row: number) => number): Float64Array => Float64Array.from({ length: rows }, (_, row) => make(row));
  const features = [column(random), column(random), column(random)];
  const groups = [{ codes: column((row) => row % 7), levels: 7 }, { codes: column(() => Math.floor(3 * random())), levels: 3 }];
  const design = designOf(features, groups);
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  const train = all.filter((row) => row % 5 !== 0);
  const space = { design, train, kernel, gamma: 0.5, centres: new Float64Array(3).fill(0.5), scales: new Float64Array(3).fill(0.3), levels: groups.map(({ levels }) => new Float64Array(levels).fill(0.8)) };
  const target = Float64Array.from(train, (row) => 4 * features[0]![row]! * features[1]![row]! + (row % 7) / 7 + random());
  return { space, predict: all.filter((row) => row % 5 === 0), problem: { target, bounds: new Float64Array(train.length).fill(1), epsilon: 0.1, tolerance: 1e-7, maxIterations: 1_000_000 } };
}

describe.each(builds)("support vector regression, $build build", ({ kernels }) => {
  test("is the optimum of the dual of dense points, with LIBSVM's intercept and the predictions that follow", () => {
    fc.assert(
      fc.property(svmCases, ({ space, problem, predict }) => {
        const { fit, predictions } = run(kernels, space, problem, predict);
        const wanted = verdict(space, problem, fit);
        const rounding = roundingOf(space, fit);
        expect(fit.converged).toBe(true);
        expect(Math.abs(wanted.sum)).toBeLessThan(1e-9);
        expect(wanted.excess).toBeLessThanOrEqual(0);
        expect(wanted.violation).toBeLessThan(problem.tolerance + rounding);
        expect(Math.abs(fit.intercept - wanted.intercept)).toBeLessThan(rounding);
        expect(furthest(fit.fitted, Array.from(space.train, wanted.predict))).toBeLessThan(rounding);
        expect(furthest(predictions, Array.from(predict, wanted.predict))).toBeLessThan(rounding);
      }),
      { numRuns: 300 },
    );
  });

  test.each(["rbf", "linear"] as const)("%s: one coefficient makes the kernel itself visible", (kernel) => {
    const { space, predict } = example(60, kernel);
    const coefficients = new Float64Array(space.train.length);
    coefficients[17] = 1;
    const fit = { coefficients, intercept: 0, fitted: coefficients, iterations: 0, converged: true };
    const values = kernels.heap.scope(() => createSvm(kernels, space).predict(fit, predict));
    // f32 has 6e-8; the sum of five terms and the polynomial of exp cost some more.
    expect(furthest(values, Array.from(predict, (row) => denseKernel(space, row, space.train[17]!)))).toBeLessThan(kernel === "rbf" ? 5e-7 : 5e-6);
  });

  test("far points: the kernel is 0, not what overflow makes of it", () => {
    const { space, predict } = example(30);
    const coefficients = new Float64Array(space.train.length).fill(1);
    const fit = { coefficients, intercept: 0.25, fitted: coefficients, iterations: 0, converged: true };
    const values = kernels.heap.scope(() => createSvm(kernels, { ...space, gamma: 1e30 }).predict(fit, predict));
    expect(Array.from(values)).toEqual(Array.from(predict, () => 0.25));
  });

  test("little room for kernel rows: the same bits", () => {
    const { space, problem, predict } = example(90);
    const all = run(kernels, space, problem, predict);
    for (const rows of [0, 3, 20]) {
      const cacheBytes = 4 * 80 * rows;
      expect(run(kernels, { ...space, cacheBytes }, problem, predict)).toEqual(all);
    }
  });

  test("rows of bound 0 are left out, and their fitted values are predictions", () => {
    const { space, problem, predict } = example(90);
    const isOut = (row: number): boolean => row % 3 === 0;
    const bounds = problem.bounds.map((bound, k) => (isOut(space.train[k]!) ? 0 : bound));
    const inside = space.train.filter((row) => !isOut(row));
    const target = problem.target.filter((_, k) => !isOut(space.train[k]!));
    const left = run(kernels, space, { ...problem, bounds }, predict);
    const alone = run(kernels, { ...space, train: inside }, { ...problem, target, bounds: problem.bounds.slice(0, inside.length) }, space.train);
    expect(left.fit.iterations).toBe(alone.fit.iterations);
    // The same steps; sums of predictions are made in another order, of f32 kernels that are the same bits.
    expect(furthest(left.fit.fitted, alone.predictions)).toBeLessThan(1e-12);
  });

  test("several fits of one machine are those of machines of their own, to the bit", () => {
    const { space, problem, predict } = example(60);
    const other = { ...problem, target: problem.target.map((y, k) => y * (k % 3)) };
    const together = kernels.heap.scope(() => {
      const machine = createSvm(kernels, space);
      return [problem, other, problem].map((one) => machine.fit(one));
    });
    expect(together).toEqual([problem, other, problem].map((one) => run(kernels, space, one, predict).fit));
  });

  test("rows in another order: the same function", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom("rbf" as const, "linear" as const), (seed, kernel) => {
        const { space, problem, predict } = example(40, kernel, seed);
        const random = randoms(seed);
        const order = Array.from(space.train, (_, k) => k).sort((a, b) => random() - 0.5 || a - b);
        const moved = { ...space, train: Uint32Array.from(order, (k) => space.train[k]!) };
        const a = run(kernels, space, problem, predict);
        const b = run(kernels, moved, { ...problem, target: Float64Array.from(order, (k) => problem.target[k]!) }, predict);
        // Both are within 1e-7 of the optimality conditions.
        expect(furthest(a.predictions, b.predictions)).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  test.each(["rbf", "linear"] as const)("%s: columns in another order: the same function", (kernel) => {
    const { space, problem, predict } = example(60, kernel);
    const { design, levels } = space;
    const turned = { ...space, design: { ...design, features: [...design.features].reverse(), groups: [...design.groups].reverse() }, levels: [...levels].reverse() };
    expect(furthest(run(kernels, space, problem, predict).predictions, run(kernels, turned, problem, predict).predictions)).toBeLessThan(1e-5);
  });

  test("each row twice is a bound of twice the size", () => {
    const { space, problem, predict } = example(50);
    const twice = (values: Float64Array | Uint32Array): number[] => [...values, ...values];
    const doubled = run(kernels, { ...space, train: Uint32Array.from(twice(space.train)) }, { ...problem, target: Float64Array.from(twice(problem.target)), bounds: Float64Array.from(twice(problem.bounds)) }, predict);
    const weighted = run(kernels, space, { ...problem, bounds: problem.bounds.map((bound) => 2 * bound) }, predict);
    expect(furthest(doubled.predictions, weighted.predictions)).toBeLessThan(1e-5);
  });

  test("the iteration limit ends a fit at its last iterate", () => {
    const { space, problem, predict } = example(90);
    for (const maxIterations of [1, 10, 300]) {
      const { fit, predictions } = run(kernels, space, { ...problem, tolerance: 1e-12, maxIterations }, predict);
      expect([fit.converged, fit.iterations]).toEqual([false, maxIterations]);
      expect(furthest(predictions, Array.from(predict, verdict(space, problem, fit).predict))).toBeLessThan(roundingOf(space, fit));
    }
  });

  test.each(["rbf", "linear"] as const)("%s: one row, one level, a constant target, no columns", (kernel) => {
    const design = designOf([[1, 1, 5]], [{ codes: [0, 0, 0], levels: 1 }]);
    const space = { design, train: Uint32Array.of(0), centres: Float64Array.of(1), scales: Float64Array.of(1), levels: [Float64Array.of(1)], kernel, gamma: 1 };
    const problem = { target: Float64Array.of(7), bounds: Float64Array.of(1), epsilon: 0.1, tolerance: 1e-6, maxIterations: 100 };
    const predict = Uint32Array.of(0, 1, 2);
    expect(run(kernels, space, problem, predict).predictions).toEqual(Float64Array.of(7, 7, 7));
    const two = { ...problem, target: Float64Array.of(7, 7), bounds: Float64Array.of(1, 1) };
    expect(run(kernels, { ...space, train: Uint32Array.of(0, 2) }, two, predict).predictions).toEqual(Float64Array.of(7, 7, 7));
    const bare = { ...space, design: { ...design, features: [], groups: [] }, centres: new Float64Array(), scales: new Float64Array(), levels: [], train: predict };
    const apart = run(kernels, bare, { ...problem, target: Float64Array.of(1, 2, 9), bounds: new Float64Array(3).fill(1) }, predict);
    // Without columns only the intercept is left: the middle row, give or take epsilon.
    expect(furthest(apart.predictions, [2, 2, 2])).toBeLessThan(0.1 + 1e-9);
  });
});
