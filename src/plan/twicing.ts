import type { Nuisance } from "../models/model.js";
import { modelOf } from "../models/registry.js";
import { demeans, type LearnerSource } from "../study/specification.js";
import { armOf, type Context, type NuisancePlace, planFit } from "./nuisances.js";
import { leftOf, targetOf } from "./targets.js";
import type { Predictions } from "./task.js";

/** Quick boosting of shallow trees: it is to find what a learner cannot see, not to be the best of predictors. */
const BOOSTING: LearnerSource = Object.freeze({
  kind: "learner", name: "histboost",
  options: Object.freeze({ trees: 40, learningRate: 0.2, leaves: 8, maxDepth: null, minLeaf: 20, l2: 0, maxBins: 63, classify: false, start: "none" }),
});

/**
 * Twicing: what a nuisance leaves is smoothed once more, on the same folds, by quick boosting, whatever the learner was.
 * In models of arms it looks at the outcome models, each in its arm.
 * It squares what is left of the bias (Tukey 1977, Exploratory data analysis; Newey, Hsieh and Robins 2004,
 * Econometrica 72), so an estimate that moves with it has a bias of about that size. Null where it is not asked for.
 */
export function planTwicing(planned: Context, nuisances: readonly Nuisance[], at: Omit<NuisancePlace, "inner" | "mask" | "times">): Readonly<Record<string, Predictions>> | null {
  const { specification } = planned;
  if (!specification.twicing) return null;
  // Of demeaned data what is left is a function of the controls, demeaned: the within loss again.
  const context: Context = demeans(specification.encode) ? { ...planned, specification: { ...specification, encode: "effects" }, designs: new Map() } : planned;
  const looked = modelOf(specification.model).finalStage === "residual" ? nuisances : nuisances.filter(isOutcomeOfArm);
  return Object.fromEntries(looked.map((nuisance) => [nuisance.name, planOnce(context, nuisance, { ...at, inner: [], mask: null, times: 1 })]));
}

/** What models of arms are looked at for: a propensity's fit moves the weights, and no smoother of its residuals repairs that. */
function isOutcomeOfArm({ where, target }: Nuisance): boolean {
  return where !== undefined && target.kind === "variable" && target.variable.of === "outcome";
}

function planOnce(context: Context, nuisance: Nuisance, at: NuisancePlace): Predictions {
  const predictions = at.predictions[nuisance.name];
  if (predictions === undefined) throw new Error(`No predictions of ${nuisance.name}.`);
  return planFit(context, BOOSTING, nuisance, { ...at, ...armOf(context, nuisance, nuisance.where, at.folds) }, leftOf(targetOf(context, nuisance, at), predictions));
}
