import { absorbs } from "../study/specification.js";
import type { NuisanceFit } from "../fit/store.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { absorbedParameters, absorbedRank } from "./degrees.js";
import { criticalValue, degreesOfFreedom } from "./critical.js";
import { fewestClusters } from "./errors/cluster.js";
import { type Fit, goodnessOfFit } from "./goodness.js";
import { type PanelCheck, panelCheck } from "./panelCheck.js";
import { aggregateRepetitions, median, type Repeated } from "./repetitions.js";
import { compareScores, type PathPoint, type ScoreComparison, stabilityPath, stabilityWarning } from "./stability.js";
import { type InferenceContext, stageOf } from "./stage.js";
import { type TwoWay, twoWayOls } from "./twoWay.js";
import { type ErrorSetting, standardErrors } from "./variance.js";

/** Everything that is said of one specification. Plain data; no time, no machine, no path. */
export interface Estimate {
  readonly coef: number;
  readonly se: number;
  readonly t: number;
  readonly p: number;
  readonly ci: readonly [number, number];
  readonly constant: { readonly coef: number; readonly se: number } | null;
  readonly n: number;
  readonly units: number | null;
  readonly clusters: number | null;
  /** By control: its missing cells, where `missing: keep` left them to the learners. */
  readonly keptMissing: Readonly<Record<string, number>> | null;
  /** Out-of-fold fit by role: the median over repetitions. */
  readonly nuisances: Readonly<Record<string, Fit>>;
  /** The same specification by two-way fixed-effects least squares. */
  readonly ols: TwoWay | null;
  readonly panelCheck: PanelCheck | null;
  /** Estimates after each stage or round, under `encode: effects`. */
  readonly path: readonly PathPoint[] | null;
  /** Partialling-out beside iv-type, with the standard error of the difference. */
  readonly comparison: ScoreComparison | null;
  readonly repetitions: readonly Repeated[];
  readonly warnings: readonly string[];
}

/** Scores, standard errors, interval and checks of one specification, from stored predictions; nothing is fitted. */
export function estimate(planned: PlannedSpecification, context: InferenceContext): Estimate {
  const { specification, sample } = planned;
  const stages = planned.repetitions.map((repetition) => stageOf(planned, repetition, context));
  const setting = errorSetting(planned, context);
  const errors = stages.map(({ stage }) => standardErrors(stage, setting));
  const repeated = stages.map(({ stage }, r): Repeated => ({ coef: last(stage.coefficients), se: last(errors[r] ?? []) }));
  const constants = stages.map(({ stage }, r) => ({ coef: stage.coefficients[0] ?? NaN, se: errors[r]?.[0] ?? NaN }));
  const n = sample.rows.length;
  const clusters = setting.kind === "cluster" ? fewestClusters(setting.clusters) : null;
  const freedom = specification.distribution === "normal" ? Infinity : degreesOfFreedom(setting, n);
  const critical = criticalValue(context.special, specification.level, freedom);
  const { coef, se } = aggregateRepetitions(repeated, specification.aggregate, n, critical.quantile);
  const t = coef / se;
  const [first] = stages;
  if (first === undefined) throw new Error("A specification has one repetition at least.");
  const check = panelCheck(planned, first, context);
  const path = stabilityPath(planned, context, setting);
  return {
    coef, se, t,
    p: critical.pValue(t),
    ci: [coef - critical.quantile * se, coef + critical.quantile * se],
    constant: specification.constant ? aggregateRepetitions(constants, specification.aggregate, n, critical.quantile) : null,
    n,
    units: planned.units === null ? null : new Set(planned.units).size,
    clusters,
    keptMissing: keptMissing(planned),
    nuisances: fits(planned, context),
    ols: twoWayOls(planned, context.kernels, setting),
    panelCheck: check,
    path,
    comparison: compareScores(planned, first, context),
    repetitions: repeated,
    warnings: [...planned.warnings, ...errorWarnings(planned, setting), ...noteWarnings(planned, context), ...(check?.warning ?? []), ...stabilityWarning(path)],
  };
}

function keptMissing({ specification, controls }: PlannedSpecification): Readonly<Record<string, number>> | null {
  if (specification.missing === "drop") return null;
  const own = controls.filter((feature) => !feature.isSquare).map(({ name, values }) => [name, values.filter(Number.isNaN).length] as const);
  return Object.fromEntries(own.filter(([, count]) => count > 0));
}

/** Which standard errors, over which clusters, with how many parameters. */
export function errorSetting(planned: PlannedSpecification, context: InferenceContext): ErrorSetting {
  const { specification, sample, effects } = planned;
  const { kind, cluster } = specification.errors;
  const clusters = cluster === null ? [] : [sample.levels(cluster)];
  const absorbed = absorbs(specification.encode) ? effects : [];
  const rank = absorbed.length > 0 ? absorbedRank(context.kernels, absorbed) : 0;
  const coefficients = specification.constant ? 2 : 1;
  const parameters = coefficients + absorbedParameters(absorbed, clusters, rank);
  return kind === "cluster" ? { kind, clusters, rule: "cgm", correction: true, parameters } : { kind, parameters };
}

function fits(planned: PlannedSpecification, context: InferenceContext): Readonly<Record<string, Fit>> {
  const roles = Object.keys(planned.repetitions[0]?.predictions ?? {});
  return Object.fromEntries(
    roles.map((role) => {
      const all = planned.repetitions.map((repetition) => goodnessOfFit(planned, repetition, role, context));
      return [role, { r2: median(all.map((fit) => fit.r2)), rmse: median(all.map((fit) => fit.rmse)), ...meanWeights(all) }];
    }),
  );
}

function meanWeights(all: readonly Fit[]): Pick<Fit, "weights"> {
  const [first] = all;
  if (first?.weights === undefined) return {};
  const mean = (label: string): number => all.reduce((sum, fit) => sum + (fit.weights?.[label] ?? NaN), 0) / all.length;
  return { weights: Object.fromEntries(Object.keys(first.weights).map((label) => [label, mean(label)])) };
}

function errorWarnings(planned: PlannedSpecification, setting: ErrorSetting): readonly string[] {
  const { specification } = planned;
  const warnings: string[] = [];
  if (absorbs(specification.encode) && setting.kind !== "cluster") {
    warnings.push(`${setting.kind} errors are inconsistent with absorbed effects and few periods; cluster by unit.`);
  }
  return warnings;
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

function last(values: readonly number[]): number {
  return values.at(-1) ?? NaN;
}
