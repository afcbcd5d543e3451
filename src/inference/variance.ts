import { EstimationError } from "../errors.js";
import type { Group } from "../kernels/design.js";
import type { ErrorKind } from "../study/specification.js";
import type { FinalStage } from "./finalStage.js";

/** What a covariance needs to know beside the final stage. */
export interface ErrorSetting {
  readonly kind: ErrorKind;
  /** With kind `cluster`. */
  readonly clusters: Group | null;
  /** Parameters for the small-sample correction: coefficients plus absorbed effects that count. */
  readonly parameters: number;
}

/**
 * Standard errors of the final stage's coefficients.
 * homoskedastic: RSS / (n - k); hc0: White (1980); hc1: n / (n - k); hc2, hc3: MacKinnon and White (1985);
 * cluster: G / (G - 1) (n - 1) / (n - k), as Stata's regress, k = `parameters`.
 */
export function standardErrors(stage: FinalStage, setting: ErrorSetting): readonly number[] {
  const n = stage.residuals.length;
  const k = setting.parameters;
  if (setting.kind !== "hc0" && n <= k) {
    throw new EstimationError("no-degrees-of-freedom", `${n} rows cannot carry ${k} parameters and a standard error.`);
  }
  return stage.influence.map((influence, j) => Math.sqrt(variance(stage, setting, influence, j)));
}

function variance(stage: FinalStage, setting: ErrorSetting, influence: Float64Array, j: number): number {
  const n = stage.residuals.length;
  const k = setting.parameters;
  switch (setting.kind) {
    case "homoskedastic":
      return (squares(stage.residuals) / (n - k)) * (stage.inverse[j]?.[j] ?? NaN);
    case "hc0":
      return squares(influence);
    case "hc1":
      return (squares(influence) * n) / (n - k);
    case "hc2":
      return squares(influence.map((value, i) => value / Math.sqrt(1 - (stage.leverage[i] ?? NaN))));
    case "hc3":
      return squares(influence.map((value, i) => value / (1 - (stage.leverage[i] ?? NaN))));
    case "cluster":
      return clusterVariance(influence, clustersOf(setting), k);
  }
}

function clustersOf(setting: ErrorSetting): Group {
  if (setting.clusters === null) throw new Error("Clustered errors need clusters.");
  return setting.clusters;
}

/** G / (G - 1) (n - 1) / (n - k) sum over clusters of (sum of influence)^2. */
export function clusterVariance(influence: Float64Array, clusters: Group, k: number): number {
  const n = influence.length;
  const { sums, count } = clusterSums(influence, clusters);
  if (count < 2) throw new EstimationError("one-cluster", "All rows are in one cluster; clustered errors need two at least.");
  return ((squares(sums) * count) / (count - 1)) * ((n - 1) / (n - k));
}

/** Sums of values by cluster, and the number of clusters that have rows. */
export function clusterSums(values: Float64Array, clusters: Group): { readonly sums: Float64Array; readonly count: number } {
  const sums = new Float64Array(clusters.levels);
  const present = new Uint8Array(clusters.levels);
  values.forEach((value, i) => {
    const cluster = clusters.codes[i] ?? 0;
    sums[cluster] = (sums[cluster] ?? 0) + value;
    present[cluster] = 1;
  });
  return { sums, count: present.reduce((sum, one) => sum + one, 0) };
}

function squares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
