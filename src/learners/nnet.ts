import { everyRow, valuesAt } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import { type NetRequest, type Scaling, trainNet, trainNetWithin } from "../kernels/nnet.js";
import { checkBinary } from "./binary.js";
import { classifyOption, isClassifier, refuseClassesWithin } from "./classify.js";
import { boostFrom, histboost } from "./histboost.js";
import { checkpointsOf, defaultsOf, type DesignShape, type FitJob, type Learner, numberOption, onlyPart, type Options, WHOLE, type WithinJob } from "./learner.js";
import { startOf, startOption } from "./linearStart.js";
import { columnMoments, moments, type Moments, unit } from "./moments.js";
import { trainWeights } from "./weights.js";

/**
 * A multilayer perceptron trained by Adam. Kingma and Ba (2015), ICLR.
 *
 * The target of a regression is standardised, which scikit-learn leaves to the user (TransformedTargetRegressor): with
 * the steps and the tolerance of the defaults a fit would else depend on the target's unit. Out of fold it is then as
 * good as theirs on the same scale. On a target of large variance they move slowly and stop at the limit of epochs, by
 * luck a smoother fit: R2 0.89 and 0.82 on two targets of `driving` for 0.83 and 0.75. A larger `alpha`
 * does that by will: 0.93 and 0.90 with 3.
 */
export const nnet: Learner = Object.freeze({
  name: "nnet",
  about: "A multilayer perceptron trained by Adam (Kingma and Ba 2015); parameters as in scikit-learn's MLPRegressor and MLPClassifier, the target of a regression standardised. Under `encode: effects` it starts from squares and products, and what it leaves is boosted.",
  numerics: 2,
  random: true,
  linear: false,
  options: {
    hidden: {
      anyOf: [{ type: "integer", minimum: 1, maximum: 10_000 }, { type: "string", pattern: "^[1-9][0-9]{0,3}(,[1-9][0-9]{0,3})*$" }],
      default: 100,
      description: "Units of the hidden layer, or of several: \"64,32\" (hidden_layer_sizes).",
    },
    activation: { enum: ["relu", "tanh"], default: "relu", description: "What hidden units do with their input (activation)." },
    alpha: { type: "number", minimum: 0, default: 1e-4, description: "Ridge penalty on the weights (alpha)." },
    learningRate: { type: "number", exclusiveMinimum: 0, default: 1e-3, description: "Step of Adam (learning_rate_init)." },
    batch: { type: "integer", minimum: 1, default: 200, description: "Rows of a batch, all rows at most (batch_size)." },
    maxIter: { type: "integer", minimum: 1, default: 200, description: "Epochs at most (max_iter); under `encode: effects` the number of steps, each on all rows." },
    trees: {
      type: "integer", minimum: 0, maximum: 100_000, default: 0,
      description: "Under `encode: effects` only: rounds of boosting, of 8 leaves at rate 0.1 as `histboost` has them there, of what the network leaves; 0: the network alone.",
    },
    tol: { type: "number", minimum: 0, default: 1e-4, description: "Training ends when the loss, in variances of the target, has not fallen by this in ten epochs (tol)." },
    standardize: { type: "boolean", default: true, description: "Columns, dummies too, have mean 0 and standard deviation 1 in training." },
    start: startOption,
    classify: classifyOption,
  },
  classifies: isClassifier,
  // Full-batch steps. Where little varies within units a net with sklearn's alpha fits noise without end (on wagepan the R2 of
  // l was -2.5 after 200 steps); with a penalty that stops this it is too smooth for theta. So it starts from squares and
  // products, is penalised much, and what it leaves is boosted: docs/panels.md, "Which learner".
  effectsDefaults: { hidden: 50, learningRate: 0.02, maxIter: 100, alpha: 40, trees: 200, start: "linear" },
  effectsOptions: ["trees", "start"],
  cut: () => WHOLE,
  combine: onlyPart,
  fit(kernels: Kernels, job: FitJob) {
    const isProbability = isClassifier(job.options);
    if (isProbability) checkBinary("`nnet` with `classify`", job);
    const { mean, sd } = isProbability ? { mean: 0, sd: 1 } : unit(columnMoments(job.target, job.train, job.weights));
    const maxEpochs = numberOption(job.options, "maxIter");
    const { predictions, converged } = trainNet(kernels, job.design, {
      ...request(job), target: job.target.map((y) => (y - mean) / sd),
      batch: Math.min(numberOption(job.options, "batch"), job.train.length), maxEpochs, tolerance: numberOption(job.options, "tol"),
    });
    const notes = converged ? {} : { warnings: [`The loss still fell after ${maxEpochs} epochs. Raise maxIter, or tol or learningRate.`] };
    return { predictions: predictions.map((value) => mean + sd * value), notes };
  },
  fitWithin(kernels: Kernels, job: WithinJob) {
    refuseClassesWithin(job.options);
    const steps = numberOption(job.options, "maxIter");
    const start = startOf(kernels, job);
    if (numberOption(job.options, "trees") === 0) {
      const checkpoints = checkpointsOf(steps);
      return { checkpoints, predictions: trainWithin(kernels, job, start.values, checkpoints), notes: start.notes };
    }
    const [fitted] = trainWithin(kernels, { ...job, predict: everyRow(job.design.rows) }, start.values, [steps]);
    return { ...boostFrom(kernels, { ...job, options: boostingOf(job.options) }, fitted as Float64Array), notes: start.notes };
  },
  cost(options: Options, rows: number, shape: DesignShape) {
    const { features, groups, columns } = shape;
    const [first = 1, ...rest] = layers(options);
    const weights = rest.reduce((sum, units, l) => sum + units * ([first, ...rest][l] ?? 0), first * (features + groups + 10));
    const updates = (rows / numberOption(options, "batch")) * columns * first;
    const boosting = typeof options["trees"] === "number" ? histboost.cost(boostingOf(options), rows, shape) : 0;
    return numberOption(options, "maxIter") * (rows * weights * 0.8 + updates * 4) + boosting;
  },
});

