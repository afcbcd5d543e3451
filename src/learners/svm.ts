import { columnCount, valuesAt } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import { createSvm, type SvmFit, type SvmMachine } from "../kernels/svm.js";
import { type DesignShape, type FitJob, type Learner, never, type Notes, numberOption, onlyPart, type Options, WHOLE, type WithinJob } from "./learner.js";
import { columnMoments, unit } from "./moments.js";
import { columnScale } from "./scale.js";
import { fitStages, outOfFold } from "./stages.js";

/**
 * Support vector regression with the epsilon-insensitive loss. Drucker et al. (1996), NIPS 9. A thread keeps up to 512 MB
 * of kernel values, all pairs of 11,500 training rows; beyond that the least recently used are computed anew.
 */
export const svm: Learner = Object.freeze({
  name: "svm",
  about: "Epsilon support vector regression (Drucker et al. 1996) by sequential minimal optimisation; parameters and result as scikit-learn's SVR after StandardScaler.",
  numerics: 1,
  random: false,
  linear: false,
  options: {
    kernel: { enum: ["rbf", "linear"], default: "rbf", description: "The kernel function: rbf is exp(-gamma d^2) of the distance d, linear the inner product (kernel)." },
    C: { type: "number", exclusiveMinimum: 0, default: 1, description: "Price of a residual beyond epsilon, on the scale of the target; times the row's weight where there are weights (C)." },
    epsilon: { type: "number", minimum: 0, default: 0.1, description: "Residuals up to this size cost nothing, on the scale of the target (epsilon)." },
    gamma: {
      anyOf: [{ type: "number", exclusiveMinimum: 0 }, { enum: ["scale", "auto"] }],
      default: "scale",
      description: "Width of rbf: a number, auto for 1 / columns, scale for 1 / (columns x variance of all their cells); each level of a fixed effect is a column (gamma).",
    },
    tol: { type: "number", exclusiveMinimum: 0, default: 1e-3, description: "Greatest violation of the optimality conditions at the end, on the scale of the target (tol)." },
    maxIter: { type: "integer", minimum: 1, maximum: 1_000_000_000, default: 10_000_000, description: "Most iterations of the solver; a fit that needs more ends there and warns (max_iter)." },
    standardize: { type: "boolean", default: true, description: "Centre all columns and divide them by their standard deviations on the training rows, those of fixed effects' levels too." },
    stages: { type: "integer", minimum: 1, maximum: 50, default: 3, description: "Fits in turn to what is left, under `encode: effects` only; each divided by its standard deviation there." },
  },
  classifies: never,
  // Undersmoothed for the estimate's sake: at C 1 the bias is three times that at 4 on the panels of bench/encodings.mjs.
  effectsDefaults: { C: 4 },
  effectsOptions: ["stages"],
  cut: () => WHOLE,
  combine: onlyPart,
  fit(kernels: Kernels, job: FitJob) {
    return kernels.heap.scope(() => {
      const machine = machineOf(kernels, job);
      const target = valuesAt(job.target, job.train);
      const fit = machine.fit(problemOf(job, target));
      return { predictions: machine.predict(fit, job.predict), notes: notesOf([fit], job.options) };
    });
  },
  fitWithin(kernels: Kernels, job: WithinJob) {
    return kernels.heap.scope(() => {
      const machine = machineOf(kernels, job);
      const fits: SvmFit[] = [];
      const path = fitStages(job, numberOption(job.options, "stages"), (remainder) => {
        const { sd: scale } = unit(columnMoments(remainder, Uint32Array.from(remainder.keys()), null));
        const problem = problemOf(job, remainder.map((value) => value / scale));
        const whole = machine.fit(problem);
        fits.push(whole);
        // All fits of the fold share the machine: a row of bound 0 is left out, and its fitted value is a prediction.
        const train = outOfFold(job, (isInside) => {
          const part = machine.fit({ ...problem, bounds: problem.bounds.map((bound, i) => (isInside(i) ? 0 : bound)) });
          fits.push(part);
          return part.fitted.map((value) => value * scale);
        });
        return { train, held: machine.predict(whole, job.predict).map((value) => value * scale) };
      });
      return { ...path, notes: notesOf(fits, job.options) };
    });
  },
  cost(options: Options, rows: number, shape: DesignShape) {
    const fits = typeof options["stages"] === "number" ? options["stages"] * 6 : 1; // one on all rows, five on inner folds
    return rows * rows * (1 + 0.1 * shape.features + 0.3 * shape.groups + 2 * fits);
  },
});

function machineOf(kernels: Kernels, { design, train, options }: FitJob): SvmMachine {
  const { variance, ...scale } = columnScale(design, train, options["standardize"] === true);
  const kernel = options["kernel"] === "linear" ? "linear" : "rbf";
  return createSvm(kernels, { design, train, ...scale, kernel, gamma: gammaOf(options["gamma"], columnCount(design), variance) });
}

/** scikit-learn's gamma. */
function gammaOf(gamma: Options[string] | undefined, columns: number, variance: number): number {
  if (typeof gamma === "number") return gamma;
  if (gamma === "auto") return 1 / columns;
  return variance === 0 ? 1 : 1 / (columns * variance);
}

function problemOf({ train, options, weights }: FitJob, target: Float64Array) {
  const C = numberOption(options, "C");
  return {
    target,
    bounds: Float64Array.from(train, (row) => (weights === null ? C : C * (weights[row] ?? NaN))),
    epsilon: numberOption(options, "epsilon"),
    tolerance: numberOption(options, "tol"),
    maxIterations: numberOption(options, "maxIter"),
  };
}

function notesOf(fits: readonly SvmFit[], options: Options): Notes {
  const sum = (count: (fit: SvmFit) => number): number => fits.reduce((total, fit) => total + count(fit), 0);
  const notes = {
    iterations: sum((fit) => fit.iterations),
    supportVectors: sum((fit) => fit.coefficients.reduce((count, value) => count + (value === 0 ? 0 : 1), 0)),
  };
  if (fits.every((fit) => fit.converged)) return notes;
  return { ...notes, warnings: [`A support vector machine was not at its optimum after ${numberOption(options, "maxIter")} iterations: raise \`maxIter\`, lower \`C\` or put the target on a smaller scale.`] };
}
