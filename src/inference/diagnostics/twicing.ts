import { full } from "../../fit/fitTask.js";
import { numberOf } from "../../kernels/identity.js";
import type { LinearSystem } from "../../models/model.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Predictions, Repetition } from "../../plan/task.js";
import { clustersOf } from "../../study/specification.js";
import { median } from "../repetitions.js";
import { createRecent } from "../recent.js";
import { COLUMNS_OF_STAGE, firstEffect, type InferenceContext, scoreInputs, type SolvedSystem, solveSystem, type Stage } from "../stage.js";
import { differenceOf } from "./stability.js";

/** What the estimate would be if boosting had one more look at what the nuisances leave (plan/twicing.ts). */
export interface Twicing {
  readonly coef: number;
  /** Reported estimate less this one, and its standard error from both influence functions. */
  readonly difference: number;
  readonly se: number;
}

/** Medians over repetitions; null where it was not planned. `fitted` knows all rounds, whose residuals were smoothed; `scored` those reported. Cost of a final stage. */
export function twicingOf(planned: PlannedSpecification, stages: readonly Stage[], fitted: InferenceContext, scored: InferenceContext): Twicing | null {
  const [cluster] = clustersOf(planned.specification);
  const clusters = cluster === undefined ? null : planned.sample.levels(cluster);
  const all = planned.repetitions.flatMap((repetition, r) => {
    const first = stages[r]?.systems[0];
    if (repetition.twicing === null || first === undefined) return [];
    const twiced = solveTwiced(planned, repetition, repetition.twicing, first, fitted, scored);
    return [{ coef: firstEffect(twiced).coef, ...differenceOf(first, twiced, clusters) }];
  });
  if (all.length === 0) return null;
  return { coef: median(all.map(({ coef }) => coef)), difference: median(all.map(({ difference }) => difference)), se: median(all.map(({ se }) => se)) };
}

/** Rows that differ in errors alone share it. */
function solveTwiced(planned: PlannedSpecification, repetition: Repetition, twicing: Readonly<Record<string, Predictions>>, system: SolvedSystem, fitted: InferenceContext, scored: InferenceContext): SolvedSystem {
  const found = Object.values(twicing).map((source) => full(fitted.lookup(source)));
  const key = [system, ...found].map(numberOf).join(" "); // the system knows of the predictions and of the repetition
  return recent(key, COLUMNS_OF_STAGE * planned.sample.rows.length, () => newTwiced(planned, repetition, twicing, system, fitted, scored));
}

const recent = createRecent<SolvedSystem>();

/**
 * The first system with residuals that lose what boosting finds in them. They are instruments for the residuals as they were:
 * sum z' (y' + (x - x') theta - x theta*) = 0, theta the estimate. What boosting says of noise in x then does not shrink theta*.
 */
function newTwiced(planned: PlannedSpecification, repetition: Repetition, twicing: Readonly<Record<string, Predictions>>, { names, stage }: SolvedSystem, fitted: InferenceContext, scored: InferenceContext): SolvedSystem {
  const { specification, setting } = planned;
  const predicted = ({ lookup }: InferenceContext): [string, Float64Array][] => Object.entries(repetition.predictions).map(([name, source]) => [name, full(lookup(source))]);
  const twice = predicted(fitted).map(([name, values]): [string, Float64Array] => {
    const found = full(fitted.lookup(twicing[name] as Predictions));
    return [name, values.map((value, i) => value + (found[i] ?? NaN))];
  });
  const systemOf = (predictions: readonly [string, Float64Array][]): LinearSystem =>
    modelOf(specification.model).systems(setting, scoreInputs(planned, repetition, Object.fromEntries(predictions)))[0] as LinearSystem;
  const [before, after] = [systemOf(predicted(scored)), systemOf(twice)];
  const theta = stage.coefficients.slice(-names.length);
  const y = after.y.map((value, i) => before.x.reduce((sum, x, j) => sum + (theta[j] ?? NaN) * ((x[i] ?? NaN) - (after.x[j]?.[i] ?? NaN)), value));
  return solveSystem(planned, { names, y, x: before.x, z: after.z }, repetition.absorbed, fitted.kernels);
}

/** Of the difference and of the estimate's own: below, 9 in 10 worlds without a bias stay without a warning (bench/README.md, "Monte Carlo"). */
const [ERRORS_OF_DIFFERENCE, ERRORS_OF_ESTIMATE] = [2.5, 0.75];

/** Warns where the estimate moves by many standard errors of the difference and much of its own. */
export function twicingWarning(twicing: Twicing | null, se: number): readonly string[] {
  if (twicing === null) return [];
  const size = Math.abs(twicing.difference);
  if (!(size > ERRORS_OF_DIFFERENCE * twicing.se && size > ERRORS_OF_ESTIMATE * se)) return [];
  return [`Boosting finds in the nuisances' residuals what outcome and treatment share: with it the estimate is ${twicing.coef.toFixed(4)} (it moves by ${(-twicing.difference).toFixed(4)}, s.e. ${twicing.se.toFixed(4)}). The learners miss something: take more flexible ones (histboost, a stack with it), or more stages or rounds.`];
}
