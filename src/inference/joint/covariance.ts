import { inner, type Matrix } from "../../fit/matrix.js";
import { dot } from "../../fit/residuals.js";
import { standardise } from "./draws.js";
import type { Joined, JoinedRepetition } from "./members.js";

/**
 * Covariances of several estimates, one matrix (K by K) for each repetition: correlations from the influence by cluster,
 * standard deviations as reported by the repetition, so that small-sample corrections stay; plus the spread between
 * repetitions, (t_m - t)(t_m - t)', t the reported estimates (Chernozhukov et al. 2018, definition 3.3). Cost O(K^2 G).
 */
export function jointCovariances(joined: Joined): readonly Matrix[] {
  return joined.repetitions.map((repetition) => covariance(repetition, joined));
}

function covariance({ coefs, ses, influence }: JoinedRepetition, joined: Joined): Matrix {
  const scaled = influence.map((sums, k) => standardise(sums, joined.names[k] ?? ""));
  const apart = coefs.map((coef, k) => coef - (joined.coefs[k] ?? NaN));
  return scaled.map((a, j) => scaled.map((b, k) => dot(a, b) * (ses[j] ?? NaN) * (ses[k] ?? NaN) + (apart[j] ?? NaN) * (apart[k] ?? NaN)));
}

/** What must be left of a row's variance once the rows before it are known, else it is one of their combinations. */
const DEPENDENT = 1e-10;

/**
 * x' V^-1 x of a positive definite matrix, by Cholesky's factor; null where it is singular.
 * Cost n^3 / 6: for the few rows of a hypothesis.
 */
export function inverseQuadratic(matrix: Matrix, x: readonly number[]): number | null {
  const factor: number[][] = [];
  const solved: number[] = [];
  for (const [i, row] of matrix.entries()) {
    const line: number[] = [];
    for (let j = 0; j < i; j++) line.push(((row[j] ?? NaN) - inner(line, factor[j] ?? [])) / (factor[j]?.[j] ?? NaN));
    const left = (row[i] ?? NaN) - inner(line, line);
    if (!(left > DEPENDENT * (row[i] ?? NaN))) return null;
    solved.push(((x[i] ?? NaN) - inner(line, solved)) / Math.sqrt(left));
    factor.push([...line, Math.sqrt(left)]);
  }
  return inner(solved, solved);
}
