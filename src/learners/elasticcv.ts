import type { Kernels } from "../kernels/instance.js";
import { elasticNetCost, elasticNetOptions, elasticNetPenalties } from "./elasticNet.js";
import { type FitJob, type Learner, never, numberOption, onlyPart, WHOLE, type WithinJob } from "./learner.js";
import { fitPenalised, fitPenalisedWithin } from "./penalised.js";

/** Elastic net, its penalty chosen by inner cross-validation. Zou, Hastie (2005), JRSS B 67. */
export const elasticcv: Learner = Object.freeze({
  name: "elasticcv",
  about: "Elastic net (Zou, Hastie 2005), its penalty chosen by inner cross-validation, as scikit-learn's ElasticNetCV on standardised features.",
  numerics: 1,
  random: false,
  linear: true,
  classifies: never,
  options: {
    l1Ratio: { type: "number", minimum: 0, maximum: 1, default: 0.5, description: "Share of the penalty on absolute values; the rest is on squares (l1_ratio)." },
    ...elasticNetOptions,
  },
  effectsDefaults: {},
  effectsOptions: [],
  cut: () => WHOLE,
  combine: onlyPart,
  fit: (kernels: Kernels, job: FitJob) => fitPenalised(kernels, job, elasticNetPenalties(kernels, job.options, numberOption(job.options, "l1Ratio"))),
  fitWithin: (kernels: Kernels, job: WithinJob) =>
    fitPenalisedWithin(kernels, job, elasticNetPenalties(kernels, job.options, numberOption(job.options, "l1Ratio"))),
  cost: elasticNetCost,
});
