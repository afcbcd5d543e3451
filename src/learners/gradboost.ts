import { columnCount } from "../kernels/design.js";
import { growBoosting } from "../kernels/boosting.js";
import { denseUnits } from "../kernels/trees.js";
import type { Kernels } from "../kernels/instance.js";
import { classifyOption, isClassifier, refuseClassesWithin } from "./classify.js";
import { checkpointsOf, type DesignShape, type FitJob, type Learner, numberOption, onlyPart, type Options, WHOLE, type WithinJob } from "./learner.js";
import { startOf, startOption } from "./linearStart.js";
import { drawnColumns } from "./forest.js";
import { meanOver } from "./weights.js";

/** Gradient boosting of regression trees for squared loss or log-loss. Friedman (2001), Annals of Statistics 29. */
export const gradboost: Learner = Object.freeze({
  name: "gradboost",
  about: "Gradient boosting of exact, depth-wise regression trees for squared loss, with `classify` for the log-loss (Friedman 2001); parameters as in scikit-learn's GradientBoostingRegressor and GradientBoostingClassifier.",
  numerics: 3,
  random: true,
  linear: false,
  takesMissing: true,
  options: {
    trees: { type: "integer", minimum: 1, maximum: 100_000, default: 100, description: "Boosting rounds (n_estimators)." },
    learningRate: { type: "number", exclusiveMinimum: 0, default: 0.1, description: "What a tree's prediction is multiplied by (learning_rate)." },
    maxDepth: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: 3, description: "Greatest depth; null: none (max_depth)." },
    minLeaf: { type: "integer", minimum: 1, default: 1, description: "Fewest rows in a leaf (min_samples_leaf)." },
    minSplit: { type: "integer", minimum: 2, default: 2, description: "Fewest rows in a node that may be split (min_samples_split)." },
    maxFeatures: {
      anyOf: [{ type: "number", exclusiveMinimum: 0 }, { enum: ["all", "sqrt", "log2", "one"] }],
      default: "all",
      description: "Columns looked at in each node, as for rf (max_features).",
    },
    subsample: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1,
      description: "Share of the rows that a tree is grown on, drawn without replacement; under `encode: effects` of whole units (subsample).",
    },
    start: startOption,
    classify: classifyOption,
  },
  classifies: isClassifier,
  effectsDefaults: { trees: 200, maxDepth: 4, minLeaf: 20, start: "linear" },
  effectsOptions: ["start"],
  cut: () => WHOLE,
  combine: onlyPart,
  fit(kernels: Kernels, job: FitJob) {
    const logistic = isClassifier(job.options);
    const mean = meanOver(job.target, job.train, job.weights);
    const start = new Float64Array(job.design.rows).fill(logistic ? logOdds(kernels, mean) : mean);
    const checkpoints = [numberOption(job.options, "trees")];
    const [predictions] = growBoosting(kernels, job.design, { ...request(job, null), start, logistic, effects: [], checkpoints });
    return { predictions: predictions as Float64Array, notes: {} };
  },
  fitWithin(kernels: Kernels, job: WithinJob) {
    refuseClassesWithin(job.options);
    const trees = numberOption(job.options, "trees");
    const checkpoints = checkpointsOf(trees);
    const start = startOf(kernels, job);
    const predictions = growBoosting(kernels, job.design, { ...request(job, job.units), start: start.values, logistic: false, effects: job.effects, checkpoints });
    return { checkpoints, predictions, notes: start.notes };
  },
  cost(options: Options, rows: number, shape: DesignShape) {
    const depth = numberOption({ ...options, maxDepth: options["maxDepth"] ?? 20 }, "maxDepth");
    return numberOption(options, "trees") * rows * (shape.features + shape.groups) * depth * 4;
  },
});

/** Log odds of a share; of 0 and 1 as scikit-learn has them, which keeps them finite. */
function logOdds({ exports }: Kernels, share: number): number {
  const p = Math.min(Math.max(share, Number.EPSILON), 1 - Number.EPSILON);
  return exports.log(p / (1 - p));
}

/** `units`: what is drawn together; null draws rows. */
function request({ options, design, train, target, weights, predict, key }: FitJob, units: Int32Array | null) {
  const share = numberOption(options, "subsample");
  const among = units === null ? train.length : denseUnits(units, train).count;
  return {
    train, target, weights, predict, units, key,
    rate: numberOption(options, "learningRate"),
    settings: {
      maxFeatures: drawnColumns(options["maxFeatures"], columnCount(design)),
      minLeaf: numberOption(options, "minLeaf"),
      minSplit: numberOption(options, "minSplit"),
      maxDepth: typeof options["maxDepth"] === "number" ? options["maxDepth"] : 0x7fffffff,
      draws: share < 1 ? Math.max(1, Math.floor(share * among)) : 0,
    },
  };
}
