import type { NuisanceFit } from "../fit/store.js";
import { isProduct } from "../plan/features.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { absorbs } from "../study/specification.js";
import { criticalValue, degreesOfFreedom } from "./errors/critical.js";
import { attempt } from "./attempt.js";
import { type ArmCheck, armChecks, armWarnings } from "./diagnostics/armCheck.js";
import { influenceOf, type NamedOverlap, overlapsOf, supportOf } from "./diagnostics/diagnostics.js";
import { aggregateEffects, type EffectEstimate, type Solution, solutionOf, withOwnParameters } from "./effects.js";
import { fewestClusters } from "./errors/cluster.js";
import { type Fit, goodnessOfFit, isRegression } from "./diagnostics/goodness.js";
import { type Heterogeneity, heterogeneityOf } from "./heterogeneity/heterogeneity.js";
import type { UnitInfluence } from "./diagnostics/influence.js";
import { type InstrumentChecks, instrumentChecks } from "./instruments/instrumentChecks.js";
import { type SplitShare, splitShare } from "./splitShare.js";
import { linearFit, type LinearComparison } from "./diagnostics/linearFit.js";
import { type PanelCheck, panelCheck } from "./diagnostics/panelCheck.js";
import { aggregateRepetitions, type Effect, median, type Repeated } from "./repetitions.js";
import { type Sensitivity, sensitivityOf } from "./sensitivity/sensitivity.js";
import { errorSetting } from "./errors/errorSetting.js";
import { compareScores, type ScoreComparison } from "./diagnostics/comparison.js";
import { representerOf, type RepresenterSupport } from "./diagnostics/representer.js";
import type { OtherEstimate } from "./diagnostics/differences.js";
import { atReported, type EffectPath, stabilityPath, stabilityWarnings } from "./diagnostics/stability.js";
import { type Scatter, scatterOf } from "./diagnostics/scatter.js";
import { type InferenceContext, type Stage, stageOf } from "./stage.js";
import { twicingOf, twicingWarnings } from "./diagnostics/twicing.js";
import type { TreatmentSupport } from "./diagnostics/support.js";
import type { ErrorSetting } from "./errors/covariance.js";
import { countLevels } from "./errors/sums.js";
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
  readonly panelCheck: PanelCheck | null;
  /** By treatment, the estimate after each stage or round, under `encode: effects`. */
  readonly path: readonly EffectPath[] | null;
  /** By treatment, partialling-out beside iv-type, with the standard error of the difference. */
  readonly comparison: readonly ScoreComparison[] | null;
  /** By treatment, the estimate with residuals smoothed once more; null where `twicing` is off. */
  readonly twicing: readonly OtherEstimate[] | null;
  readonly repetitions: readonly Repeated[];
  /** How much of the uncertainty is due to the random folds; null for one repetition. */
  readonly split: SplitShare | null;
  readonly instruments: InstrumentChecks | null;
  /** By propensity; null for models without. */
  readonly overlap: readonly NamedOverlap[] | null;
  /** By effect: what the outcome models leave in their arms; null for models without. */
  readonly armChecks: readonly ArmCheck[] | null;
  /** Of ape: whether its correction rests on many rows. */
  readonly representer: RepresenterSupport | null;
  /** What is left of the treatment to learn from; null for means of signals and several treatments. */
  readonly support: TreatmentSupport | null;
  /** The estimate without each unit; null without units or for several effects in one system. */
  readonly influence: UnitInfluence | null;
  readonly heterogeneity: Heterogeneity | null;
  readonly sensitivity: Sensitivity | null;
  readonly wild: WildBootstrap | null;
  readonly warnings: readonly string[];
}

/** An estimate, by repetition the influences that it rests on. */
export interface Estimated {
  readonly estimate: Estimate;
  readonly solutions: readonly Solution[];
  /** What plots of fit and residuals are drawn from. */
  readonly scatter: Scatter;
}

