import { full } from "../../fit/fitTask.js";
import { minus, plus } from "../../fit/residuals.js";
import { numberOf } from "../../kernels/identity.js";
import { createRecent } from "../../kernels/recent.js";
import type { LinearSystem } from "../../models/model.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Repetition } from "../../plan/task.js";
import { boosts } from "../../study/linear.js";
import type { Specification } from "../../study/specification.js";
import type { Repeated } from "../repetitions.js";
import { COLUMNS_OF_STAGE, effectsOf, type InferenceContext, scoreInputs, type SolvedSystem, solveSystem, type Stage } from "../stage.js";
import { type OtherEstimate, otherEstimates } from "./differences.js";

/**
 * By treatment, what the estimate would be if boosting had one more look at what the nuisances leave (plan/twicing.ts). `fitted`
 * knows all rounds, whose residuals were smoothed; `scored` those reported. Null where it was not planned. Cost of a final stage.
 */
export function twicingOf(planned: PlannedSpecification, stages: readonly Stage[], fitted: InferenceContext, scored: InferenceContext): readonly OtherEstimate[] | null {
  if (planned.repetitions.some(({ twicing }) => twicing === null)) return null;
  const twiced = planned.repetitions.map((repetition, r) => effectsOf({ systems: solveTwiced(planned, repetition, stages[r] as Stage, fitted, scored) }));
  return otherEstimates(planned, stages.map(effectsOf), twiced);
}

const recent = createRecent<readonly SolvedSystem[]>();

/** Rows that differ in errors alone share it. */
function solveTwiced(planned: PlannedSpecification, repetition: Repetition, stage: Stage, fitted: InferenceContext, scored: InferenceContext): readonly SolvedSystem[] {
  const found = Object.values(repetition.twicing ?? {}).map((source) => full(fitted.lookup(source)));
  const key = [stage, ...found].map(numberOf).join(" "); // the stage knows of the predictions and of the repetition
  return recent(key, COLUMNS_OF_STAGE * planned.sample.rows.length, () => newTwiced(planned, repetition, stage, fitted, scored));
}

/**
 * The systems with residuals that lose what boosting finds in them. They are instruments for the residuals as they were:
 * sum z' (y' + (x - x') theta - x theta*) = 0, theta the estimate. What boosting says of noise in x then does not shrink theta*.
 */
function newTwiced(planned: PlannedSpecification, repetition: Repetition, { systems }: Stage, fitted: InferenceContext, scored: InferenceContext): readonly SolvedSystem[] {
  const { specification, setting } = planned;
  const predicted = ({ lookup }: InferenceContext): [string, Float64Array][] => Object.entries(repetition.predictions).map(([name, source]) => [name, full(lookup(source))]);
  const twice = predicted(fitted).map(([name, values]): [string, Float64Array] => {
    const source = repetition.twicing?.[name];
    return [name, source === undefined ? values : plus(values, full(fitted.lookup(source)))];
  });
  const systemsOf = (predictions: readonly [string, Float64Array][]): readonly LinearSystem[] =>
    modelOf(specification.model).systems(setting, scoreInputs(planned, repetition, Object.fromEntries(predictions)));
  const after = systemsOf(twice);
  if (modelOf(specification.model).finalStage === "signal") return after.map((system) => solveSystem(planned, system, repetition.absorbed, fitted.kernels)); // signals are means
  return systemsOf(predicted(scored)).map(({ x }, s) => { // combinations of effects have no system of their own
    const [{ names, stage }, left] = [systems[s] as SolvedSystem, after[s] as LinearSystem];
    const theta = stage.coefficients.slice(-names.length);
    const y = x.reduce((sum, own, j) => plus(sum, minus(own, left.x[j] ?? own), theta[j]), left.y);
    return solveSystem(planned, { names, y, x, z: left.z }, repetition.absorbed, fitted.kernels);
  });
}

/**
 * Of the difference and of the estimate's own: below, 19 in 20 worlds without a bias stay without a warning (bench/README.md,
 * "Monte Carlo"). Partialling-out moves more with noise, as both of its nuisances do; of means of signals only the outcomes' are smoothed.
 */
const LIMITS = {
  "iv-type": { ofDifference: 2.5, ofEstimate: 0.75 }, "partialling-out": { ofDifference: 2.5, ofEstimate: 1.25 }, signal: { ofDifference: 2, ofEstimate: 0.5 },
} as const;

/** One warning for all effects that move by many standard errors of the difference and much of their own. `effects`: those of the row. */
export function twicingWarnings(twicing: readonly OtherEstimate[] | null, effects: readonly Repeated[], { model, nuisances, score }: Specification): readonly string[] {
  const isSignal = modelOf(model).finalStage === "signal";
  const { ofDifference, ofEstimate } = LIMITS[isSignal ? "signal" : score === "iv-type" ? score : "partialling-out"];
  const moved = (twicing ?? []).filter(({ difference, se }, j) => Math.abs(difference) > Math.max(ofDifference * se, ofEstimate * (effects[j]?.se ?? NaN)));
  if (moved.length === 0) return [];
  const found = isSignal ? "Boosting finds what the outcome model misses" : "Boosting finds in the nuisances' residuals what outcome and treatment share";
  const estimates = moved.map(({ name, coef, difference, se }) =>
    `${effects.length > 1 ? `that of \`${name}\`` : "the estimate"} is ${coef.toFixed(4)} (it moves by ${(-difference).toFixed(4)}, s.e. ${se.toFixed(4)})`);
  const learned = Object.values(nuisances).filter(({ kind }) => kind !== "column");
  const mend = learned.every(boosts) ? ", though they boost: take more `trees`, and put a forest beside it" : `: take more flexible ones${isSignal ? " for `g`" : ""} (histboost, a stack with it)${isSignal ? "" : ", or more stages or rounds"}`;
  return [`${found}: with it ${estimates.join(", ")}. The learners miss something${mend}.`];
}
