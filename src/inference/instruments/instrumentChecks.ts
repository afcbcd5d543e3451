import { dot, plus } from "../../fit/residuals.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { attempt } from "../attempt.js";
import { withOwnParameters } from "../effects.js";
import { type AndersonRubin, andersonRubin } from "./andersonRubin.js";
import { endogeneity } from "./endogeneity.js";
import { type FirstStage, firstStages } from "./firstStage.js";
import type { FTest } from "./fTest.js";
import { type Overidentification, overidentification } from "./overidentification.js";
import { fewGroupsWarnings, weakWarnings } from "./weak.js";
import type { InferenceContext, SolvedSystem, Stage } from "../stage.js";
import type { InstrumentalVariables } from "./system.js";
import type { ErrorSetting } from "../errors/covariance.js";

/** What is known of an estimate's instruments, in its first repetition; null where it does not apply. */
export interface InstrumentChecks {
  /** By treatment. */
  readonly firstStages: readonly FirstStage[];
  readonly andersonRubin: AndersonRubin | null;
  readonly overidentification: Overidentification | null;
  readonly endogeneity: FTest | null;
  readonly warnings: readonly string[];
}

/**
 * What first stages are of, scaled so that moments move with the effect by the slope of the score: where the two differ (`effects`)
 * the set would be narrower than the interval however strong the instruments are. The residuals at the estimate stay as they are.
 */
function atSlope({ columns, judged, stage }: SolvedSystem): InstrumentalVariables {
  const [[z], [slope], [x]] = [columns.z, columns.x, judged.x];
  if (columns === judged || z === undefined || slope === undefined || x === undefined) return judged;
  const factor = dot(z, slope) / dot(z, x);
  const theta = stage.coefficients.at(-1) ?? NaN;
  return { ...judged, x: [x.map((value) => factor * value)], y: plus(judged.y, x, theta * (factor - 1)) };
}

/** Strength, validity and need of the instruments, and the set that holds however weak they are; null without instruments. */
export function instrumentChecks(planned: PlannedSpecification, { systems }: Stage, setting: ErrorSetting, context: InferenceContext): InstrumentChecks | null {
  const { specification } = planned;
  const [system] = systems;
  if (specification.instruments.length === 0 || system === undefined) return null;
  const { judged, stage, names } = system;
  const own = withOwnParameters(setting, stage.coefficients.length);
  const { special } = context;
  const isRegression = modelOf(specification.model).finalStage === "residual";
  const warnings: string[] = [];
  // With an instrument's residual on both sides there is no first stage to speak of: means of signals have the set alone.
  const first = isRegression ? attempt(() => firstStages(judged, own, special), warnings) ?? [] : [];
  const tested = names.length === 1 ? attempt(() => andersonRubin(atSlope(system), own, special, specification.level), warnings) : null;
  return {
    firstStages: first,
    andersonRubin: tested,
    overidentification: isRegression ? attempt(() => overidentification(judged, stage.residuals, own, special), warnings) : null,
    endogeneity: isRegression && (specification.score === "partialling-out" || specification.convention !== "doubleml") ? attempt(() => endogeneity(judged, own, special), warnings) : null,
    warnings: [...weakWarnings(names, first), ...(tested === null ? [] : fewGroupsWarnings(tested, first)), ...new Set(warnings)],
  };
}
