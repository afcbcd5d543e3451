import { elasticNetLearner } from "./elasticNet.js";

/** Lasso, its penalty chosen by inner cross-validation. Tibshirani (1996), JRSS B 58. */
export const lassocv = elasticNetLearner({
  name: "lassocv",
  about: "Lasso (Tibshirani 1996), its penalty chosen by inner cross-validation, as scikit-learn's LassoCV on standardised features.",
  numerics: 1,
  options: {},
  l1Ratio: () => 1,
});
