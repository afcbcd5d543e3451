import { forestLearner } from "./forest.js";

/** Extremely randomised trees. Geurts, Ernst and Wehenkel (2006), Machine Learning 63; scikit-learn's parameters. */
export const extratrees = forestLearner({
  name: "extratrees",
  about: "Extremely randomised trees (Geurts, Ernst, Wehenkel 2006): each feature is cut at one random value; parameters as in scikit-learn's ExtraTreesRegressor.",
  numerics: 2,
  randomCuts: true,
  bootstrap: false,
  nanoseconds: 6,
});
