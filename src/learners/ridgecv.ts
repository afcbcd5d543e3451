import type { Kernels } from "../kernels/instance.js";
import { placeColumns } from "../kernels/moments.js";
import { standardOf } from "./crossProducts.js";
import { type DesignShape, type FitJob, type Fitted, type Learner, never, type Options, onlyPart, WHOLE, type WithinJob } from "./learner.js";
import { convergence, fitPenalised, fitPenalisedWithin, type Penalty, penalisedOptions, raised, solvePath } from "./penalised.js";
import { predictRows } from "./standard.js";
import { meanOver } from "./weights.js";

/** Ridge regression, its penalty chosen by leave-one-out errors. Hoerl, Kennard (1970), Technometrics 12. */
export const ridgecv: Learner = Object.freeze({
  name: "ridgecv",
  about: "Ridge regression (Hoerl, Kennard 1970), its penalty chosen by leave-one-out errors, as scikit-learn's RidgeCV on standardised features; by inner folds of units where units are kept together.",
  numerics: 1,
  random: false,
  linear: true,
  classifies: never,
  // pystacked's ridgecv is ElasticNetCV with l1_ratio 0.
  presets: { pystacked: { learner: "elasticcv", options: { l1Ratio: 0, alphas: [10, 1, 0] } } },
  options: {
    alphas: {
      type: "array", items: { type: "number", exclusiveMinimum: 0 }, minItems: 1, default: [0.1, 1, 10],
      description: "Penalties to choose from: sum (y - x'b)^2 + alpha sum b^2 (alphas).",
    },
    folds: {
      anyOf: [{ type: "integer", minimum: 2, maximum: 100 }, { type: "null" }], default: null,
      description: "Inner folds that choose the penalty; null: leave-one-out, or 5 folds of units where these are kept together (cv).",
    },
    ...penalisedOptions,
  },
  effectsDefaults: {},
  effectsOptions: [],
  cut: () => WHOLE,
  combine: onlyPart,
  fit: (kernels: Kernels, job: FitJob) =>
    job.options["folds"] === null && job.together === null ? fitByLeaveOneOut(kernels, job) : fitPenalised(kernels, job, () => path(job.options)),
  fitWithin: (kernels: Kernels, job: WithinJob) => fitPenalisedWithin(kernels, job, () => path(job.options)),
  cost(options: Options, rows: number, shape: DesignShape) {
    const dense = shape.features + 20;
    return rows * dense * (dense + (options["alphas"] as readonly number[]).length * dense / 2) * 0.4;
  },
});

function path(options: Options): readonly Penalty[] {
  return [...(options["alphas"] as readonly number[])].sort((a, b) => b - a).map((ridge) => ({ lasso: 0, ridge }));
}

function fitByLeaveOneOut(kernels: Kernels, job: FitJob): Fitted {
  const { target, train, weights, options, predict } = job;
  const centre = meanOver(target, train, weights);
  const design = standardOf(job);
  const ridges = Float64Array.from(path(options), ({ ridge }) => ridge);
  const { whole, errors } = kernels.heap.scope(() => {
    const columns = placeColumns(kernels, design.columns, weights);
    const moments = columns.moments(target, centre, train);
    return { whole: moments, errors: columns.leaveOneOut(target, centre, train, moments, design.penalties, ridges) };
  });
  const best = path(options)[errors.indexOf(Math.min(...errors))] as Penalty;
  const { coefficients, unsettled } = solvePath(kernels, design, options, [best], whole, null);
  return { predictions: predictRows(design, raised(coefficients[0] as Float64Array, centre), predict), notes: convergence(unsettled) };
}
