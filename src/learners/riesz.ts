import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { type DesignShape, type FitJob, type Learner, never, numberOption, onlyPart, type Options, WHOLE } from "./learner.js";
import { solvePositiveDefinite } from "./positiveDefinite.js";
import { createSieve, type Sieve } from "./sieve.js";

/** Functions of a sieve at most: more would take minutes a fold. */
const MOST = 2000;

/**
 * The Riesz representer alpha of a linear functional, E[m(f)] = E[alpha f], as the linear combination b'rho of a sieve that
 * minimises mean (b'rho)^2 - 2 mean m(b)'rho + penalty; no density is estimated. Rows with target 0 are as observed and
 * count in the first mean; any other target is the weight of its row in m.
 *
 * The penalty is lambda |rho|^2 without the constant, lambda = ridge / n times the mean diagonal of mean b b': it vanishes
 * as data grows, and keeps what is collinear from harm. Cost: n k^2 / 2 + k^3 / 6 for n rows and k functions. Throws an
 * EstimationError for more than 2,000 functions, and where the penalty is too small for collinear ones.
 * Chernozhukov, Newey and Singh (2022), Econometrica 90, section 3, with a ridge in place of their lasso.
 */
export const riesz: Learner = Object.freeze({
  name: "riesz",
  about: "Riesz representer of an average effect, by least squares on the features, their squares and products (Chernozhukov, Newey and Singh 2022).",
  numerics: 1,
  random: false,
  linear: true,
  represents: true,
  options: {
    order: { enum: [1, 2], default: 2, description: "Order 2 adds the features' squares and products." },
    ridge: { type: "number", exclusiveMinimum: 0, default: 1, description: "Penalty, in units that vanish with the number of rows." },
  },
  classifies: never,
  effectsDefaults: {},
  effectsOptions: [],
  cut: () => WHOLE,
  combine: onlyPart,
  fit(_kernels: Kernels, job: FitJob) {
    const observed = job.train.filter((row) => job.target[row] === 0);
    const sieve = createSieve(job.design, observed, job.weights, numberOption(job.options, "order"));
    const rho = leastLoss(job, sieve, observed);
    return { predictions: Float64Array.from(job.predict, (row) => sieve.combine(row, rho)), notes: {} };
  },
  fitWithin() {
    throw new EstimationError("not-defined", "`riesz` has no within loss. Use `encode: cre` or `dummies`.");
  },
  cost(_options: Options, rows: number, { columns }: DesignShape) {
    const functions = 1 + columns + (columns * (columns + 1)) / 2;
    return rows * functions * functions + functions * functions * functions / 6;
  },
});

/** rho: the normal equations of the loss, with their penalty. */
function leastLoss({ train, target, weights, options }: FitJob, sieve: Sieve, observed: Uint32Array): Float64Array {
  const { size } = sieve;
  if (size > MOST) {
    throw new EstimationError("large-sieve", `The Riesz representer would have ${size} functions, and ${MOST} is the most. Use \`order: 1\`, fewer controls, or \`encode: cre\` in place of dummies.`);
  }
  const gram = new Float64Array(size * size);
  const moments = new Float64Array(size);
  for (const row of train) {
    const weight = weights?.[row] ?? 1;
    const share = target[row] ?? NaN;
    if (share === 0) sieve.addSquares(row, weight, gram);
    else sieve.add(row, weight * share, moments);
  }
  let trace = 0;
  for (let j = 1; j < size; j++) trace += gram[j * size + j] ?? NaN;
  const penalty = ((trace / (size - 1)) * numberOption(options, "ridge")) / observed.length;
  for (let j = 1; j < size; j++) gram[j * size + j] = (gram[j * size + j] ?? NaN) + penalty;
  if (!solvePositiveDefinite(gram, moments)) {
    throw new EstimationError("singular-representer", "The features determine each other, so no Riesz representer can be found. Raise `ridge`, or use fewer controls.");
  }
  return moments;
}
