import type { Kernels } from "../kernels/instance.js";
import { hasMoreThanTwo } from "../panel/check.js";
import { elasticNetPenalties } from "./elasticNet.js";
import { lassocv } from "./lassocv.js";
import type { Notes, OptionSchema, WithinJob } from "./learner.js";
import { withIndicators } from "./missing.js";
import { fitPenalisedWithin } from "./penalised.js";
import { withinLeastSquares } from "./withinLeastSquares.js";

/** The option of learners that can start so. */
export const startOption = {
  enum: ["linear", "none"],
  default: "none",
  description: "Under `encode: effects` only. linear: from the within fit on the controls, their squares and products; the default there.",
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
 */
export function linearStart(kernels: Kernels, job: WithinJob): Start {
  const filled = withIndicators(job);
  const { design, train, effects } = filled;
  const columns = dictionary(filled);
  const freedom = train.length - effects.reduce((sum, effect) => sum + effect.levels, 0);
  if (columns.length < freedom / 10) return { values: withinLeastSquares(kernels, filled, columns), notes: {} };
  const options = Object.fromEntries(Object.entries(lassocv.options).map(([name, schema]) => [name, schema.default]));
  const everyRow = Uint32Array.from({ length: design.rows }, (_, row) => row);
  const lasso = { ...filled, options, predict: everyRow, design: { key: "", rows: design.rows, features: columns, groups: [] } };
  const { predictions, notes } = fitPenalisedWithin(kernels, lasso, elasticNetPenalties(kernels, options, 1));
  return { values: predictions[0] ?? new Float64Array(design.rows), notes };
}

/** The start that an option names. */
export function startOf(kernels: Kernels, job: WithinJob): Start {
  return job.options["start"] === "linear" ? linearStart(kernels, job) : { values: new Float64Array(job.design.rows), notes: {} };
}

function dictionary({ design }: WithinJob): readonly Float64Array[] {
  const controls = design.features.filter((_, f) => design.products?.[f] !== true);
  const squares = controls.filter(hasMoreThanTwo).map((control) => product(control, control));
  const products = controls.flatMap((a, i) => controls.slice(i + 1).map((b) => product(a, b)));
  return [...controls, ...squares, ...products];
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const values = new Float64Array(a.length);
  for (let row = 0; row < a.length; row++) values[row] = (a[row] ?? NaN) * (b[row] ?? NaN);
  return values;
}
