import { elasticNetLearner } from "./elasticNet.js";
import { numberOption } from "./learner.js";

/** Elastic net, its penalty chosen by inner cross-validation. Zou, Hastie (2005), JRSS B 67. */
export const elasticcv = elasticNetLearner({
  name: "elasticcv",
  about: "Elastic net (Zou, Hastie 2005), its penalty chosen by inner cross-validation, as scikit-learn's ElasticNetCV on standardised features.",
  numerics: 1,
  options: {
    l1Ratio: { type: "number", minimum: 0, maximum: 1, default: 0.5, description: "Share of the penalty on absolute values; the rest is on squares (l1_ratio)." },
  },
  l1Ratio: (options) => numberOption(options, "l1Ratio"),
});
