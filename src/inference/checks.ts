import type { NuisanceFit } from "../fit/store.js";
import type { PlannedSpecification } from "../plan/plan.js";
import type { Repetition } from "../plan/task.js";
import { absorbs } from "../study/specification.js";
import { attempt } from "./attempt.js";
import type { Core } from "./core.js";
import type { EffectEstimate } from "./effects.js";
import { type ArmCheck, armChecks, armWarnings } from "./diagnostics/armCheck.js";
import { type NamedOverlap, overlapsOf } from "./diagnostics/diagnostics.js";
import { type PanelCheck, panelCheck } from "./diagnostics/panelCheck.js";
import { representerOf, type RepresenterSupport } from "./diagnostics/representer.js";
import { stabilityWarnings } from "./diagnostics/stability.js";
import type { OtherEstimate } from "./diagnostics/differences.js";
import { twicingOf, twicingWarnings } from "./diagnostics/twicing.js";
import { fewestClusters } from "./errors/cluster.js";
import type { ErrorSetting } from "./errors/covariance.js";
import { FEW_CLUSTERS } from "./errors/critical.js";
import { type InstrumentChecks, instrumentChecks } from "./instruments/instrumentChecks.js";
import type { InferenceContext } from "./stage.js";
import type { WildBootstrap } from "./wild/wildClusterBootstrap.js";

/** What says whether an estimate is to be trusted. */
export interface Checks {
  readonly panelCheck: PanelCheck | null;
  readonly twicing: readonly OtherEstimate[] | null;
  readonly instruments: InstrumentChecks | null;
  readonly overlap: readonly NamedOverlap[] | null;
  readonly armChecks: readonly ArmCheck[] | null;
  readonly representer: RepresenterSupport | null;
  /** Of the plan, the errors, the learners and all of the above. */
  readonly warnings: readonly string[];
}

/** The checks of one specification; nothing is fitted. `wild`: the bootstrap, where there is one. Cost: a few final stages. */
export function checksOf(planned: PlannedSpecification, { first, stages, effects, setting, path, context }: Core, fitted: InferenceContext, wild: WildBootstrap | null): Checks {
  const [repetition] = planned.repetitions as readonly [Repetition];
  const lost: string[] = [];
  const check = panelCheck(planned, repetition, first, context);
  const instruments = instrumentChecks(planned, first, setting, context);
  const overlap = overlapsOf(planned, first);
  const representer = representerOf(planned, first);
  const arms = attempt(() => armChecks(planned, first, effects, context), lost);
  const twicing = twicingOf(planned, stages, fitted, context);
  return {
    panelCheck: check, twicing, instruments, overlap, armChecks: arms, representer,
    warnings: [
      ...planned.warnings, ...errorWarnings(planned), ...fewClusterWarnings(planned, setting, effects, wild), ...noteWarnings(planned, context), ...(check?.warnings ?? []), ...stabilityWarnings(path), ...twicingWarnings(twicing, effects, planned.specification),
      ...(instruments?.warnings ?? []), ...(overlap ?? []).flatMap(({ warnings }) => warnings), ...armWarnings(arms), ...(representer?.warnings ?? []), ...new Set(lost),
    ],
  };
}

function errorWarnings({ specification: { encode, errors } }: PlannedSpecification): readonly string[] {
  const isByRow = errors.kind === "homoskedastic" || errors.kind.startsWith("hc");
  return absorbs(encode) && isByRow ? [`${errors.kind} errors are inconsistent with absorbed effects and few periods; cluster by unit.`] : [];
}

/** The wild bootstrap is no reason to be silent: stars and intervals stay those of the normal quantiles. */
function fewClusterWarnings({ specification }: PlannedSpecification, setting: ErrorSetting, effects: readonly EffectEstimate[], wild: WildBootstrap | null): readonly string[] {
  if (setting.kind !== "cluster" || specification.distribution === "t") return [];
  const clusters = fewestClusters(setting.clusters);
  if (clusters >= FEW_CLUSTERS) return [];
  const short = `Only ${clusters} clusters: intervals with normal quantiles are too short`;
  const mend = "`correction: cr2` (clusters in one way) or `distribution: t`";
  if (wild === null) return [`${short}. Use ${mend}, and \`wild: true\` for the wild cluster bootstrap.`];
  const of = effects.length > 1 ? ` of \`${effects[0]?.name ?? ""}\`` : "";
  return [`${short}, and the stars go with them. Go by the p value and the interval of the wild cluster bootstrap${of} below the table, or use ${mend}.`];
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
