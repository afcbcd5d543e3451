import { constantEffect, leftAfter } from "../../fit/residuals.js";
import { modelOf } from "../../models/registry.js";
import { isProduct } from "../../plan/features.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import type { Repetition } from "../../plan/task.js";
import type { Critical } from "../errors/critical.js";
import { withOwnParameters } from "../effects.js";
import { type Overlap, overlapOf } from "./overlap.js";
import { type UnitInfluence, unitInfluence } from "./influence.js";
import type { InferenceContext, Stage } from "../stage.js";
import { type TreatmentSupport, treatmentSupport } from "./support.js";
import type { ErrorSetting } from "../errors/covariance.js";

/** Overlap of the arms of one variable. */
export interface NamedOverlap extends Overlap {
  readonly name: string;
}

/** Overlap by propensity, of the first repetition; null for models without propensities. */
export function overlapsOf({ specification, setting, weights, controls }: PlannedSpecification, { inputs }: Stage): readonly NamedOverlap[] | null {
  const comparisons = modelOf(specification.model).comparisons?.(setting, inputs);
  if (comparisons === undefined) return null;
  const own = controls.filter((feature) => !isProduct(feature) && !feature.values.some(Number.isNaN));
  return comparisons.map(({ name, treated, predicted }) => {
    const overlap = overlapOf({ treatment: treated, propensity: predicted, clip: setting.clip, weights, controls: own });
    return { name, ...overlap, warnings: overlap.warnings.map((text) => (comparisons.length > 1 ? `${name}: ${text}` : text)) };
  });
}

/** What controls and effects leave of the treatment, or of its instrument; null for means of signals and several of them. */
export function supportOf({ specification, variables, weights }: PlannedSpecification, { systems: [system] }: Stage, { absorbed }: Repetition, { kernels }: InferenceContext): TreatmentSupport | null {
  if (modelOf(specification.model).finalStage === "signal" || system === undefined) return null;
  const [residual, ...others] = system.columns.z;
  const [variable] = specification.instruments.length > 0 ? variables.instruments : variables.treatments;
  if (residual === undefined || variable === undefined || others.length > 0) return null;
  const effects = absorbed.length > 0 ? absorbed : [constantEffect(variable.values.length)];
  const [total = variable.values] = leftAfter(kernels, effects, [variable.values], weights);
  return treatmentSupport(residual, total);
}

/** The first effect without each unit, from the scores of the first repetition; null without units, with several effects in the system and with several instruments. */
export function influenceOf({ specification, sample }: PlannedSpecification, { systems: [system] }: Stage, setting: ErrorSetting, { quantile }: Critical): UnitInfluence | null {
  if (specification.unit === null || system === undefined || system.names.length > 1 || system.columns.z.length > 1) return null;
  const { stage, columns: { x, z, ones, constant } } = system;
  const constants = constant ? [ones] : [];
  const { parameters } = withOwnParameters(setting, stage.coefficients.length);
  return unitInfluence(stage, { x: [...constants, ...x], z: [...constants, ...z], units: sample.levels(specification.unit), parameters, quantile });
}
