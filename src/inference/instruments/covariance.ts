import { EstimationError } from "../../errors.js";
import { dot } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import type { FinalStage } from "../finalStage.js";
import type { Matrix } from "../inverse.js";
import { clusterSums, type ErrorSetting } from "../variance.js";

/** The covariance of all coefficients of a final stage, of the setting's kind and with its small-sample factor. */
export function coefficientCovariance(stage: FinalStage, setting: ErrorSetting): Matrix {
  const n = stage.residuals.length;
  const k = setting.parameters;
  if (setting.kind !== "hc0" && n <= k) {
    throw new EstimationError("no-degrees-of-freedom", `${n} rows cannot carry ${k} parameters and a standard error.`);
  }
  if (setting.kind === "homoskedastic") return scaled(stage.inverse, dot(stage.residuals, stage.residuals) / (n - k));
  return scaled(products(leveraged(stage, setting), setting), factor(setting, n));
}

function leveraged({ influence, leverage }: FinalStage, { kind }: ErrorSetting): readonly Float64Array[] {
  if (kind === "hc2") return influence.map((column) => column.map((value, i) => value / Math.sqrt(1 - (leverage[i] ?? NaN))));
  if (kind === "hc3") return influence.map((column) => column.map((value, i) => value / (1 - (leverage[i] ?? NaN))));
  return influence;
}

/**
 * The covariance of the sums over rows of z_q e_f, of the setting's kind and with its small-sample factor; by error f,
 * then instrument q. Homoskedastic: (e_f' e_g) / (n - k) Z'Z; hc0, and hc2 and hc3, which correct for a fit of which
 * there is none here: the sum of products; hc1 times n / (n - k); cluster: of the sums by cluster. O(n (Q F)^2).
 */
export function momentCovariance(z: readonly Float64Array[], errors: readonly Float64Array[], setting: ErrorSetting): Matrix {
  const n = z[0]?.length ?? 0;
  if (setting.kind === "homoskedastic") {
    const zz = gram(z);
    const ee = gram(errors);
    return errors.flatMap((_, f) => z.map((_, q) => errors.flatMap((_, g) => z.map((_, r) => (at(ee, f, g) * at(zz, q, r)) / (n - setting.parameters)))));
  }
  return scaled(products(momentColumns(z, errors), setting), factor(setting, n));
}

/** z_q e_f by row; by error, then instrument. */
function momentColumns(z: readonly Float64Array[], errors: readonly Float64Array[]): readonly Float64Array[] {
  return errors.flatMap((e) => z.map((column) => column.map((value, i) => value * (e[i] ?? NaN))));
}

/** The number that turns the covariance of a kind into the one without small-sample factor. */
export function factor(setting: ErrorSetting, n: number): number {
  const k = setting.parameters;
  if (setting.kind === "hc1") return n / (n - k);
  if (setting.kind !== "cluster") return 1;
  const count = clusterCount(setting);
  if (count < 2) throw new EstimationError("one-cluster", "All rows are in one cluster; clustered errors need two at least.");
  return (count / (count - 1)) * ((n - 1) / (n - k));
}

/** Denominator degrees of freedom of an F test: clusters less one, or rows less parameters. */
export function denominator(setting: ErrorSetting, n: number): number {
  return setting.kind === "cluster" ? clusterCount(setting) - 1 : n - setting.parameters;
}

function clusterCount(setting: ErrorSetting): number {
  const clusters = clustersOf(setting);
  return clusterSums(new Float64Array(clusters.codes.length), clusters).count;
}

function products(columns: readonly Float64Array[], setting: ErrorSetting): Matrix {
  if (setting.kind !== "cluster") return gram(columns);
  return gram(columns.map((column) => clusterSums(column, clustersOf(setting)).sums));
}

function clustersOf(setting: ErrorSetting): Group {
  if (setting.clusters === null) throw new Error("Clustered errors need clusters.");
  return setting.clusters;
}

/** A'A: sums of products of columns. */
export function gram(columns: readonly Float64Array[]): Matrix {
  return columns.map((a) => columns.map((b) => dot(a, b)));
}

function scaled(matrix: Matrix, by: number): Matrix {
  return matrix.map((row) => row.map((value) => value * by));
}

function at(matrix: Matrix, i: number, j: number): number {
  return matrix[i]?.[j] ?? NaN;
}
