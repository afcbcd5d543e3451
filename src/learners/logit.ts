import { EstimationError } from "../errors.js";
import { createDemeaner } from "../kernels/demean.js";
import type { Design } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import { fitLogit, type LogitFit, type LogitProblem } from "../kernels/logit.js";
import { linearPredict } from "../kernels/ols.js";
import { checkBinary } from "./binary.js";
import { type DesignShape, type FitJob, type Fitted, type Learner, type Notes, numberOption, onlyPart, type Options, WHOLE } from "./learner.js";
import { moments, type Moments } from "./moments.js";
import { certainty, separate, type Separation } from "./separation.js";

/** Logistic regression by maximum likelihood, or with a ridge penalty. */
export const logit: Learner = Object.freeze({
  name: "logit",
  about: "Logistic regression by maximum likelihood (Stata's logit) or with a ridge penalty (scikit-learn's LogisticRegression); fixed effects without dummies.",
  numerics: 1,
  random: false,
  linear: false,
  options: {
    penalty: { enum: ["none", "ridge"], default: "none", description: "Ridge: half the sum of squared coefficients, dummies' too, divided by C; the constant is free (penalty)." },
    C: { type: "number", exclusiveMinimum: 0, default: 1, description: "Inverse strength of the ridge penalty (C)." },
    standardize: { type: "boolean", default: false, description: "Under the ridge penalty: columns, dummies too, are divided by their standard deviation in training." },
    tol: { type: "number", exclusiveMinimum: 0, default: 1e-8, description: "Newton steps end when no row's log-odds moved further (tol)." },
    maxIter: { type: "integer", minimum: 1, default: 100, description: "Newton steps at most (max_iter)." },
  },
  classifies: () => true,
  effectsDefaults: {},
  effectsOptions: [],
  cut: () => WHOLE,
  combine: onlyPart,
  fit(kernels: Kernels, job: FitJob) {
    checkBinary("`logit`", job);
    return job.options["penalty"] === "ridge" ? ridge(kernels, job) : likelihood(kernels, job);
  },
  fitWithin() {
    throw new EstimationError("not-defined", "`logit` has no within loss: effects cannot be profiled out of a probability. Use `encode: dummies`, or a learner for numbers.");
  },
  cost: (_options: Options, rows: number, { features, groups }: DesignShape) => 5 * rows * (features + groups + 4) * (features + 8),
});

/** A finite solution always, and only one; a level unseen in training has the effect 0. */
function ridge(kernels: Kernels, job: FitJob): Fitted {
  const { design, train, weights, options } = job;
  const strength = 1 / numberOption(options, "C");
  const { features, levels } = moments(design, train, weights);
  const cost = ({ sd }: Moments): number => (options["standardize"] === true && sd > 0 ? strength * sd * sd : strength);
  const fit = fitLogit(kernels, problemOf(job, train, Float64Array.from(features, cost), levels.map((group) => Float64Array.from(group, cost))));
  return { predictions: predict(kernels, job, fit, null), notes: notesOf(fit, 0, options) };
}

/**
 * Without a penalty levels with one outcome are set apart, and the effects of the others are centred, the limit of
 * a ridge that vanishes: a level unseen in training has the mean effect of its group.
 */
function likelihood(kernels: Kernels, job: FitJob): Fitted {
  const { design, target, train, options } = job;
  const found = separate(design, target, train);
  const free = design.groups.map((group) => new Float64Array(group.levels));
  const fit: LogitFit = found.rows.length === 0
    ? { constant: 0, coefficients: new Float64Array(design.features.length), levels: free, end: "converged" }
    : fitLogit(kernels, problemOf(job, found.rows, new Float64Array(design.features.length), free));
  const settled = design.groups.length === 0 || found.rows.length === 0 ? fit : centred(kernels, design, fit, found.rows);
  return { predictions: predict(kernels, job, settled, found), notes: notesOf(fit, found.levels, options) };
}

function problemOf(job: FitJob, rows: Uint32Array, penalties: Float64Array, levelPenalties: readonly Float64Array[]): LogitProblem {
  const { design, target, weights, options } = job;
  return {
    columns: design.features, groups: design.groups, target, rows, weights, penalties, levelPenalties,
    maxIterations: numberOption(options, "maxIter"), tolerance: numberOption(options, "tol"),
  };
}

/** The same fit with effects of mean zero over the levels of each group, as least squares has them. */
function centred(kernels: Kernels, design: Design, fit: LogitFit, rows: Uint32Array): LogitFit {
  const sums = Float64Array.from({ length: design.rows }, (_, row) => effectsAt(design, fit, row));
  const { constant, levels } = kernels.heap.scope(() => createDemeaner(kernels, design.groups, { rows }).effects(sums));
  return { ...fit, constant: fit.constant + constant, levels };
}

function effectsAt({ groups }: Design, { levels }: LogitFit, row: number): number {
  return groups.reduce((sum, group, g) => sum + (levels[g]?.[group.codes[row] ?? 0] ?? NaN), 0);
}

function predict(kernels: Kernels, { design, predict: rows }: FitJob, fit: LogitFit, found: Separation | null): Float64Array {
  const fromFeatures = linearPredict(kernels, design.features, design.rows, { coefficients: fit.coefficients, intercept: fit.constant }, rows);
  return Float64Array.from(rows, (row) => {
    const sure = found === null ? null : certainty(found, design, row);
    return sure ?? 1 / (1 + kernels.exports.exp(-(effectsAt(design, fit, row) + (fromFeatures[row] ?? NaN))));
  });
}

function notesOf({ end }: LogitFit, pure: number, options: Options): Notes {
  const warnings: string[] = [];
  if (pure > 0) warnings.push("Some levels have one outcome only: their effects are infinite and their probabilities 0 or 1; penalty: ridge keeps them between.");
  if (end === "separated") warnings.push("The controls separate the outcomes: the likelihood has no maximum and some probabilities are as good as 0 or 1. Use penalty: ridge, or fewer controls.");
  if (end === "limit") warnings.push(`Newton's steps had not settled after ${numberOption(options, "maxIter")}. Raise maxIter.`);
  return warnings.length > 0 ? { warnings } : {};
}
