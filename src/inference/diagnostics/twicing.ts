import { full } from "../../fit/fitTask.js";
import type { LinearSystem } from "../../models/model.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Predictions, Repetition } from "../../plan/task.js";
import { clustersOf } from "../../study/specification.js";
import { median } from "../repetitions.js";
import { firstEffect, type InferenceContext, scoreInputs, type SolvedSystem, solveSystem, type Stage } from "../stage.js";
import { differenceOf } from "./stability.js";

/** What the estimate would be if boosting had one more look at what the nuisances leave (plan/twicing.ts). */
export interface Twicing {
  readonly coef: number;
  /** Reported estimate less this one, and its standard error from both influence functions. */
  readonly difference: number;
  readonly se: number;
}

/** Medians over repetitions; null where it was not planned. Cost of a final stage. */
export function twicingOf(planned: PlannedSpecification, stages: readonly Stage[], context: InferenceContext): Twicing | null {
  const [cluster] = clustersOf(planned.specification);
  const clusters = cluster === undefined ? null : planned.sample.levels(cluster);
  const all = planned.repetitions.flatMap((repetition, r) => {
    const first = stages[r]?.systems[0];
    if (repetition.twicing === null || first === undefined) return [];
    const twiced = solveTwiced(planned, repetition, repetition.twicing, first, context);
    return [{ coef: firstEffect(twiced).coef, ...differenceOf(first, twiced, clusters) }];
  });
  if (all.length === 0) return null;
  return { coef: median(all.map(({ coef }) => coef)), difference: median(all.map(({ difference }) => difference)), se: median(all.map(({ se }) => se)) };
}

/**
 * The first system with residuals that lose what boosting finds in them. They are instruments for the residuals as they were:
 * sum z' (y' + (x - x') theta - x theta*) = 0, theta the estimate. What boosting says of noise in x then does not shrink theta*.
 */
function solveTwiced(planned: PlannedSpecification, repetition: Repetition, twicing: Readonly<Record<string, Predictions>>, { names, stage }: SolvedSystem, { kernels, lookup }: InferenceContext): SolvedSystem {
  const { specification, setting } = planned;
  const once = Object.fromEntries(Object.entries(repetition.predictions).map(([name, source]) => [name, full(lookup(source))]));
  const twice = Object.fromEntries(Object.entries(once).map(([name, values]) => {
    const source = twicing[name];
    const found = source === undefined ? null : full(lookup(source));
    return [name, found === null ? values : values.map((value, i) => value + (found[i] ?? NaN))];
  }));
  const systemOf = (predictions: Readonly<Record<string, Float64Array>>): LinearSystem =>
    modelOf(specification.model).systems(setting, scoreInputs(planned, repetition, predictions))[0] as LinearSystem;
  const [before, after] = [systemOf(once), systemOf(twice)];
  const theta = stage.coefficients.slice(-names.length);
  const y = after.y.map((value, i) => before.x.reduce((sum, x, j) => sum + (theta[j] ?? NaN) * ((x[i] ?? NaN) - (after.x[j]?.[i] ?? NaN)), value));
  return solveSystem(planned, { names, y, x: before.x, z: after.z }, repetition.absorbed, kernels);
}

/** Of the difference and of the estimate's own: below, 9 in 10 worlds without a bias stay without a warning (bench/README.md, "Monte Carlo"). */
const [ERRORS_OF_DIFFERENCE, ERRORS_OF_ESTIMATE] = [2.5, 0.75];

/** Warns where the estimate moves by many standard errors of the difference and much of its own. */
export function twicingWarning(twicing: Twicing | null, se: number): readonly string[] {
  if (twicing === null) return [];
  const size = Math.abs(twicing.difference);
  if (!(size > ERRORS_OF_DIFFERENCE * twicing.se && size > ERRORS_OF_ESTIMATE * se)) return [];
  return [`Boosting finds in the nuisances' residuals what outcome and treatment share: with it the estimate is ${twicing.coef.toFixed(4)} (it moves by ${(-twicing.difference).toFixed(4)}, s.e. ${twicing.se.toFixed(4)}). The learners miss something; take a more flexible one, such as histboost, or more stages or rounds.`];
}