/** Scores, standard errors, interval and checks of one specification, from stored predictions; nothing is fitted. */
export function estimate(planned: PlannedSpecification, fitted: InferenceContext): Estimated {
  const { specification, sample, repetitions } = planned;
  const setting = errorSetting(planned, fitted);
  const path = stabilityPath(planned, fitted, setting);
  const context = atReported(fitted, path);
  const stages = repetitions.map((repetition) => stageOf(planned, repetition, context));
  const solutions = repetitions.map((repetition, r) => solutionOf(planned, repetition, stages[r] as Stage, setting));
  const n = sample.rows.length;
  const freedom = specification.distribution === "normal" ? Infinity : degreesOfFreedom(withOwnParameters(setting, coefficientsOf(stages)), n);
  const critical = criticalValue(context.special, specification.level, freedom);
  const effects = aggregateEffects(planned, solutions, (own) => criticalValue(context.special, specification.level, own));
  const [first] = stages;
  const [repetition] = repetitions;
  const [effect] = effects;
  if (first === undefined || repetition === undefined || effect === undefined) throw new Error("A specification has one repetition and one effect at least.");
  const { coef, se, t, p, ci } = effect;
  const constants = solutions.flatMap(({ constant }) => constant ?? []);
  const check = panelCheck(planned, repetition, first, context);
  const repeated = solutions.map(({ effects: [own] }): Repeated => ({ coef: own?.coef ?? NaN, se: own?.se ?? NaN }));
  const instruments = instrumentChecks(planned, first, setting, context);
  const overlap = overlapsOf(planned, first);
  const representer = representerOf(planned, first);
  const lost: string[] = [];
  const arms = attempt(() => armChecks(planned, first, effects, context), lost);
  const heterogeneity = heterogeneityOf(planned, stages, setting, critical, context);
  const sensitivity = attempt(() => sensitivityOf(planned, stages, setting, context), lost);
  const twicing = twicingOf(planned, stages, fitted, context);
  const wild = attempt(() => wildOf(planned, first), lost);
  const estimated: Estimate = {
    coef, se, t, p, ci,
    effects,
    constant: constants.length > 0 ? aggregateRepetitions(constants, specification.aggregate, n) : null,
    n,
    units: specification.unit === null ? null : countLevels(sample.levels(specification.unit)),
    clusters: setting.kind === "cluster" ? fewestClusters(setting.clusters) : null,
    keptMissing: keptMissing(planned),
    nuisances: fits(planned, fitted, context),
    ols: linearFit(planned, context, setting),
    panelCheck: check,
    path,
    comparison: compareScores(planned, stages, effects, context),
    twicing,
    repetitions: repeated,
    split: splitShare(repeated),
    instruments, overlap, armChecks: arms, representer,
    support: supportOf(planned, first, repetition, context),
    influence: influenceOf(planned, first, setting, critical),
    heterogeneity, sensitivity, wild,
    warnings: [
      ...planned.warnings, ...errorWarnings(planned, setting), ...noteWarnings(planned, context), ...(check?.warning ?? []), ...stabilityWarnings(path), ...twicingWarnings(twicing, effects),
      ...(instruments?.warnings ?? []), ...(overlap ?? []).flatMap(({ warnings }) => warnings), ...armWarnings(arms), ...(representer?.warnings ?? []), ...(heterogeneity?.warnings ?? []), ...(sensitivity?.warnings ?? []), ...new Set(lost),
    ],
  };
  return { estimate: estimated, solutions, scatter: scatterOf(planned, repetition, first, fitted, context.lookup) };
}

function coefficientsOf([first]: readonly Stage[]): number {
  return first?.systems[0]?.stage.coefficients.length ?? 1;
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

/** Below, clustered errors with normal quantiles are too small by more than a tenth (Cameron and Miller 2015, section VI). */
const FEW_CLUSTERS = 20;

function errorWarnings({ specification }: PlannedSpecification, setting: ErrorSetting): readonly string[] {
  const { encode, errors, distribution, postEstimation } = specification;
  const isByRow = errors.kind === "homoskedastic" || errors.kind.startsWith("hc");
  const byRow = absorbs(encode) && isByRow ? [`${errors.kind} errors are inconsistent with absorbed effects and few periods; cluster by unit.`] : [];
  if (setting.kind !== "cluster" || distribution === "t" || postEstimation.wild !== null) return byRow;
  const clusters = fewestClusters(setting.clusters);
  if (clusters >= FEW_CLUSTERS) return byRow;
  return [...byRow, `Only ${clusters} clusters: intervals with normal quantiles are too short. Use \`correction: cr2\` (clusters in one way) or \`distribution: t\`, and \`wild: true\` for the wild cluster bootstrap.`];
}

/** What the learners have to say, such as stages that needed inner folds. */
function noteWarnings(planned: PlannedSpecification, context: InferenceContext): readonly string[] {
  const warnings = new Set<string>();
  for (const repetition of planned.repetitions) {
    for (const [role, source] of Object.entries(repetition.predictions)) {
      for (const text of warningsOf(role, context.lookup(source))) warnings.add(text);
    }
  }
  return [...warnings];
}

function warningsOf(role: string, fit: NuisanceFit): readonly string[] {
  const { warnings } = fit.notes;
  return Array.isArray(warnings) ? (warnings as readonly string[]).map((text) => `Nuisance ${role}: ${text}`) : [];
}
