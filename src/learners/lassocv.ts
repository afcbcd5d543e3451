import type { Kernels } from "../kernels/instance.js";
import { classifyOption, isClassifier, refuseClassesWithin } from "./classify.js";
import { alphasOf, elasticNetCost, elasticNetOptions, elasticNetPenalties } from "./elasticNet.js";
import { type FitJob, type Learner, onlyPart, WHOLE, type WithinJob } from "./learner.js";
import { fitLassoLogit } from "./lassoLogit.js";
import { fitPenalised, fitPenalisedWithin } from "./penalised.js";

/** Lasso, its penalty chosen by inner cross-validation. Tibshirani (1996), JRSS B 58. */
export const lassocv: Learner = Object.freeze({
  name: "lassocv",
  about: "Lasso (Tibshirani 1996), its penalty chosen by inner cross-validation, as scikit-learn's LassoCV on standardised features; with `classify` logistic, chosen by log-loss.",
  numerics: 1,
  random: false,
  linear: true,
  options: { ...elasticNetOptions, classify: classifyOption },
  classifies: isClassifier,
  effectsDefaults: {},
  effectsOptions: [],
  cut: () => WHOLE,
  combine: onlyPart,
  fit: (kernels: Kernels, job: FitJob) =>
    isClassifier(job.options)
      ? fitLassoLogit(kernels, job, (largest) => alphasOf(kernels, job.options, 1, largest))
      : fitPenalised(kernels, job, elasticNetPenalties(kernels, job.options, 1)),
  fitWithin(kernels: Kernels, job: WithinJob) {
    refuseClassesWithin(job.options);
    return fitPenalisedWithin(kernels, job, elasticNetPenalties(kernels, job.options, 1));
  },
  cost: elasticNetCost,
});
