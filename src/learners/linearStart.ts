import { allOf, type Columns, everyRow, valuesAt } from "../kernels/design.js";
import { DETERMINED } from "../kernels/demean.js";
import type { Kernels } from "../kernels/instance.js";
import { hasMoreThanTwo } from "../panel/check.js";
import { elasticNetPenalties } from "./elasticNet.js";
import { lassocv } from "./lassocv.js";
import { defaultsOf, type Notes, type OptionSchema, type WithinJob } from "./learner.js";
import { withIndicators } from "./missing.js";
import { fitPenalisedWithin } from "./penalised.js";
import { remembered } from "./remembered.js";
import { trainWeights } from "./weights.js";
import { withinLeastSquares } from "./withinLeastSquares.js";

/** The option of learners that can start so. */
export const startOption = {
  enum: ["linear", "none"],
  default: "none",
  description: "Under `encode: effects` only. linear: from the within fit on the controls, their squares and products (of more than 30 controls the products that go with the target best, 500 columns in all); the default there.",
} as const satisfies OptionSchema;

/** What boosting starts from, by row of the design, centred on the training rows. */
export interface Start {
  readonly values: Float64Array;
  readonly notes: Notes;
}

/**
 * Where boosting starts under the within loss: least squares of M y on M of the controls, their squares and their
 * pairwise products. Trees are poor at slopes and products, which this takes off them. Where these columns are more
 * than a tenth of the training rows less their effects, the lasso's choice of them, its penalty by inner folds of units.
 * Of more than `MOST` columns the products that go with M y best remain (sure independence screening: Fan, Lv 2008, JRSS B 70).
 */
export function linearStart(kernels: Kernels, job: WithinJob): Start {
  const given = withIndicators(job);
  const controls = given.design.features.filter((_, f) => given.design.products?.[f] !== true);
  const { always, pairs } = termsOf(controls);
  const isWhole = always.length + pairs.length <= MOST;
  const terms = [...always, ...(isWhole ? pairs : screened(given, controls, pairs, MOST - always.length))];
  const filled = isWhole ? given : { ...given, design: { ...given.design, key: "" } }; // columns that depend on the target are not remembered
  const { design, train, effects } = filled;
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

/** Columns of a dictionary, at most: least squares takes the square of their number of multiplications a row. */
const MOST = 500;

/** A control, or the product of two. */
type Term = readonly [number] | readonly [number, number];

/** The controls and, where these are not more than `MOST`, the squares of those with more than two values; and all products. */
function termsOf(controls: readonly Float64Array[]): { readonly always: readonly Term[]; readonly pairs: readonly Term[] } {
  const numbers = [...controls.keys()];
  const own = numbers.map((i): Term => [i]);
  const squares = numbers.filter((i) => hasMoreThanTwo(controls[i] ?? new Float64Array(0))).map((i): Term => [i, i]);
  const pairs = numbers.flatMap((i) => numbers.slice(i + 1).map((j): Term => [i, j]));
  return { always: own.length + squares.length <= MOST ? [...own, ...squares] : own, pairs };
}

/** The terms, so many at most, whose demeaned columns correlate most with the demeaned target on the training rows; in their order. */
function screened(job: WithinJob, controls: readonly Float64Array[], terms: readonly Term[], count: number): readonly Term[] {
  if (count <= 0) return [];
  const weights = trainWeights(job);
  const own = controls.map((control) => valuesAt(control, job.train));
  const sizes = job.demeaned((demean) => {
    const y = demean(valuesAt(job.target, job.train));
    return terms.map(([a, b = a]) => {
      const column = product(own[a] as Float64Array, own[b] as Float64Array);
      const left = demean(column);
      const length = Math.sqrt(weightedDot(left, left, weights));
      return length > DETERMINED * Math.sqrt(weightedDot(column, column, weights)) ? Math.abs(weightedDot(left, y, weights)) / length : 0;
    });
  });
  const order = [...terms.keys()].sort((i, j) => (sizes[j] ?? 0) - (sizes[i] ?? 0) || i - j);
  return order.slice(0, count).sort((i, j) => i - j).map((i) => terms[i] as Term);
}

function weightedDot(a: Float64Array, b: Float64Array, weights: Float64Array | null): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (weights?.[i] ?? 1) * (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
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
