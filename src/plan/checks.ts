import { EstimationError, listed } from "../errors.js";
import { isConstant, withinVariation } from "../panel/check.js";
import type { Specification } from "../study/specification.js";
import type { Feature } from "./features.js";
import type { FoldPlan } from "./folds.js";
import type { Sample } from "./sample.js";
import type { Effect, Variable } from "./task.js";

/** What the checks look at: one specification on its sample. */
export interface Checked {
  readonly specification: Specification;
  readonly sample: Sample;
  readonly outcome: Variable;
  readonly treatment: Variable;
  readonly controls: readonly Feature[];
  readonly effects: readonly Effect[];
}

/** Throws where nothing can be estimated, whatever the fits give; returns what the reader of the row should know. */
export function checkVariables({ specification, outcome, treatment, controls, effects }: Checked): readonly string[] {
  const { kind } = specification.errors;
  const absorbs = specification.encode === "effects" || specification.encode === "within";
  if ((kind === "hc2" || kind === "hc3") && (absorbs || specification.score === "iv-type")) {
    const where = absorbs ? "absorbed effects" : "the iv-type score";
    throw new EstimationError("not-defined", `${kind} errors have no agreed leverage with ${where}. Use hc1, or cluster.`);
  }
  for (const { name, values } of [outcome, treatment]) {
    if (isConstant(values)) throw new EstimationError("constant-variable", `\`${name}\` has the same value in all rows of this sample, so no effect can be estimated.`);
  }
  const warnings: string[] = [];
  const fixed = effects.find((effect) => !withinVariation(treatment.values, effect.codes));
  if (fixed !== undefined) {
    const text = `The treatment \`${treatment.name}\` does not vary within \`${fixed.name}\``;
    if (specification.encode !== "dummies") {
      throw new EstimationError("no-within-variation", `${text}: nothing of it is left once these effects are removed. Leave \`${fixed.name}\` out of fixedEffects, or use a treatment that varies.`);
    }
    warnings.push(`${text}: beside these effects its own cannot be told apart.`);
  }
  const constant = controls.filter((feature) => isConstant(feature.values)).map((feature) => feature.name);
  if (constant.length > 0) warnings.push(`Constant in this sample, so without use: ${listed(constant)}.`);
  return warnings;
}

/** Warnings about folds: what they split although it belongs together. */
export function foldWarnings(specification: Specification, sample: Sample, folds: FoldPlan): readonly string[] {
  const { unit, encode, fixedEffects, errors } = specification;
  const warnings: string[] = [];
  if (unit !== null) {
    const together = liesWithin(sample.levels(unit).codes, folds.folds);
    if (encode === "dummies" && together && fixedEffects.includes(unit)) {
      warnings.push(`The folds keep each ${unit} together, so its dummies are unknown in every held-out row and do nothing.`);
    }
    if ((encode === "effects" || encode === "within") && !together) {
      warnings.push(`The folds split units (${unit}): what a unit's rows share is in training and held-out rows alike.`);
    }
  }
  if (errors.cluster !== null && !liesWithin(sample.levels(errors.cluster).codes, folds.folds)) {
    warnings.push(`Errors are clustered by ${errors.cluster}, but the folds split these clusters: the fits are not independent of the rows they predict.`);
  }
  return warnings;
}

/** Whether all rows of each level have one and the same value of `of`. */
export function liesWithin(codes: Int32Array, of: Int32Array): boolean {
  const first = new Map<number, number>();
  return codes.every((code, row) => {
    const own = of[row] ?? -1;
    const known = first.get(code);
    if (known === undefined) first.set(code, own);
    return known === undefined || known === own;
  });
}
