export { mark, release, reserve } from "./core/arena";
export { treeDesign } from "./tree/design";
export { growForest } from "./tree/forest";
export { demeanApply, demeanComponents, demeanEffects, demeanPlan, demeanRank } from "./panel/demean";
export { leastSquares, linearPredict } from "./linear/ols";
export {
  chiSquareTail, exp, fTail, log, logGamma, normalCdf, normalQuantile, normalTail,
  studentCdf, studentQuantile, studentTail,
} from "./core/special";
export { growBoosting } from "./tree/boost";
export { histOrder, histSort } from "./tree/hist/order";
export { histBin, histBinned, histLevels } from "./tree/hist/binned";
export { histBoost } from "./tree/hist/boost";
