import { allOf, type Columns, everyRow } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import { hasMoreThanTwo } from "../panel/check.js";
import { elasticNetPenalties } from "./elasticNet.js";
import { lassocv } from "./lassocv.js";
import { defaultsOf, type Notes, type OptionSchema, type WithinJob } from "./learner.js";
import { withIndicators } from "./missing.js";
import { fitPenalisedWithin } from "./penalised.js";
import { remembered } from "./remembered.js";
import { withinLeastSquares } from "./withinLeastSquares.js";

/** The option of learners that can start so. */
export const startOption = {
  enum: ["linear", "none"],
  default: "none",
  description: "Under `encode: effects` only. linear: from the within fit on the controls, their squares (up to 250 controls) and products (up to 30); the default there.",
} as const satisfies OptionSchema;

/** What boosting starts from, by row of the design, centred on the training rows. */
export interface Start {
  readonly values: Float64Array;
  readonly notes: Notes;
}

/**
 * Where boosting starts under the within loss: least squares of M y on M of the controls, their squares and their
 * pairwise products. Trees are poor at slopes and products, which this takes off them. Where these columns are more
 * than a tenth of the training rows less their effects, the lasso's choice of them, its penalty by inner folds of units. From 31
 * controls on there are no products, and from 251 no squares.
 */
export function linearStart(kernels: Kernels, job: WithinJob): Start {
  const filled = withIndicators(job);
  const { design, train, effects } = filled;
  const controls = design.features.filter((_, f) => design.products?.[f] !== true);
  const terms = termsOf(controls);
  const columns = remembered(filled, "dictionary", design.rows * terms.length, () => dictionary(controls, terms));
  const freedom = train.length - effects.reduce((sum, effect) => sum + effect.levels, 0);
  if (columns.length < freedom / 10) return { values: withinLeastSquares(kernels, filled, columns, "dictionary"), notes: {} };
  const options = defaultsOf(lassocv);
  const lasso = { ...filled, options, predict: everyRow(design.rows), design: { key: design.key === "" ? "" : `dictionary of ${design.key}`, rows: design.rows, features: allOf(columns), groups: [] } };
  const { predictions, notes } = fitPenalisedWithin(kernels, lasso, elasticNetPenalties(kernels, options, 1), true);
  return { values: predictions[0] ?? new Float64Array(design.rows), notes };
}

/** The start that an option names. */
export function startOf(kernels: Kernels, job: WithinJob): Start {
  return job.options["start"] === "linear" ? linearStart(kernels, job) : { values: new Float64Array(job.design.rows), notes: {} };
}

/** Columns of a dictionary, at most: their products take its square of multiplications a row, and the trees find the rest. */
const MOST = 500;

/** A control, or the product of two. */
type Term = readonly [number] | readonly [number, number];

/** The controls, the squares of those with more than two values, all products; without products, or squares too, where these would be more than `MOST`. */
function termsOf(controls: readonly Float64Array[]): readonly Term[] {
  const numbers = [...controls.keys()];
  const own = numbers.map((i): Term => [i]);
  const squares = numbers.filter((i) => hasMoreThanTwo(controls[i] ?? new Float64Array(0))).map((i): Term => [i, i]);
  const pairs = (numbers.length * (numbers.length - 1)) / 2;
  if (own.length + squares.length + pairs <= MOST) return [...own, ...squares, ...numbers.flatMap((i) => numbers.slice(i + 1).map((j): Term => [i, j]))];
  return own.length + squares.length <= MOST ? [...own, ...squares] : own;
}

/** Each column is made when it is asked for: together they are many times the controls. */
function dictionary(controls: readonly Float64Array[], terms: readonly Term[]): Columns {
  const control = (i = 0): Float64Array => controls[i] ?? new Float64Array(0);
  return {
    length: terms.length,
    at(j) {
      const [a, b] = terms[j] ?? [0];
      return b === undefined ? control(a) : product(control(a), control(b));
    },
  };
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const values = new Float64Array(a.length);
  for (let row = 0; row < a.length; row++) values[row] = (a[row] ?? NaN) * (b[row] ?? NaN);
  return values;
}
