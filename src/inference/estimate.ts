import { isProduct } from "../plan/features.js";
import type { PlannedSpecification } from "../plan/plan.js";
import type { Repetition } from "../plan/task.js";
import { attempt } from "./attempt.js";
import { type Checks, checksOf } from "./checks.js";
import { coreOf } from "./core.js";
import { compareScores, type ScoreComparison } from "./diagnostics/comparison.js";
import { influenceOf, supportOf } from "./diagnostics/diagnostics.js";
import { type Fit, goodnessOfFit, isRegression } from "./diagnostics/goodness.js";
import type { UnitInfluence } from "./diagnostics/influence.js";
import { linearFit, type LinearComparison } from "./diagnostics/linearFit.js";
import { type Scatter, scatterOf } from "./diagnostics/scatter.js";
import { type EffectPath, effectPaths } from "./diagnostics/stability.js";
import type { TreatmentSupport } from "./diagnostics/support.js";
import type { EffectEstimate, Solution } from "./effects.js";
import { countLevels } from "./errors/sums.js";
import { type Heterogeneity, heterogeneityOf } from "./heterogeneity/heterogeneity.js";
import { aggregateRepetitions, type Effect, median, type Repeated } from "./repetitions.js";
import { type Sensitivity, sensitivityOf } from "./sensitivity/sensitivity.js";
import { type SplitShare, splitShare } from "./splitShare.js";
import type { InferenceContext } from "./stage.js";
import type { WildBootstrap } from "./wild/wildClusterBootstrap.js";
import { wildOf } from "./wild/wild.js";

/** Everything that is said of one specification. Plain data; no time, no machine, no path. */
export interface Estimate extends Effect {
  /** All effects; those above are the first one's. */
  readonly effects: readonly EffectEstimate[];
  readonly constant: { readonly coef: number; readonly se: number } | null;
  readonly n: number;
  readonly units: number | null;
  readonly clusters: number | null;
  /** By control: its missing cells, where `missing: keep` left them to the learners. */
  readonly keptMissing: Readonly<Record<string, number>> | null;
  /** Out-of-fold fit by role: the median over repetitions. */
  readonly nuisances: Readonly<Record<string, Fit>>;
  /** The same by linear regression, with the fixed effects and, where there are instruments, two-stage least squares. */
  readonly ols: LinearComparison | null;
  readonly panelCheck: Checks["panelCheck"];
  /** By treatment, the estimate after each stage or round, under `encode: effects`. */
  readonly path: readonly EffectPath[] | null;
  /** By treatment, partialling-out beside iv-type, with the standard error of the difference. */
  readonly comparison: readonly ScoreComparison[] | null;
  /** By treatment, the estimate with residuals smoothed once more; null where `twicing` is off. */
  readonly twicing: Checks["twicing"];
  readonly repetitions: readonly Repeated[];
  /** How much of the uncertainty is due to the random folds; null for one repetition. */
  readonly split: SplitShare | null;
  readonly instruments: Checks["instruments"];
  /** By propensity; null for models without. */
  readonly overlap: Checks["overlap"];
  /** By effect: what the outcome models leave in their arms; null for models without. */
  readonly armChecks: Checks["armChecks"];
  /** Of ape: whether its correction rests on many rows. */
  readonly representer: Checks["representer"];
  /** What is left of the treatment to learn from; null for means of signals and several treatments. */
  readonly support: TreatmentSupport | null;
  /** The first effect without each unit, errors clustered by unit; null without units, for treatments estimated jointly and for several instruments. */
  readonly influence: UnitInfluence | null;
  readonly heterogeneity: Heterogeneity | null;
  readonly sensitivity: Sensitivity | null;
  readonly wild: WildBootstrap | null;
  readonly warnings: readonly string[];
  /** What the reader should know though nothing is wrong. */
  readonly notes: readonly string[];
}

/** An estimate, by repetition the influences that it rests on. */
export interface Estimated {
  readonly estimate: Estimate;
  readonly solutions: readonly Solution[];
  /** What plots of fit and residuals are drawn from; computed when asked for. */
  readonly scatter: () => Scatter;
}

/** Scores, standard errors, interval and checks of one specification, from stored predictions; nothing is fitted. */
export function estimate(planned: PlannedSpecification, fitted: InferenceContext): Estimated {
  const { specification, sample, repetitions } = planned;
  const core = coreOf(planned, fitted);
  const { stages, solutions, setting, critical, effects, effect, first, path, context } = core;
  const [repetition] = repetitions as readonly [Repetition];
  const { coef, se, t, p, ci } = effect;
  const constants = solutions.flatMap(({ constant }) => constant ?? []);
  const repeated = solutions.map(({ effects: [own] }): Repeated => ({ coef: own?.coef ?? NaN, se: own?.se ?? NaN }));
  const lost: string[] = [];
  const wild = attempt(() => wildOf(planned, first), lost);
  const { panelCheck, twicing, instruments, overlap, armChecks, representer, warnings } = checksOf(planned, core, fitted, wild);
  const heterogeneity = heterogeneityOf(planned, stages, setting, critical, context);
  const sensitivity = attempt(() => sensitivityOf(planned, stages, setting, context), lost);
  const estimated: Estimate = {
    coef, se, t, p, ci,
    effects,
    constant: constants.length > 0 ? aggregateRepetitions(constants, specification.aggregate, sample.rows.length) : null,
    n: sample.rows.length,
    units: specification.unit === null ? null : countLevels(sample.levels(specification.unit)),
    clusters: core.clusters,
    keptMissing: keptMissing(planned),
    nuisances: fits(planned, fitted, context),
    ols: linearFit(planned, context, setting),
    panelCheck,
    path: path === null ? null : effectPaths(path),
    comparison: compareScores(planned, stages, effects, context),
    twicing,
    repetitions: repeated,
    split: splitShare(repeated, specification.aggregate),
    instruments, overlap, armChecks, representer,
    support: supportOf(planned, first, repetition, context),
    influence: influenceOf(planned, first, setting, critical),
    heterogeneity, sensitivity, wild,
    warnings: [...warnings, ...(heterogeneity?.warnings ?? []), ...(sensitivity?.warnings ?? []), ...new Set(lost)],
    notes: planned.notes,
  };
  return { estimate: estimated, solutions, scatter: () => scatterOf(planned, repetition, first, fitted, context.lookup) };
}

function keptMissing({ specification, controls }: PlannedSpecification): Readonly<Record<string, number>> | null {
  if (specification.missing === "drop") return null;
  const own = controls.filter((feature) => !isProduct(feature)).map(({ name, values }) => [name, values.filter(Number.isNaN).length] as const);
  return Object.fromEntries(own.filter(([, count]) => count > 0));
}

function fits(planned: PlannedSpecification, fitted: InferenceContext, scored: InferenceContext): Readonly<Record<string, Fit>> {
  return Object.fromEntries(
    planned.nuisances.filter(isRegression).map((nuisance) => {
      const all = planned.repetitions.map((repetition) => goodnessOfFit(planned, repetition, nuisance, fitted, scored.lookup));
      return [nuisance.name, { r2: median(all.map((fit) => fit.r2)), rmse: median(all.map((fit) => fit.rmse)), ...meanWeights(all) }];
    }),
  );
}

function meanWeights(all: readonly Fit[]): Pick<Fit, "weights"> {
  const [first] = all;
  if (first?.weights === undefined) return {};
  const mean = (label: string): number => all.reduce((sum, fit) => sum + (fit.weights?.[label] ?? NaN), 0) / all.length;
  return { weights: Object.fromEntries(Object.keys(first.weights).map((label) => [label, mean(label)])) };
}
