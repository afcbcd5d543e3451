import type { Nuisance } from "../models/model.js";
import { modelOf } from "../models/registry.js";
import { demeans, type LearnerSource } from "../study/specification.js";
import { armOf, type Context, onCopies, type Place, planFit } from "./nuisances.js";
import { leftOf, targetOf } from "./targets.js";
import type { Predictions } from "./task.js";

/** Quick boosting of shallow trees: it is to find what a learner cannot see, not to be the best of predictors. */
const BOOSTING: LearnerSource = Object.freeze({
  kind: "learner", name: "histboost",
  options: Object.freeze({ trees: 40, learningRate: 0.2, leaves: 8, maxDepth: null, minLeaf: 20, l2: 0, maxBins: 63, classify: false, start: "none" }),
});

/**
 * Twicing: what a nuisance leaves is smoothed once more, on the same folds, by quick boosting, whatever the learner was.
 * Of means of signals it looks at the outcome models: in their arms, or with the treatment among what they are of.
 * It squares what is left of the bias (Tukey 1977, Exploratory data analysis; Newey, Hsieh and Robins 2004,
 * Econometrica 72), so an estimate that moves with it has a bias of about that size. Null where it is not asked for.
 */
export function planTwicing(planned: Context, nuisances: readonly Nuisance[], at: Place): Readonly<Record<string, Predictions>> | null {
  const { specification } = planned;
  if (!specification.twicing) return null;
  // Of demeaned data what is left is a function of the controls, demeaned: the within loss again.
  const context: Context = demeans(specification.encode) ? { ...planned, specification: { ...specification, encode: "effects" }, designs: new Map() } : planned;
  const looked = modelOf(specification.model).finalStage === "residual" ? nuisances : nuisances.filter(isOfOutcome);
  return Object.fromEntries(looked.map((nuisance) => [nuisance.name, planOnce(context, nuisance, at)]));
}

/** A propensity's fit, or a representer's, moves weights, and no smoother of what it leaves repairs that. */
function isOfOutcome({ target }: Nuisance): boolean {
  return target.kind === "variable" && target.variable.of === "outcome";
}

function planOnce(planned: Context, nuisance: Nuisance, at: Place): Predictions {
  const predictions = at.predictions[nuisance.name];
  if (predictions === undefined) throw new Error(`No predictions of ${nuisance.name}.`);
  const { context, place } = nuisance.copies === undefined
    ? { context: planned, place: { ...at, ...armOf(planned, nuisance, nuisance.where, at.folds), inner: [], times: 1 } }
    : onCopies(planned, nuisance, at);
  return planFit(context, BOOSTING, nuisance, place, leftOf(targetOf(context, nuisance, place), predictions));
}
