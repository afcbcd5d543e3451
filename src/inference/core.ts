import type { PlannedSpecification } from "../plan/plan.js";
import { criticalValue, type Critical, degreesOfFreedom } from "./errors/critical.js";
import { fewestClusters } from "./errors/cluster.js";
import type { ErrorSetting } from "./errors/covariance.js";
import { errorSetting } from "./errors/errorSetting.js";
import { atReported, type Path, stabilityPath } from "./diagnostics/stability.js";
import { type EffectEstimate, withOwnParameters } from "./effects.js";
import { solve, type Solved, stagesOf } from "./solve.js";
import type { InferenceContext, Stage } from "./stage.js";

/** The effects of one specification, and what they rest on. */
export interface Core extends Solved {
  /** The first effect, which a row reports. */
  readonly effect: EffectEstimate;
  /** That of the first repetition. */
  readonly first: Stage;
  readonly setting: ErrorSetting;
  readonly critical: Critical;
  /** Of the way with fewest; null without clusters. */
  readonly clusters: number | null;
  /** The estimates after each stage or round, under `encode: effects`. */
  readonly path: Path | null;
  /** In which paths of predictions end where the row reports. */
  readonly context: InferenceContext;
}

/** Scores, standard errors and intervals of one specification, from stored predictions. Cost: a demeaning of each new column, O(rows). */
export function coreOf(planned: PlannedSpecification, fitted: InferenceContext): Core {
  const { specification, sample } = planned;
  const setting = errorSetting(planned, fitted);
  const path = stabilityPath(planned, fitted, setting);
  const context = atReported(fitted, path);
  const { effects, stages, solutions } = path?.at(path.reported) ?? solve(planned, stagesOf(planned, fitted), setting, fitted);
  const isNormal = specification.distribution === "normal";
  const freedom = isNormal ? Infinity : degreesOfFreedom(withOwnParameters(setting, coefficientsOf(stages)), sample.rows.length);
  const critical = criticalValue(context.special, specification.level, freedom);
  const [first] = stages;
  const [effect] = effects;
  if (first === undefined || effect === undefined) throw new Error("A specification has one repetition and one effect at least.");
  const clusters = setting.kind === "cluster" ? fewestClusters(setting.clusters) : null;
  return { effects, effect, stages, solutions, first, setting, critical, clusters, path, context };
}

function coefficientsOf([first]: readonly Stage[]): number {
  return first?.systems[0]?.stage.coefficients.length ?? 1;
}
