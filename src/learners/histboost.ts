import { growHistBoosting } from "../kernels/histboost.js";
import type { Kernels } from "../kernels/instance.js";
import { classifyOption, isClassifier, refuseClassesWithin } from "./classify.js";
import { checkpointsOf, type DesignShape, type FitJob, type Learner, numberOption, onlyPart, type Options, WHOLE, type WithinFit, type WithinJob } from "./learner.js";
import { startOf, startOption } from "./linearStart.js";
import { meanOver } from "./weights.js";

/** Shares nearer to 0 or 1 start boosting from this far off, as in scikit-learn: their log odds are finite. */
const CLOSEST = 10 * Number.EPSILON;

/** Histogram gradient boosting of leaf-wise trees, for squared loss or log loss. Ke et al. (2017), NIPS 30. */
export const histboost: Learner = Object.freeze({
  name: "histboost",
  about: "Gradient boosting of leaf-wise trees on binned features, for many rows (Ke et al. 2017); parameters and numbers as in scikit-learn's HistGradientBoostingRegressor and -Classifier.",
  numerics: 3,
  random: false,
  linear: false,
  takesMissing: true,
  options: {
    trees: { type: "integer", minimum: 1, maximum: 100_000, default: 100, description: "Boosting rounds (max_iter); there is no early stopping." },
    learningRate: { type: "number", exclusiveMinimum: 0, default: 0.1, description: "What a tree's prediction is multiplied by (learning_rate)." },
    leaves: { type: "integer", minimum: 2, maximum: 65_536, default: 31, description: "Most leaves of a tree (max_leaf_nodes)." },
    maxDepth: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: null, description: "Greatest depth; null: none (max_depth)." },
    minLeaf: { type: "integer", minimum: 1, default: 20, description: "Fewest rows in a leaf, counted without weights (min_samples_leaf). Levels of a fixed effect with fewer rows cannot be told apart." },
    l2: { type: "number", minimum: 0, default: 0, description: "Shrinks leaf values: added to a leaf's sum of hessians, its number of rows for squared loss (l2_regularization)." },
    maxBins: { type: "integer", minimum: 2, maximum: 255, default: 255, description: "Bins of a feature, cut at percentiles of all training rows where it has more distinct values (max_bins)." },
    classify: classifyOption,
    start: startOption,
  },
  classifies: isClassifier,
  effectsDefaults: { trees: 200, leaves: 8, start: "linear" },
  effectsOptions: ["start"],
  cut: () => WHOLE,
  combine: onlyPart,
  fit(kernels: Kernels, job: FitJob) {
    return { predictions: isClassifier(job.options) ? probabilities(kernels, job) : means(kernels, job), notes: {} };
  },
  fitWithin(kernels: Kernels, job: WithinJob) {
    refuseClassesWithin(job.options);
    const start = startOf(kernels, job);
    return { ...boostFrom(kernels, job, start.values), notes: start.notes };
  },
  cost(options: Options, rows: number, { features, groups }: DesignShape) {
    const leaves = numberOption(options, "leaves");
    const built = rows * (1 + Math.min(leaves, 64) / 16) + leaves * 400;
    return numberOption(options, "trees") * built * (features + groups);
  },
});

/** Boosting of what a start leaves, under the within loss. `start`: by row of the design; checkpoints count rounds. */
export function boostFrom(kernels: Kernels, job: WithinJob, start: Float64Array): Pick<WithinFit, "checkpoints" | "predictions"> {
  const checkpoints = checkpointsOf(numberOption(job.options, "trees"));
  return { checkpoints, predictions: growHistBoosting(kernels, job.design, { ...request(job), loss: "squared", start, effects: job.effects, checkpoints }) };
}

function means(kernels: Kernels, job: FitJob): Float64Array {
  const start = new Float64Array(job.design.rows).fill(meanOver(job.target, job.train, job.weights));
  return grow(kernels, job, "squared", start);
}

/** Boosting of log odds, turned into probabilities. */
function probabilities(kernels: Kernels, job: FitJob): Float64Array {
  const { exports } = kernels;
  const share = Math.min(Math.max(meanOver(job.target, job.train, job.weights), CLOSEST), 1 - CLOSEST);
  const start = new Float64Array(job.design.rows).fill(exports.log(share / (1 - share)));
  return grow(kernels, job, "log", start).map((odds) => 1 / (1 + exports.exp(-odds)));
}

function grow(kernels: Kernels, job: FitJob, loss: "squared" | "log", start: Float64Array): Float64Array {
  const checkpoints = [numberOption(job.options, "trees")];
  const [predictions] = growHistBoosting(kernels, job.design, { ...request(job), loss, start, effects: [], checkpoints });
  return predictions as Float64Array;
}

function request({ options, train, target, weights, predict }: FitJob) {
  return {
    train, target, weights, predict,
    settings: {
      maxBins: numberOption(options, "maxBins"),
      leaves: numberOption(options, "leaves"),
      maxDepth: typeof options["maxDepth"] === "number" ? options["maxDepth"] : 0x7fffffff,
      minLeaf: numberOption(options, "minLeaf"),
      l2: numberOption(options, "l2"),
      rate: numberOption(options, "learningRate"),
    },
  };
}
