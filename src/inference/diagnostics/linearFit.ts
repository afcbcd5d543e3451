import { hasMissing, withIndicators } from "../../learners/missing.js";
import { modelOf } from "../../models/registry.js";
import type { PlannedSpecification } from "../../plan/plan.js";
import { attempt } from "../attempt.js";
import { type Named, twoWayTsls } from "../instruments/twoWayTsls.js";
import { createMemo } from "../../plan/memo.js";
import type { InferenceContext } from "../stage.js";
import { type ErrorSetting, withFactors } from "../errors/covariance.js";

/** Linear regression of the outcome on treatments, controls and fixed effects: every referee's first question. */
export interface LinearComparison {
  /** ols: least squares; tsls: two-stage least squares with the instruments. */
  readonly method: "ols" | "tsls";
  /** Of the first treatment. */
  readonly coef: number;
  readonly se: number;
  readonly effects: readonly { readonly name: string; readonly coef: number; readonly se: number }[];
  /** Controls and instruments left out because the others and the effects determine them. */
  readonly dropped: readonly string[];
}

/**
 * Beside each estimate, of the variables as observed, with standard errors of the specification's kind and the degrees
 * of freedom of reghdfe and ivreghdfe; those of cr1 in place of cr2 and cr3, whose leverage the controls would have a part
 * in, and of hc1 in place of hc2 and hc3 with several effects. Null where it cannot be estimated, or where treatments have levels.
 * It knows nothing of learners, so all rows that differ in those alone share it.
 */
export function linearFit(planned: PlannedSpecification, context: InferenceContext, setting: ErrorSetting): LinearComparison | null {
  const { model, outcome, treatments, instruments, weights, errors, unit, time } = planned.specification;
  const { controls, effects } = planned;
  const key = JSON.stringify([model, outcome, treatments, instruments, weights, errors, unit, time, [...controls, ...effects].map((column) => [column.name, column.key])]);
  return remembered(planned.sample, key, () => newFit(planned, context, setting));
}

const remembered = createMemo<LinearComparison | null>();

function newFit(planned: PlannedSpecification, { kernels, special }: InferenceContext, setting: ErrorSetting): LinearComparison | null {
  const { sample, specification, effects, weights } = planned;
  if (modelOf(specification.model).options.includes("levels")) return null;
  const named = (name: string): Named => ({ name, values: sample.numbers(name).values });
  const { treatments, instruments, outcome } = specification;
  const model = {
    outcome: sample.numbers(outcome).values, treatments: treatments.map(named), instruments: instruments.map(named), controls: filledControls(planned), effects, weights,
  };
  const fit = attempt(() => twoWayTsls(model, withFactors(setting), kernels, special), []);
  if (fit === null) return null;
  const { coefficients, errors, dropped } = fit;
  const own = treatments.map((name, j) => ({ name, coef: coefficients[j] ?? NaN, se: errors[j] ?? NaN }));
  return { method: instruments.length > 0 ? "tsls" : "ols", coef: coefficients[0] ?? NaN, se: errors[0] ?? NaN, effects: own, dropped };
}

/** The controls; where cells are missing the mean, and a column that says where. */
function filledControls({ sample, controls, weights }: PlannedSpecification): readonly Named[] {
  const rows = Uint32Array.from(sample.rows, (_, i) => i);
  const design = { key: "", rows: rows.length, features: controls.map((feature) => feature.values), groups: [] };
  const { features } = withIndicators({ design, train: rows, weights }).design;
  const gaps = controls.filter((feature) => hasMissing(feature.values)).map(({ name }) => `${name} missing`);
  return features.map((values, f) => ({ name: controls[f]?.name ?? gaps[f - controls.length] ?? "", values }));
}
