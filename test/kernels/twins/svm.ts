import fc from "fast-check";
import type { SvmFit, SvmProblem, SvmSpace } from "../../../src/kernels/svm.js";
import { caseOf, type Kind } from "./forest.js";

/** A row as a dense point: features centred and scaled, and one 0/1 column per level, scaled. */
export function densePoint(space: SvmSpace, row: number): number[] {
  const { design, centres, scales, levels } = space;
  return [
    ...design.features.map((feature, f) => (feature[row]! - centres[f]!) / scales[f]!),
    ...design.groups.flatMap((group, g) => Array.from(levels[g]!, (scale, level) => (group.codes[row] === level ? 1 : 0) / scale)),
  ];
}

/** The kernel of two rows, from dense points in f64. */
export function denseKernel(space: SvmSpace, a: number, b: number): number {
  const x = densePoint(space, a);
  const y = densePoint(space, b);
  if (space.kernel === "linear") return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return Math.exp(-space.gamma * x.reduce((sum, value, i) => sum + (value - y[i]!) * (value - y[i]!), 0));
}

/** What a fit must be by definition: how far it is from the optimum of the dual, its intercept and its predictions. */
export interface Verdict {
  /** The sum of the coefficients, and how far they exceed their bounds. */
  readonly sum: number;
  readonly excess: number;
  /** Greatest violation of the optimality conditions; at most 0 at the optimum. */
  readonly violation: number;
  readonly intercept: number;
  readonly predict: (row: number) => number;
}

/** The optimality conditions (Chang, Lin 2011, section 4.1.4) and LIBSVM's intercept, written out from the dense kernel. */
export function verdict(space: SvmSpace, { target, bounds, epsilon }: SvmProblem, { coefficients }: SvmFit): Verdict {
  const train = [...space.train];
  const kernel = (row: number): number => train.reduce((sum, other, k) => sum + (coefficients[k] === 0 ? 0 : coefficients[k]! * denseKernel(space, row, other)), 0);
  const left = train.map((row, k) => target[k]! - kernel(row));
  const ups = left.map((value, k) => (coefficients[k]! < 0 ? value + epsilon : coefficients[k]! < bounds[k]! ? value - epsilon : -Infinity));
  const downs = left.map((value, k) => (coefficients[k]! > 0 ? value - epsilon : coefficients[k]! > -bounds[k]! ? value + epsilon : Infinity));
  const free = ups.filter((_, k) => coefficients[k] !== 0 && Math.abs(coefficients[k]!) < bounds[k]!);
  const intercept = free.length > 0 ? free.reduce((sum, value) => sum + value, 0) / free.length : (Math.max(...ups) + Math.min(...downs)) / 2;
  return {
    sum: coefficients.reduce((sum, value) => sum + value, 0),
    excess: Math.max(...coefficients.map((value, k) => Math.abs(value) - bounds[k]!)),
    violation: Math.max(...ups) - Math.min(...downs),
    intercept,
    predict: (row) => intercept + kernel(row),
  };
}

/** A training set with held-out rows, and a problem on it. */
export interface SvmCase {
  readonly space: SvmSpace;
  readonly problem: SvmProblem;
  readonly predict: Uint32Array;
}

/** Cases of up to 40 training rows, 4 features and 3 groups, whose scales are those of points of ordinary size. */
export const svmCases: fc.Arbitrary<SvmCase> = fc
  .record({
    rows: fc.integer({ min: 1, max: 40 }),
    features: fc.array(fc.constantFrom<Kind>("real", "few", "constant"), { maxLength: 4 }),
    levels: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    target: fc.constantFrom<Kind>("real", "few", "constant"),
    seed: fc.nat(),
    kernel: fc.constantFrom("rbf" as const, "linear" as const),
    gamma: fc.constantFrom(0.02, 0.3, 2),
    C: fc.constantFrom(0.01, 1, 5),
    epsilon: fc.constantFrom(0, 0.05, 0.5),
    weighted: fc.boolean(),
  })
  .map(({ kernel, gamma, C, epsilon, weighted, ...shape }) => {
    const { design, train, target, predict } = caseOf({ ...shape, settings: {} });
    const seen = (group: number, level: number): boolean => train.some((row) => design.groups[group]!.codes[row] === level);
    const space = {
      design, train, kernel, gamma,
      centres: Float64Array.from(design.features, (_, f) => f / 4),
      scales: Float64Array.from(design.features, (_, f) => 0.5 + f),
      levels: design.groups.map((group, g) => Float64Array.from({ length: group.levels }, (_, level) => (seen(g, level) ? 0.4 + 0.2 * level : Infinity))),
    };
    // Linear kernels in f32 are not quite positive: near rank-deficiency no step leads below their rounding times the
    // coefficients. LIBSVM's are the same.
    const bounds = Float64Array.from(train, (row) => (weighted ? C * (0.5 + (row % 3)) : C));
    return { space, predict, problem: { target: Float64Array.from(train, (row) => target[row]!), bounds, epsilon, tolerance: kernel === "rbf" ? 1e-5 : 1e-3, maxIterations: 1_000_000 } };
  });
