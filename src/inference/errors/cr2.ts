import { inverseOf } from "../../fit/inverse.js";
import type { Matrix } from "../../fit/matrix.js";
import { crossProducts, dot } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import type { FinalStage } from "../finalStage.js";
import { symmetricEigen } from "../../kernels/eigen.js";
import { ALONE_DECIDES, fullLeverage, leftByCrossed, NOTHING_LEFT, orthonormal } from "./leverage.js";
import { clusterSums } from "./sums.js";

/**
 * Bias-reduced linearisation (Bell and McCaffrey 2002, Survey Methodology 28; Pustejovsky and Tipton 2018, Journal of
 * Business and Economic Statistics 36, equation 5): residuals e_g of a cluster times (c_g I - H_g)^(-1/2), H_g its block of
 * the projection on Z, so that the variance is unbiased where rows are independent and alike. c_g is 1, or, where absorbed
 * effects cross the clusters, what these leave (`leftByCrossed`). With instruments H projects on them, as the R package
 * clubSandwich does for two-stage least squares; there it is unbiased to first order. Columns times the root of weights:
 * the errors' variance is taken to be one over the weight.
 * Throws an EstimationError where a cluster alone decides a coefficient. Cost O(n k^2 + G k^3), no n_g x n_g matrix.
 */
export function cr2Covariance(stage: FinalStage, clusters: Group, crossed: readonly Group[]): Matrix {
  const { basis, roots, solver } = adjustedClusters(stage, clusters, crossed);
  const sums = basis.map((column) => clusterSums(column.map((value, i) => value * (stage.residuals[i] ?? NaN)), clusters));
  const scores = roots.map((root, cluster) => times(solver, times(root, sums.map((column) => column[cluster] ?? NaN))));
  const columns = solver.map((_, j) => Float64Array.from(scores, (score) => score[j] ?? NaN));
  return crossProducts(columns, columns);
}

/** What cr2 and its degrees of freedom share. U is an orthonormal basis of the columns of Z, U_g a cluster's rows of it. */
export interface AdjustedClusters {
  /** Columns of U. */
  readonly basis: readonly Float64Array[];
  /** (U'X)^-1. */
  readonly solver: Matrix;
  /** By cluster: U_g'U_g. */
  readonly grams: readonly Matrix[];
  /** By cluster: (c_g I - U_g'U_g)^(-1/2), for U_g' (c_g I - U_g U_g')^(-1/2) is this times U_g'. */
  readonly roots: readonly Matrix[];
}

/** Throws an EstimationError as `cr2Covariance`. */
export function adjustedClusters({ x, z }: FinalStage, clusters: Group, crossed: readonly Group[]): AdjustedClusters {
  const basis = orthonormal(z);
  const solver = inverseOf(crossProducts(basis, x), basis.map(() => 1), x.map((column) => Math.sqrt(dot(column, column))));
  if (solver === null) throw new Error("A final stage has independent columns.");
  const products = basis.map((a) => basis.map((b) => clusterSums(a.map((value, i) => value * (b[i] ?? NaN)), clusters)));
  const left = leftByCrossed(basis, clusters, crossed);
  const grams = Array.from(left, (_, cluster) => products.map((row) => row.map((sums) => sums[cluster] ?? NaN)));
  return { basis, solver, grams, roots: grams.map((gram, cluster) => inverseRoot(gram, left[cluster] ?? NaN)) };
}

/** (c I - B)^(-1/2) of a symmetric B whose eigenvalues lie below c. */
function inverseRoot(gram: Matrix, c: number): Matrix {
  const { values, vectors } = symmetricEigen(gram);
  const powers = values.map((value) => {
    if (!(c - value > NOTHING_LEFT)) throw fullLeverage(ALONE_DECIDES);
    return 1 / Math.sqrt(c - value);
  });
  return vectors.map((a) => vectors.map((b) => powers.reduce((sum, power, l) => sum + power * (a[l] ?? NaN) * (b[l] ?? NaN), 0)));
}

/** A matrix times a vector. */
export function times(matrix: Matrix, vector: readonly number[]): readonly number[] {
  return matrix.map((row) => row.reduce((sum, value, l) => sum + value * (vector[l] ?? NaN), 0));
}
