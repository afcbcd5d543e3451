export { mark, release, reserve } from "./core/arena";
export { treeDesign } from "./tree/design";
export { growForest } from "./tree/forest";
export { demeanApply, demeanComponents, demeanEffects, demeanPlan, demeanRank } from "./panel/demean";
export { leastSquares, linearAdd } from "./linear/ols";
export {
  asin, chiSquareTail, cos, exp, fTail, log, logGamma, normalCdf, normalQuantile, normalTail,
  sin, studentCdf, studentQuantile, studentTail,
} from "./core/special";
export { growBoosting } from "./tree/boost";
export { linearMoments } from "./linear/moments";
export { ridgeLeaveOneOut } from "./linear/penalised/leave";
export { logitPath } from "./linear/penalised/logit";
export { penalisedPath } from "./linear/penalised/path";
export { svmFinish, svmMachine, svmPredict, svmStart, svmSteps } from "./svm/svm";
export { logit } from "./linear/logit";
export { trainNet } from "./nn/train";
export { trainNetWithin } from "./nn/within";
export { histOrder, histSort } from "./tree/hist/order";
export { histBin, histBinned, histLevels } from "./tree/hist/binned";
export { histBoost, histFit, histRound } from "./tree/hist/boost";
export { multiplierBootstrap } from "./inference/bootstrap";
export { curveStatistics, curveStepDown } from "./inference/curve";
export { simplexPeers } from "./simplex/peers";
export { simplexSolve } from "./simplex/solve";
