import type { Arena, Pointer } from "./memory.js";

/**
 * Everything the WebAssembly module exports, with its types: the contract between `assembly/` and `src/`.
 * A test compares it with the binary. Arrays are passed as addresses (`Pointer`); sizes and settings as numbers.
 */
export interface KernelExports extends Arena {
  /** assembly/tree/design.ts */
  treeDesign(rows: number, features: number, x: Pointer, groups: number, codes: Pointer, levels: Pointer): number;
  /** assembly/tree/forest.ts */
  growForest(
    design: number, settings: Pointer,
    trainCount: number, train: Pointer, unitCount: number, units: Pointer, target: Pointer,
    predictCount: number, predict: Pointer,
    keyLow: number, keyHigh: number, from: number, to: number,
    sums: Pointer, counts: Pointer,
  ): void;
  /** assembly/tree/boost.ts */
  growBoosting(
    design: number, settings: Pointer, rate: number,
    trainCount: number, train: Pointer, target: Pointer, predictCount: number, predict: Pointer, plan: number,
    keyLow: number, keyHigh: number,
    fitted: Pointer, checkpointCount: number, checkpoints: Pointer, out: Pointer,
  ): number;
  /** assembly/tree/hist/order.ts */
  histOrder(rows: number, features: number): number;
  histSort(order: number, feature: number, column: Pointer): void;
  /** assembly/tree/hist/binned.ts */
  histBinned(rows: number, features: number, groups: number, trainCount: number, train: Pointer): number;
  histBin(binned: number, order: number, feature: number, column: Pointer, weights: Pointer, maxBins: number): void;
  histLevels(binned: number, group: number, codes: Pointer, levels: number, minLeaf: number): void;
  /** assembly/tree/hist/boost.ts */
  histBoost(
    binned: number, settings: Pointer, rate: number, l2: number,
    target: Pointer, weights: Pointer, predictCount: number, predict: Pointer, plan: number,
    fitted: Pointer, checkpointCount: number, checkpoints: Pointer, out: Pointer,
  ): number;
  /** assembly/panel/demean.ts */
  demeanPlan(
    rows: number, effects: number, levels: Pointer, codes: Pointer,
    count: number, list: Pointer, weights: Pointer, directLimit: number, maxIterations: number,
  ): number;
  demeanApply(plan: Pointer, x: Pointer, out: Pointer): number;
  demeanEffects(plan: Pointer, x: Pointer, out: Pointer, effects: Pointer, warm: number): number;
  demeanRank(plan: Pointer): number;
  demeanComponents(plan: Pointer): number;
  /** assembly/linear/ols.ts */
  leastSquares(
    shape: Pointer, x: Pointer, y: Pointer, list: Pointer, weights: Pointer, floors: Pointer, tolerance: number,
    out: Pointer, kept: Pointer, residuals: Pointer,
  ): number;
  linearPredict(
    rows: number, columns: number, x: Pointer, coefficients: Pointer, intercept: number,
    count: number, list: Pointer, out: Pointer,
  ): void;
  /** assembly/core/special.ts */
  exp(x: number): number;
  log(x: number): number;
  logGamma(x: number): number;
  normalCdf(x: number): number;
  normalTail(x: number): number;
  normalQuantile(p: number): number;
  studentCdf(t: number, df: number): number;
  studentTail(t: number, df: number): number;
  studentQuantile(p: number, df: number): number;
  fTail(f: number, d1: number, d2: number): number;
  chiSquareTail(x: number, df: number): number;
}

/** The names in `KernelExports`, for the test that compares them with the binary. */
export const kernelExportNames = [
  "memory", "mark", "release", "reserve",
  "treeDesign", "growForest", "growBoosting",
  "histOrder", "histSort", "histBinned", "histBin", "histLevels", "histBoost",
  "demeanPlan", "demeanApply", "demeanEffects", "demeanRank", "demeanComponents",
  "leastSquares", "linearPredict",
  "exp", "log", "logGamma", "normalCdf", "normalTail", "normalQuantile",
  "studentCdf", "studentTail", "studentQuantile", "fTail", "chiSquareTail",
] as const satisfies readonly (keyof KernelExports)[];
