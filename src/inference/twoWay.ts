import { DETERMINED } from "../kernels/demean.js";
import { EstimationError } from "../errors.js";
import { constantEffect, dot, leftAfter } from "../fit/residuals.js";
import type { Kernels } from "../kernels/instance.js";
import { leastSquares } from "../kernels/ols.js";
import { hasMissing, withIndicators } from "../learners/missing.js";
import type { PlannedSpecification } from "../plan/plan.js";
import { absorbedParameters, absorbedRank } from "./degrees.js";
import { finalStage } from "./finalStage.js";
import { type ErrorSetting, standardErrors } from "./variance.js";

/** Least squares of the outcome on the treatment, the controls and the fixed effects: every referee's first question. */
export interface TwoWay {
  readonly coef: number;
  readonly se: number;
  /** Controls left out because the others and the effects determine them. */
  readonly dropped: readonly string[];
}

/**
 * Frisch-Waugh-Lovell: outcome and treatment, both less effects and controls, residual on residual.
 * Standard errors of the specification's kind, with reghdfe's degrees of freedom. Null where it cannot be estimated.
 */
export function twoWayOls(planned: PlannedSpecification, kernels: Kernels, setting: ErrorSetting): TwoWay | null {
  const { sample, specification, effects } = planned;
  const controls = filledControls(planned);
  const absorbed = effects.length > 0 ? effects : [constantEffect(sample.rows.length)];
  const observed = [sample.numbers(specification.outcome), sample.numbers(specification.treatment), ...controls];
  const [y, d, ...x] = leftAfter(kernels, absorbed, observed.map((column) => column.values), planned.weights) as [Float64Array, Float64Array, ...Float64Array[]];
  const floors = Float64Array.from(controls, (feature) => DETERMINED * Math.sqrt(dot(feature.values, feature.values)));
  const fit = leastSquares(kernels, { columns: x, targets: [y, d], intercept: false, floors });
  const [leftOfY, leftOfD] = fit.residuals as readonly [Float64Array, Float64Array];
  const dropped = controls.filter((_, j) => fit.dropped[j]).map((feature) => feature.name);
  const rank = absorbedRank(kernels, absorbed);
  const parameters = 1 + controls.length - dropped.length + absorbedParameters(absorbed, setting.kind === "cluster" ? setting.clusters : [], rank);
  try {
    const stage = finalStage(leftOfY, [leftOfD], [leftOfD]);
    const [se = NaN] = standardErrors(stage, { ...setting, parameters });
    return { coef: stage.coefficients[0] ?? NaN, se, dropped };
  } catch (error) {
    if (error instanceof EstimationError) return null;
    throw error;
  }
}

/** The controls; where cells are missing the mean, and a column that says where. */
function filledControls({ sample, controls, weights }: PlannedSpecification): readonly { readonly name: string; readonly values: Float64Array }[] {
  const rows = Uint32Array.from(sample.rows, (_, i) => i);
  const design = { key: "", rows: rows.length, features: controls.map((feature) => feature.values), groups: [] };
  const { features } = withIndicators({ design, train: rows, weights }).design;
  const gaps = controls.filter((feature) => hasMissing(feature.values)).map(({ name }) => `${name} missing`);
  return features.map((values, f) => ({ name: controls[f]?.name ?? gaps[f - controls.length] ?? "", values }));
}
