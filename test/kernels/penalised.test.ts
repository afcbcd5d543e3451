import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Group } from "../../src/kernels/design.js";
import { groupRanges, type LinearColumns, type Moments, type PenalisedPath, placeColumns } from "../../src/kernels/moments.js";
import { penalisedPath } from "../../src/kernels/penalised.js";
import { predictRows, type StandardDesign, standardDesign } from "../../src/learners/standard.js";
import { builds } from "./builds.js";
import { coordinateDescent, type DenseProblem, objective } from "./twins/penalised.js";

/** A small panel with everything that makes penalised fits hard: collinear dummies, empty levels, equal columns. */
interface Panel {
  readonly features: readonly Float64Array[];
  readonly groups: readonly Group[];
  readonly target: Float64Array;
  readonly weights: Float64Array | null;
}

/** Small whole numbers make ties and exact collinearity likely. */
const panels: fc.Arbitrary<Panel> = fc
  .record({
    rows: fc.integer({ min: 4, max: 30 }),
    features: fc.integer({ min: 0, max: 4 }),
    levels: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    weighted: fc.boolean(),
    noise: fc.constantFrom(0, 0.37),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ rows, features, levels, weighted, noise, seed }) => {
    const next = generator(seed);
    const whole = (most: number): number => Math.floor(next() * most);
    const column = (most: number): Float64Array => Float64Array.from({ length: rows }, () => whole(most) + noise * next());
    return {
      features: Array.from({ length: features }, () => column(4)),
      groups: [...levels].sort((a, b) => b - a).map((count) => ({ codes: Int32Array.from({ length: rows }, () => whole(count)), levels: count })),
      target: column(6),
      weights: weighted ? Float64Array.from({ length: rows }, () => 1 + whole(3)) : null,
    };
  });

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

const every = (panel: Panel): Uint32Array => Uint32Array.from(panel.target, (_, i) => i);
const designOf = (panel: Panel): StandardDesign => standardDesign({ ...panel, rows: panel.target.length }, every(panel), panel.weights, true);

/** The same problem with one column per level, in the kernels' order less the constant. */
function dense(panel: Panel, design: StandardDesign, lasso: number, ridge: number): DenseProblem {
  const { centres, factors } = design.columns;
  const features = panel.features.map((feature, f) => feature.map((value) => (value - (centres[f] ?? 0)) * (factors[f] ?? 0)));
  const dummies = [...panel.groups.slice(1), ...panel.groups.slice(0, 1)].flatMap(({ codes, levels }) =>
    Array.from({ length: levels }, (_, level) => Float64Array.from(codes, (code) => (code === level ? 1 : 0))),
  );
  const weights = panel.weights ?? new Float64Array(panel.target.length).fill(1);
  return { columns: [...features, ...dummies], target: panel.target, weights, penalties: design.penalties.slice(1), lasso, ridge };
}

const PATH = [3, 1, 0.3, 0.05];

describe.each(builds)("penalised least squares, $build build", ({ kernels }) => {
  const momentsOf = (columns: LinearColumns, panel: Panel, rows: Uint32Array): Moments =>
    kernels.heap.scope(() => placeColumns(kernels, columns, panel.weights).moments(panel.target, 0, rows));
  const solve = (panel: Panel, l1Ratio: number, held: Uint32Array | null = null): PenalisedPath => {
    const design = designOf(panel);
    return penalisedPath(kernels, {
      train: momentsOf(design.columns, panel, every(panel)), held: held === null ? null : momentsOf(design.columns, panel, held),
      penalties: design.penalties, ranges: groupRanges(design.columns), maxIter: 2000,
      penaltyPath: PATH.map((alpha) => ({ lasso: alpha * l1Ratio, ridge: alpha * (1 - l1Ratio) })),
    });
  };

  it.each([1, 0.5, 0])("is the least of the objective, as a dense twin finds it (l1Ratio %d)", (l1Ratio) => {
    fc.assert(
      fc.property(panels, (panel) => {
        const design = designOf(panel);
        const { coefficients, unsettled } = solve(panel, l1Ratio);
        expect(unsettled).toBe(0);
        PATH.forEach((alpha, a) => {
          const problem = dense(panel, design, alpha * l1Ratio, alpha * (1 - l1Ratio));
          const own = coefficients[a] as Float64Array;
          const fitted = predictRows(design, own, every(panel));
          const twin = coordinateDescent(problem);
          const twinFit = Float64Array.from(panel.target, (_, i) => twin.coefficients.reduce((sum, b, j) => sum + b * (problem.columns[j]?.[i] ?? 0), twin.constant));
          // The fit is unique, the coefficients of full sets of dummies are not. The twin stops at steps of 1e-13.
          fitted.forEach((value, i) => expect(Math.abs(value - (twinFit[i] ?? NaN))).toBeLessThan(2e-6));
          expect(objective(problem, fitted, own.slice(1))).toBeLessThan(objective(problem, twinFit, twin.coefficients) + 1e-9);
        });
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it("held-out errors from cross-products are those from the rows", () => {
    fc.assert(
      fc.property(panels, (panel) => {
        const held = every(panel).filter((i) => i % 3 === 0);
        const { coefficients, errors } = solve(panel, 1, held);
        coefficients.forEach((own, a) => {
          const predicted = predictRows(designOf(panel), own, held);
          const direct = held.reduce((sum, row, i) => sum + (panel.weights?.[row] ?? 1) * ((panel.target[row] ?? NaN) - (predicted[i] ?? NaN)) ** 2, 0);
          expect(Math.abs((errors[a] ?? NaN) - direct)).toBeLessThan(1e-9 * (1 + direct));
        });
      }),
      { numRuns: 60, seed: 8 },
    );
  });
});