/** How boosting goes on from a network under the within loss: as `histboost` boosts there, but for the rounds. */
function boostingOf({ trees = 0 }: Options): Options {
  return { ...defaultsOf(histboost), ...histboost.effectsDefaults, trees };
}

/** Predictions after each of the checkpoints, in steps, the start's among them; the network has what it leaves. `start`: by row of the design. */
function trainWithin(kernels: Kernels, job: WithinJob, start: Float64Array, checkpoints: readonly number[]): readonly Float64Array[] {
  const { design, train, predict, effects } = job;
  const target = job.target.map((y, row) => y - (start[row] ?? NaN));
  const left = job.demeaned((demean) => demean(valuesAt(target, train)));
  const { sd } = unit(columnMoments(left, Uint32Array.from(left.keys()), trainWeights(job)));
  const predictions = trainNetWithin(kernels, design, { ...request(job), target: target.map((y) => y / sd), effects, checkpoints });
  return predictions.map((values) => values.map((value, i) => (start[predict[i] ?? 0] ?? NaN) + sd * value));
}

function request({ design, target, train, predict, weights, options, key }: FitJob): NetRequest {
  const { features, levels } = moments(design, train, weights);
  const scaling = options["standardize"] === true ? standard : raw;
  return {
    target, train, predict, weights, key,
    hidden: layers(options),
    activation: options["activation"] === "tanh" ? "tanh" : "relu",
    classify: isClassifier(options),
    learningRate: numberOption(options, "learningRate"),
    alpha: numberOption(options, "alpha"),
    features: features.map(scaling),
    // A level without rows in training has all its dummies 0 there, and stays without effect.
    levels: levels.map((group) => group.map((one) => (one.mean > 0 ? scaling(one) : { centre: 0, scale: 0 }))),
  };
}

function standard(column: Moments): Scaling {
  return { centre: column.mean, scale: 1 / unit(column).sd };
}

function raw(): Scaling {
  return { centre: 0, scale: 1 };
}

function layers({ hidden }: Options): readonly number[] {
  return String(hidden).split(",").map(Number);
}
