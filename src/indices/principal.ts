import { EstimationError } from "../errors.js";
import { symmetricEigen } from "../kernels/eigen.js";
import { correlations } from "./correlation.js";

/** Weights from principal components, and what they rest on. */
export interface Principal {
  /** By indicator, of sum 1; some may be negative. */
  readonly weights: readonly number[];
  /** Eigenvalues of the correlations, descending. */
  readonly eigenvalues: readonly number[];
  /** Kaiser, Meyer and Olkin's measure of sampling adequacy, 0 to 1; null where the correlations are singular. */
  readonly kmo: number | null;
}

/**
 * Weights from the principal components of the indicators' correlations: `first`, loadings of the first component;
 * `kaiser`, of all components with an eigenvalue of 1 or more, each times its share of their variance (OECD, Handbook on
 * constructing composite indicators, 2008, 6.1). A component's sign makes the sum of its loadings positive.
 */
export function principalWeights(columns: readonly Float64Array[], components: "first" | "kaiser"): Principal {
  const r = correlations(columns);
  const { values, vectors } = symmetricEigen(r);
  const order = values.map((_, k) => k).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const kept = components === "first" ? order.slice(0, 1) : order.filter((k, i) => i === 0 || (values[k] ?? 0) >= 1);
  const loadings = columns.map((_, j) => kept.reduce((sum, k) => {
    const sign = vectors.reduce((total, row) => total + (row[k] ?? 0), 0) < 0 ? -1 : 1;
    return sum + sign * (vectors[j]?.[k] ?? NaN) * (values[k] ?? NaN);
  }, 0));
  const total = loadings.reduce((sum, loading) => sum + loading, 0);
  if (!(total > 1e-9)) throw new EstimationError("no-component", "The loadings of the principal component cancel: the indicators do not measure one thing in one direction. Check the directions, or use other weights.");
  return { weights: loadings.map((loading) => loading / total), eigenvalues: order.map((k) => values[k] ?? NaN), kmo: adequacyOf(r) };
}

/** Sum of squared correlations over that sum with the squared partial ones, off the diagonal. */
function adequacyOf(r: readonly (readonly number[])[]): number | null {
  const { values, vectors } = symmetricEigen(r);
  if (values.some((value) => value < 1e-10)) return null;
  const inverse = (i: number, j: number): number => values.reduce((sum, value, k) => sum + ((vectors[i]?.[k] ?? 0) * (vectors[j]?.[k] ?? 0)) / value, 0);
  let [plain, partial] = [0, 0];
  r.forEach((row, i) => row.forEach((value, j) => {
    if (i === j) return;
    plain += value * value;
    partial += (inverse(i, j) * inverse(i, j)) / (inverse(i, i) * inverse(j, j));
  }));
  return plain + partial > 0 ? plain / (plain + partial) : null;
}
