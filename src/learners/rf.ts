import { forestLearner } from "./forest.js";

/** Random forest for regression. Breiman (2001), Random forests, Machine Learning 45; scikit-learn's parameters. */
export const rf = forestLearner({
  name: "rf",
  about: "Random forest of regression trees (Breiman 2001); parameters and exact splits as in scikit-learn's RandomForestRegressor.",
  numerics: 1,
  randomCuts: false,
  bootstrap: true,
  nanoseconds: 6,
});
