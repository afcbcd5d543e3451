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
    trainCount: number, train: Pointer, unitCount: number, units: Pointer, target: Pointer, weights: Pointer,
    predictCount: number, predict: Pointer,
    keyLow: number, keyHigh: number, from: number, to: number,
    sums: Pointer, counts: Pointer,
  ): void;
  /** assembly/tree/boost.ts */
  growBoosting(
    design: number, settings: Pointer, rate: number,
    trainCount: number, train: Pointer, unitCount: number, units: Pointer, target: Pointer, weights: Pointer,
    predictCount: number, predict: Pointer, plan: number, logistic: number,
    keyLow: number, keyHigh: number,
    fitted: Pointer, checkpointCount: number, checkpoints: Pointer, out: Pointer,
  ): number;
  /** assembly/tree/hist/order.ts */
  histOrder(rows: number, features: number): number;
  histSort(order: number, feature: number, column: Pointer): void;
  /** assembly/tree/hist/binned.ts */
  histBinned(rows: number, features: number, groups: number, trainCount: number, train: Pointer, heldCount: number, held: Pointer): number;
  histBin(binned: number, order: number, feature: number, column: Pointer, weights: Pointer, maxBins: number): void;
  histLevels(binned: number, group: number, codes: Pointer, levels: number, minLeaf: number): void;
  /** assembly/tree/hist/boost.ts */
  histBoost(
    binned: number, settings: Pointer, rate: number, l2: number,
    target: Pointer, weights: Pointer, plan: number, start: Pointer,
  ): number;
  histRound(boosting: number): number;
  histFit(boosting: number, out: Pointer): void;
  /** assembly/panel/demean.ts */
  demeanPlan(
    rows: number, effects: number, levels: Pointer, codes: Pointer,
    count: number, list: Pointer, weights: Pointer, shapes: Pointer, slopes: Pointer, directLimit: number, maxIterations: number,
  ): number;
  demeanApply(plan: Pointer, x: Pointer, out: Pointer): number;
  demeanEffects(plan: Pointer, x: Pointer, out: Pointer, effects: Pointer, warm: number): number;
  demeanRank(plan: Pointer): number;
  demeanComponents(plan: Pointer): number;
  /** assembly/linear/ols.ts */
  leastSquares(
    shape: Pointer, x: Pointer, list: Pointer, weights: Pointer, floors: Pointer, tolerance: number,
    out: Pointer, kept: Pointer, residuals: Pointer,
  ): number;
  linearAdd(x: Pointer, coefficient: number, count: number, list: Pointer, out: Pointer): void;
  /** assembly/linear/moments.ts */
  linearMoments(design: Pointer, count: number, list: Pointer, target: Pointer, centre: number, weights: Pointer, out: Pointer): number;
  /** assembly/linear/penalised/path.ts */
  penalisedPath(
    dense: number, wide: number, train: Pointer, held: Pointer, penalties: Pointer, blocks: number, ranges: Pointer,
    count: number, lasso: Pointer, ridge: Pointer, maxIterations: number,
    coefficients: Pointer, errors: Pointer,
  ): number;
  /** assembly/linear/penalised/logit.ts */
  logitPath(
    design: Pointer, trainCount: number, train: Pointer, heldCount: number, held: Pointer, target: Pointer, weights: Pointer,
    penalties: Pointer, blocks: number, ranges: Pointer, count: number, lasso: Pointer, maxIterations: number,
    coefficients: Pointer, losses: Pointer,
  ): number;
  /** assembly/linear/penalised/leave.ts */
  ridgeLeaveOneOut(
    design: Pointer, count: number, list: Pointer, target: Pointer, centre: number, weights: Pointer,
    dense: number, wide: number, moments: Pointer, penalties: Pointer, ridges: number, ridge: Pointer, errors: Pointer,
  ): number;
  /** assembly/svm/svm.ts */
  svmMachine(
    settings: Pointer, gamma: number, bytes: number, x: Pointer, centres: Pointer, scales: Pointer,
    codes: Pointer, starts: Pointer, lengths: Pointer, list: Pointer,
  ): number;
  svmStart(machine: number, target: Pointer, bounds: Pointer, epsilon: number): number;
  svmSteps(machine: number, solution: number, tolerance: number, most: number): number;
  svmFinish(machine: number, solution: number, target: Pointer, coefficients: Pointer, fitted: Pointer): number;
  svmPredict(machine: number, coefficients: Pointer, intercept: number, count: number, list: Pointer, out: Pointer): number;
  /** assembly/linear/logit.ts */
  logit(
    shape: Pointer, x: Pointer, levels: Pointer, codes: Pointer, list: Pointer, y: Pointer, weights: Pointer,
    penalties: Pointer, levelPenalties: Pointer, tolerance: number, out: Pointer,
  ): number;
  /** assembly/nn/train.ts, assembly/nn/within.ts */
  trainNet(job: Pointer, rates: Pointer, out: Pointer): number;
  trainNetWithin(
    job: Pointer, rates: Pointer, plan: Pointer, checkpointCount: number, checkpoints: Pointer, out: Pointer,
  ): number;
  /** assembly/inference/bootstrap.ts */
  multiplierBootstrap(
    estimates: number, clusters: number, influence: Pointer, labels: Pointer,
    keyLow: number, keyHigh: number, kind: number, from: number, draws: number, out: Pointer,
  ): number;
  /** assembly/inference/curve.ts */
  curveStatistics(
    size: number, theta: Pointer, se: Pointer, critical: Pointer, families: number, starts: Pointer, lists: Pointer, members: Pointer,
    t: Pointer, sorted: Pointer, medians: Pointer, sums: Pointer, counts: Pointer,
  ): number;
  curveStepDown(count: number, order: Pointer, t: Pointer, sizes: Pointer, reached: Pointer): number;
  /** assembly/simplex/peers.ts */
  simplexPeers(count: number, rows: number, values: Pointer): number;
  /** assembly/simplex/solve.ts */
  simplexSolve(
    peers: Pointer, shape: Pointer, columns: Pointer, costs: Pointer, rhs: Pointer,
    start: Pointer, scales: Pointer, from: Pointer, without: Pointer, numbers: Pointer, words: Pointer,
  ): number;
  /** assembly/core/special.ts */
  exp(x: number): number;
  log(x: number): number;
  sin(x: number): number;
  cos(x: number): number;
  asin(x: number): number;
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
  "histOrder", "histSort", "histBinned", "histBin", "histLevels", "histBoost", "histRound", "histFit",
  "demeanPlan", "demeanApply", "demeanEffects", "demeanRank", "demeanComponents",
  "leastSquares", "linearAdd", "linearMoments", "penalisedPath", "logitPath", "ridgeLeaveOneOut",
  "svmMachine", "svmStart", "svmSteps", "svmFinish", "svmPredict",
  "logit", "trainNet", "trainNetWithin",
  "multiplierBootstrap", "curveStatistics", "curveStepDown",
  "simplexPeers", "simplexSolve",
  "exp", "log", "sin", "cos", "asin", "logGamma", "normalCdf", "normalTail", "normalQuantile",
  "studentCdf", "studentTail", "studentQuantile", "fTail", "chiSquareTail",
] as const satisfies readonly (keyof KernelExports)[];
