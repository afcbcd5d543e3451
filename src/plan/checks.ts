import { EstimationError, listed } from "../errors.js";
import { createDemeaner, DETERMINED } from "../kernels/demean.js";
import type { Group } from "../kernels/design.js";
import { numberOf } from "../kernels/identity.js";
import type { Kernels } from "../kernels/instance.js";
import { residentDemeaner } from "../kernels/residentDemeaner.js";
import { isConstant, withinVariation } from "../panel/check.js";
import type { VariableRef } from "../models/model.js";
import { modelOf } from "../models/registry.js";
import { postEstimationColumns } from "../study/postEstimation.js";
import { absorbs, allControls, clustersOf, isCre, type Specification } from "../study/specification.js";
import { type Feature, MOST_LEVELS } from "./features.js";
import type { FoldPlan } from "./folds.js";
import { createMemo } from "./memo.js";
import type { Sample } from "./sample.js";
import type { Effect, Variable, Variables } from "./task.js";

/** What the checks look at: one specification on its sample. */
export interface Checked {
  readonly specification: Specification;
  readonly sample: Sample;
  readonly variables: Variables;
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
      const left = residentDemeaner(kernels, effects, null).demean(values); // its plan stays for the next variable
      known.set(pair, (determined = length(left) <= DETERMINED * length(values)));
    }
    return determined;
  };
}

function length(values: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] ?? NaN) * (values[i] ?? NaN);
  return Math.sqrt(squares);
}

/** Throws where a model and an encoding, or an encoding and the data, do not go together. */
export function checkModel({ convention, model, score, encode, fixedEffects, unit, time, errors }: Specification): void {
  checkEncoding(model, encode);
  if ((encode === "cre" || encode === "cre-normal" || encode === "fd") && (unit === null || !fixedEffects.includes(unit))) {
    throw new EstimationError("no-unit", noUnitText(model, encode, unit, fixedEffects));
  }
  if (encode === "fd" && time === null) throw new EstimationError("no-time", "`encode: fd` takes differences by period: name `time` under `data`.");
  const absorbed = absorbs(encode);
  if ((errors.kind === "hc2" || errors.kind === "hc3") && (absorbed || score === "iv-type")) {
    const where = absorbed ? "absorbed effects" : "the iv-type score";
    throw new EstimationError("not-defined", `${errors.kind} errors have no agreed leverage with ${where}. Use hc1, or cluster.`);
  }
  checkClusters(errors, convention);
  if ((errors.kind === "driscoll-kraay" || (errors.kind === "conley" && errors.lags > 0)) && time === null) {
    throw new EstimationError("no-time", `${errors.kind} errors over periods need \`time\` under \`data\`.`);
  }
}

/** Throws where a model of the treatment's own values meets an encoding that changes them, or gives them away. */
function checkEncoding(model: string, encode: Specification["encode"]): void {
  if (modelOf(model).effectsScore !== null || encode === "none" || encode === "dummies" || encode === "cre") return;
  const reason = encode === "cre-normal"
    ? `\`encode: cre-normal\` is for plr and pliv: it puts the treatment's unit mean among the controls of the treatment's own nuisance, and from that mean ${model} would tell the treatment itself.`
    : `${model} needs the treatment's own values, and under \`encode: ${encode}\` it is ${encode === "fd" ? "differenced" : "demeaned"}.`;
  throw new EstimationError("not-defined", `${reason} Use \`encode: cre\` or \`dummies\`.`);
}

/** Whoever wrote no encoding has not chosen `cre`. */
function noUnitText(model: string, encode: string, unit: string | null, fixedEffects: readonly string[]): string {
  const ownValues = modelOf(model).effectsScore === null;
  const what = `\`encode: ${encode}\`${ownValues && encode === "cre" ? `, the default of ${model} with fixed effects,` : ""} is about units`;
  const mend = unit === null ? "name the unit under `data` and among `fixedEffects`" : `add \`${unit}\` to \`fixedEffects\``;
  const other = ownValues ? "dummies" : "effects";
  return `${what}, and ${unit === null ? "`data` names none" : `\`${unit}\` is not among the fixed effects ${listed(fixedEffects)}`}: ${mend}, or write \`encode: ${other}\`.`;
}

/** Throws where slopes by level meet an encoding that does not remove them. */
export function checkSlopes({ encode }: Specification, effects: readonly Effect[]): void {
  const sloped = effects.find((effect) => effect.slope !== undefined);
  if (sloped === undefined || absorbs(encode)) return;
  throw new EstimationError("not-defined", `Slopes such as \`${sloped.name}\` are removed under \`encode: effects\` and \`within\` only, not under \`${encode}\`. Change the encoding, or leave them out.`);
}

