/** What scikit-learn calls a learner and its options. */
export interface SklearnLearner {
  readonly module: string;
  readonly regressor: string;
  readonly classifier: string;
  /** By our name, theirs. */
  readonly options: Readonly<Record<string, string>>;
  /** Arguments that are always the same. */
  readonly fixed?: readonly string[];
  /** Behind a StandardScaler. */
  readonly scaled: boolean;
}

const TREES = { trees: "n_estimators", maxFeatures: "max_features", minLeaf: "min_samples_leaf", minSplit: "min_samples_split", maxDepth: "max_depth" };
const PENALISED = { l1Ratio: "l1_ratio", eps: "eps", folds: "cv", maxIter: "max_iter" };

/** By learner's name. */
export const SKLEARN: Readonly<Record<string, SklearnLearner>> = Object.freeze({
  ols: { module: "linear_model", regressor: "LinearRegression", classifier: "LogisticRegression", options: {}, scaled: false },
  logit: { module: "linear_model", regressor: "LogisticRegression", classifier: "LogisticRegression", options: {}, fixed: ["penalty=None", "max_iter=1000"], scaled: true },
  lassocv: { module: "linear_model", regressor: "LassoCV", classifier: "LogisticRegressionCV", options: { eps: "eps", folds: "cv", maxIter: "max_iter" }, scaled: true },
  elasticcv: { module: "linear_model", regressor: "ElasticNetCV", classifier: "LogisticRegressionCV", options: PENALISED, scaled: true },
  ridgecv: { module: "linear_model", regressor: "RidgeCV", classifier: "RidgeClassifierCV", options: {}, scaled: true },
  rf: { module: "ensemble", regressor: "RandomForestRegressor", classifier: "RandomForestClassifier", options: { ...TREES, bootstrap: "bootstrap", maxSamples: "max_samples" }, fixed: ["n_jobs=-1"], scaled: false },
  extratrees: { module: "ensemble", regressor: "ExtraTreesRegressor", classifier: "ExtraTreesClassifier", options: { ...TREES, bootstrap: "bootstrap" }, fixed: ["n_jobs=-1"], scaled: false },
  gradboost: { module: "ensemble", regressor: "GradientBoostingRegressor", classifier: "GradientBoostingClassifier", options: { ...TREES, learningRate: "learning_rate", subsample: "subsample" }, scaled: false },
  histboost: { module: "ensemble", regressor: "HistGradientBoostingRegressor", classifier: "HistGradientBoostingClassifier", options: { trees: "max_iter", learningRate: "learning_rate", leaves: "max_leaf_nodes", maxDepth: "max_depth", minLeaf: "min_samples_leaf", l2: "l2_regularization" }, scaled: false },
  svm: { module: "svm", regressor: "SVR", classifier: "SVC", options: { C: "C", epsilon: "epsilon", kernel: "kernel", gamma: "gamma" }, scaled: true },
  nnet: { module: "neural_network", regressor: "MLPRegressor", classifier: "MLPClassifier", options: { hidden: "hidden_layer_sizes", activation: "activation", alpha: "alpha", learningRate: "learning_rate_init", batch: "batch_size", maxIter: "max_iter" }, scaled: true },
});
