import { EstimationError, listed } from "../errors.js";
import { createDemeaner, DETERMINED } from "../kernels/demean.js";
import type { Kernels } from "../kernels/instance.js";
import { isConstant, withinVariation } from "../panel/check.js";
import { absorbs, type Specification } from "../study/specification.js";
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

/** Whether effects determine a variable, each pair looked at once. */
export type Determined = (variable: Variable, effects: readonly Effect[]) => boolean;

/** Looks by demeaning. Cost: one demeaning a variable and set of effects. */
export function createDetermined(kernels: Kernels): Determined {
  const known = new Map<string, boolean>();
  return ({ values, key }, effects) => {
    const pair = [key, ...effects.map((effect) => effect.key).sort()].join(" ");
    let determined = known.get(pair);
    if (determined === undefined) {
      const left = kernels.heap.scope(() => createDemeaner(kernels, effects).demean(values));
      known.set(pair, (determined = length(left) <= DETERMINED * length(values)));
    }
    return determined;
  };
}

function length(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** Throws where nothing can be estimated, whatever the fits give; returns what the reader of the row should know. */
export function checkVariables({ specification, outcome, treatment, controls, effects }: Checked, determined: Determined): readonly string[] {
  const { kind } = specification.errors;
  const absorbed = absorbs(specification.encode);
  if ((kind === "hc2" || kind === "hc3") && (absorbed || specification.score === "iv-type")) {
    const where = absorbed ? "absorbed effects" : "the iv-type score";
    throw new EstimationError("not-defined", `${kind} errors have no agreed leverage with ${where}. Use hc1, or cluster.`);
  }
  for (const { name, values } of [outcome, treatment]) {
    if (isConstant(values)) throw new EstimationError("constant-variable", `\`${name}\` has the same value in all rows of this sample, so no effect can be estimated.`);
  }
  const warnings: string[] = [];
  for (const [role, variable] of [["treatment", treatment], ["outcome", outcome]] as const) {
    const what = fixedBy(variable, effects, determined);
    if (what === null) continue;
    const text = `The ${role} \`${variable.name}\` ${what}`;
    if (specification.encode !== "dummies") {
      throw new EstimationError("no-within-variation", `${text}: nothing of it is left once these effects are removed. Change fixedEffects, or use a ${role} that varies.`);
    }
    warnings.push(`${text}: beside these effects ${role === "treatment" ? "its own cannot be told apart" : "nothing of it is left to explain"}.`);
  }
  const constant = controls.filter((feature) => isConstant(feature.values)).map((feature) => feature.name);
  if (constant.length > 0) warnings.push(`Constant in this sample, so without use: ${listed(constant)}.`);
  return warnings;
}

/** How effects fix a variable, in words; null if they do not. Age is fixed by person and year together, by neither alone. */
function fixedBy(variable: Variable, effects: readonly Effect[], determined: Determined): string | null {
  const one = effects.find((effect) => !withinVariation(variable.values, effect.codes));
  if (one !== undefined) return `does not vary within \`${one.name}\``;
  if (effects.length < 2 || !determined(variable, effects)) return null;
  return `is determined by ${listed(effects.map((effect) => effect.name))} together`;
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
    if (absorbs(encode) && !together) {
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