/** cr2 and cr3 are about clusters in one way, and about a final stage that knows of no folds. */
function checkClusters(errors: Specification["errors"], convention: Specification["convention"]): void {
  if (errors.kind !== "cluster" || typeof errors.correction === "boolean" || errors.correction === "by-number") return;
  if (errors.cluster.length > 1) throw new EstimationError("not-defined", `${errors.correction} is for clusters in one way. Name one column under \`cluster\`, or leave \`correction\` out.`);
  if (convention === "doubleml") throw new EstimationError("not-defined", `\`convention: doubleml\` has no ${errors.correction} errors. Leave one of the two out.`);
}

/** What effects differ along should be a control: else its own part in outcome and treatment passes for that. */
export function checkModerators(specification: Specification): readonly string[] {
  const controls = allControls(specification);
  const { numeric, categorical } = postEstimationColumns({ ...specification.postEstimation, groups: null });
  const loose = [...new Set([...numeric, ...categorical])].filter((name) => !controls.includes(name));
  return loose.length === 0 ? [] : [`The effect is asked for along ${listed(loose)}, which ${loose.length === 1 ? "is no control" : "are no controls"}: its own part in outcome and treatment may pass for a difference of effects. Add ${loose.length === 1 ? "it" : "them"} to \`controls\`.`];
}

/** Throws where a treatment has too few levels, or not those asked for. */
export function checkLevels({ name }: Variable, present: readonly number[], wanted: readonly number[] | null): void {
  const absent = wanted?.find((level) => !present.includes(level));
  if (absent !== undefined) throw new EstimationError("no-level", `\`${name}\` has no row with the level ${absent}. It has: ${present.slice(0, MOST_LEVELS).join(", ")}.`);
  if (wanted === null && present.length > MOST_LEVELS) throw new EstimationError("many-levels", `\`${name}\` has ${present.length} values. Name those wanted as \`levels\`, ${MOST_LEVELS} at most, or use plr.`);
}

/** Throws where nothing can be estimated, whatever the fits give; returns what the reader of the row should know. */
export function checkVariables({ specification, variables, controls, effects }: Checked, determined: Determined): readonly string[] {
  const { outcome, treatments, instruments, mediators } = variables;
  const named = [...treatments.map((one) => ["treatment", one] as const), ...instruments.map((one) => ["instrument", one] as const), ...mediators.map((one) => ["mediator", one] as const), ["outcome", outcome] as const];
  for (const [role, { name, values }] of named) {
    if (isConstant(values)) throw new EstimationError("constant-variable", `\`${name}\` has the same value in all rows of this sample, so no effect can be estimated.`);
    checkBinary(specification.model, role, name, values);
  }
  const warnings: string[] = [];
  const model = modelOf(specification.model);
  // Of models of arms, whether each unit's share of them is a control, so that a unit is compared with itself.
  const isHeld = model.exposure !== undefined && isCre(specification);
  const isRemoved = (role: string): boolean => (model.finalStage === "residual" ? specification.encode !== "dummies" : isHeld && (role === "treatment" || role === "instrument"));
  const relevant = isCre(specification) || specification.encode === "fd" ? effects.filter((effect) => effect.name === specification.unit) : effects;
  for (const [role, variable] of named) {
    const what = fixedBy(variable, relevant, determined);
    if (what === null) continue;
    const text = `The ${role} \`${variable.name}\` ${what}`;
    if (isRemoved(role)) {
      throw new EstimationError("no-within-variation", `${text}: nothing of it is left once these effects are removed. Change fixedEffects, or use ${role === "treatment" || role === "mediator" ? "a" : "an"} ${role} that varies.`);
    }
    warnings.push(`${text}: beside these effects ${role === "outcome" ? "nothing of it is left to explain" : "its own cannot be told apart"}.`);
  }
  const constant = controls.filter((feature) => isConstant(feature.values)).map((feature) => feature.name);
  if (constant.length > 0) warnings.push(`Constant in this sample, so without use: ${listed(constant)}.`);
  return warnings;
}

function checkBinary(model: string, role: VariableRef["of"], name: string, values: Float64Array): void {
  if (!modelOf(model).binary.includes(role)) return;
  const other = values.find((value) => value !== 0 && value !== 1);
  if (other === undefined) return;
  const mend = role === "treatment" ? "Use plr, or apo for several levels." : "Use pliv.";
  throw new EstimationError("not-binary", `${model} needs ${role === "treatment" ? "a" : "an"} ${role} of 0 and 1, but \`${name}\` has the value ${other}. ${mend}`);
}

/** How effects fix a variable, in words; null if they do not. Age is fixed by person and year together, by neither alone. */
function fixedBy(variable: Variable, effects: readonly Effect[], determined: Determined): string | null {
  const one = effects.find((effect) => effect.slope === undefined && !withinVariation(variable.values, effect.codes));
  if (one !== undefined) return `does not vary within \`${one.name}\``;
  const isSeen = effects.every((effect) => effect.slope === undefined) && effects.length < 2;
  if (isSeen || !determined(variable, effects)) return null;
  return `is determined by ${listed(effects.map((effect) => effect.name))} together`;
}

/** Slopes of levels that no effect fixes: what a level is off by on average stays in the data. */
export function slopeNotes({ fixedEffects }: Specification, effects: readonly Effect[]): readonly string[] {
  const levels = effects.filter((effect) => effect.slope === undefined);
  const lone = effects.filter(({ name, slope, codes }) => slope !== undefined && fixedEffects.includes(name) && !levels.some((level) => liesWithin(level.codes, codes)));
  return lone.map(({ name }) => `\`${name}\` is slopes alone: name \`${name.slice(0, name.lastIndexOf("#")).trim()}\` beside it for levels, too.`);
}

const pieces = createMemo<number>();

/** What the reader of a row should know; a warning is what may be wrong, a note what is as it was asked for. */
export interface Said {
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Where the two effects with most levels fall into pieces that share no level: in how many, and what that means. A note
 * where a column of a product makes the pieces, as zones do of `firm` and `zone*year`.
 */
export function pieceNotes(kernels: Kernels, { encode }: Specification, sample: Sample, effects: readonly Effect[]): Said {
  const [a, b] = effects.filter((effect) => effect.slope === undefined).sort((one, other) => other.levels - one.levels);
  if (!absorbs(encode) || a === undefined || b === undefined || liesWithin(a.codes, b.codes)) return { warnings: [], notes: [] };
  const components = pieces(a.codes, b.key, () => kernels.heap.scope(() => createDemeaner(kernels, [a, b], { directLimit: 0 }).components));
  if (components === 1) return { warnings: [], notes: [] };
  const meant = [a, b].flatMap(({ name }) => sample.factors(name)).find((factor) => dividesInto(components, sample.levels(factor), [a, b]));
  const text = `\`${a.name}\` and \`${b.name}\` fall into ${components} pieces that share no level`;
  if (meant !== undefined) return { warnings: [], notes: [`${text}, one for each \`${meant}\`: rows are compared within a piece only.`] };
  return { warnings: [`${text}: rows are compared within a piece only.`], notes: [] };
}

/** Whether a column within whose levels both effects lie makes all the pieces. */
function dividesInto(pieces: number, column: Group, effects: readonly Effect[]): boolean {
  return column.levels === pieces && effects.every(({ codes }) => liesWithin(codes, column.codes));
}

/** Warnings about folds: what they split although it belongs together. */
export function foldWarnings(specification: Specification, sample: Sample, { folds }: FoldPlan): readonly string[] {
  const { unit, encode, fixedEffects, folds: choice } = specification;
  const blocks = choice.kind === "random" && choice.by.length > 1 ? choice.by : [];
  const isTogether = (name: string): boolean => blocks.includes(name) || liesWithin(sample.levels(name).codes, folds);
  const warnings: string[] = [];
  if (unit !== null) {
    const together = isTogether(unit);
    if (encode === "dummies" && together && fixedEffects.includes(unit)) {
      warnings.push(`The folds keep each ${unit} together, so its dummies are unknown in every held-out row and do nothing.`);
    }
    if (encode !== "none" && encode !== "dummies" && !together) {
      warnings.push(`The folds split units (${unit}): what a unit's rows share is in training and held-out rows alike.`);
    }
  }
  const split = clustersOf(specification).filter((name) => !isTogether(name));
  if (split.length > 0) {
    // Dummies of units need rows of every unit in training.
    const mend = choice.kind === "random" && encode !== "dummies" && split.length === 1 ? ` Set \`folds: { by: ${split.join("")} }\`.` : "";
    warnings.push(`Errors are clustered by ${split.join(", ")}, but the folds split these clusters: the fits are not independent of the rows they predict.${mend}`);
  }
  return warnings;
}

const lying = createMemo<boolean>();

/** Whether all rows of each level have one and the same value of `of`. Codes are 0-based; arrays are known by identity. */
export function liesWithin(codes: Int32Array, of: Int32Array): boolean {
  return lying(codes, String(numberOf(of)), () => looksWithin(codes, of));
}

function looksWithin(codes: Int32Array, of: Int32Array): boolean {
  const first = new Int32Array(codes.length).fill(-1); // the row where a level is seen first
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0;
    const known = first[code] ?? -1;
    if (known < 0) first[code] = row;
    else if (of[known] !== of[row]) return false;
  }
  return true;
}
