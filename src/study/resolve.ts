import { InputError } from "../errors.js";
import type { Json } from "../json.js";
import type { Model, ModelSetting, OtherTreatments } from "../models/model.js";
import { modelOf } from "../models/registry.js";
import { resolveDistribution, resolveErrors, resolveFolds, resolveTwicing } from "./conventions.js";
import type { StudyText } from "./lines.js";
import { type Refuse, resolveNuisances } from "./nuisances.js";
import { resolvePrepare } from "./prepare.js";
import { resolvePostEstimation } from "./postEstimation.js";
import { refuseIdlePostEstimation } from "./postEstimationChecks.js";
import { absorbs, type Aggregation, allControls, type DataChoice, DOUBLEML_ENCODINGS, type Encoding, type Specification } from "./specification.js";
import { canonicalWhere, record, several, text, type Written } from "./written.js";

/** Where a table stands in its study, and what it takes from there. */
export interface TablePlace {
  readonly source: StudyText;
  /** 0-based, among the tables. */
  readonly index: number;
  readonly base: Written;
  readonly data: DataChoice;
}

/** Where a column stands. */
export interface ColumnPlace extends TablePlace {
  readonly id: string;
  /** 0-based, among the table's columns. */
  readonly column: number;
  /** Where one of its options is written, for messages. */
  readonly place: (option: string) => string;
}

/** A column's options as a specification in which nothing is left implicit. Throws an `InputError` with the line of the study. */
export function resolve(options: Written, at: ColumnPlace): Specification {
  const { data } = at;
  const refuse: Refuse = (option, message) => new InputError(`${at.place(option)}: ${message}`);
  const model = modelOf(text(options["model"]) ?? "plr");
  const fixedEffects = [...new Set((options["fixedEffects"] ?? []) as readonly string[])];
  const otherwise: Encoding = model.effectsScore === null ? "cre" : "effects";
  const encode: Encoding = fixedEffects.length === 0 ? "none" : encodingOf(text(options["encode"]) ?? otherwise);
  const ignored: string[] = [];
  const variables = resolveVariables(options, model, refuse, ignored);
  const setting = resolveSetting(options, model, variables, ignored);
  const { nuisances, score, unused } = resolveNuisances(options["learner"] ?? "rf", text(options["score"]), { model, setting, encode, refuse });
  ignored.push(...unused);
  const withConstant = model.finalStage === "residual" && !absorbs(encode);
  if (!withConstant && options["constant"] !== undefined) ignored.push("constant");
  if (encode === "none" && options["encode"] !== undefined) ignored.push("encode");
  if (encode !== "effects" && options["rounds"] !== undefined) ignored.push("rounds");
  const errors = resolveErrors(options["errors"], {
    finalStage: model.finalStage, unit: data.unit, settled: options["distribution"] !== undefined || options["convention"] !== undefined,
  });
  const specification: Specification = {
    id: `${at.id}.${at.column + 1}`,
    table: at.id,
    column: at.column + 1,
    label: text(options["label"]) ?? `(${at.column + 1})`,
    model: model.name,
    score,
    outcome: needed(options, "outcome", refuse),
    ...setting,
    levels: setting.levels.length === 0 ? null : setting.levels,
    step: setting.step === 0 ? null : setting.step,
    shift: setting.shift === 0 ? null : setting.shift,
    ...resolveControls(options["controls"], nuisances, ignored),
    degree: (options["degree"] ?? 1) as 1 | 2,
    interactions: options["interactions"] === true,
    unit: data.unit,
    time: data.time,
    fixedEffects,
    encode,
    factors: (options["factors"] ?? null) as Specification["factors"],
    nuisances,
    rounds: (encode === "effects" ? (options["rounds"] ?? "extrapolated") : "last") as Specification["rounds"],
    folds: resolveFolds(options["folds"], { encode, unit: data.unit, stratifies: model.binary.length > 0 || model.options.includes("levels"), ignored }),
    repetitions: Number(options["repetitions"] ?? 1),
    aggregate: (options["aggregate"] ?? "stata-median") as Aggregation,
    constant: withConstant && options["constant"] !== false,
    twicing: resolveTwicing(options["twicing"], { model, encode, nuisances, ignored }),
    errors,
    convention: (options["convention"] ?? null) as Specification["convention"],
    distribution: resolveDistribution(options["distribution"], errors),
    level: Number(options["level"] ?? 0.95),
    where: canonicalWhere(options["where"], (message) => refuse("where", message)),
    prepare: resolvePrepare(options["prepare"], refuse),
    by: text(options["by"]) ?? null,
    weights: text(options["weights"]) ?? null,
    missing: (options["missing"] ?? "drop") as "drop" | "keep",
    seed: Number(options["seed"] ?? 42),
    postEstimation: resolvePostEstimation(options),
    unused: ignored,
  };
  refuseDoubleRoles(specification, refuse);
  refuseIdlePostEstimation(specification, refuse);
  return Object.freeze(specification);
}

/** By its own name or by DoubleML's. */
function encodingOf(name: string): Encoding {
  return DOUBLEML_ENCODINGS[name] ?? (name as Encoding);
}

type Variables = Pick<Specification, "treatments" | "instruments" | "mediators">;

/** Treatments, instruments and mediators, as many as the model takes. */
function resolveVariables(options: Written, model: Model, refuse: Refuse, ignored: string[]): Variables {
  const { takes, name } = model;
  const treatments = several(options["treatment"]);
  const instruments = several(options["instrument"]);
  const mediators = takes.mediators === "none" ? [] : several(options["mediator"]);
  if (takes.mediators === "none" && options["mediator"] !== undefined) ignored.push("mediator");
  if (takes.mediators !== "none" && mediators.length === 0) throw refuse("mediator", `the model ${name} needs a \`mediator\`, what the treatment works through. Name a column, here or under \`base\`.`);
  if (treatments.length === 0) throw refuse("treatment", "`treatment` is missing. Name a column, here or under `base`.");
  if (takes.treatments === "one" && treatments.length > 1) throw refuse("treatment", `the model ${name} takes one treatment. Name one, or use plr.`);
  if (takes.instruments === "none") {
    if (instruments.length > 0) ignored.push("instrument");
    return { treatments, instruments: [], mediators };
  }
  if (instruments.length === 0) throw refuse("instrument", `the model ${name} needs an \`instrument\`. Name a column, here or under \`base\`.`);
  if (takes.instruments === "one" && instruments.length > 1) throw refuse("instrument", `the model ${name} takes one instrument. Name one, or use pliv.`);
  if (instruments.length < treatments.length) throw refuse("instrument", `${treatments.length} treatments need as many instruments at least; there ${instruments.length === 1 ? "is" : "are"} ${instruments.length}.`);
  return { treatments, instruments, mediators };
}

/** What the model's nuisances and score depend on; the score is not chosen yet. */
function resolveSetting(options: Written, model: Model, variables: Variables, ignored: string[]): Omit<ModelSetting, "score"> {
  const given: Omit<ModelSetting, "score"> = {
    ...variables,
    otherTreatments: (options["otherTreatments"] ?? "joint") as OtherTreatments,
    levels: [...new Set((options["levels"] ?? []) as readonly number[])],
    clip: Number(options["clip"] ?? 0.01),
    normalizeIpw: options["normalizeIpw"] === true,
    treatedShare: (options["treatedShare"] ?? "sample") as ModelSetting["treatedShare"],
    alwaysTakers: options["alwaysTakers"] !== false,
    neverTakers: options["neverTakers"] !== false,
    step: Number(options["step"] ?? 0), // 0: of the sample
    shift: Number(options["shift"] ?? 0),
  };
  for (const option of ["otherTreatments", "levels", "clip", "normalizeIpw", "treatedShare", "alwaysTakers", "neverTakers", "step", "shift"] as const) {
    if (options[option] !== undefined && !model.options.includes(option)) ignored.push(option);
  }
  return given;
}

/** A list for all nuisances, or `common` and what single nuisances have beside it. An unnamed `g` has l's. */
function resolveControls(
  written: Json | undefined, nuisances: Specification["nuisances"], ignored: string[],
): Pick<Specification, "controls" | "extraControls"> {
  const unique = (names: Json | undefined): readonly string[] => [...new Set((names ?? []) as readonly string[])];
  if (written === undefined || Array.isArray(written)) return { controls: unique(written), extraControls: {} };
  const { common, ...byRole } = record(written);
  const roles: Written = { ...(byRole["l"] === undefined ? {} : { g: byRole["l"] }), ...byRole };
  for (const role of Object.keys(byRole)) if (nuisances[role] === undefined) ignored.push(`controls.${role}`);
  const used = Object.entries(roles).filter(([role]) => nuisances[role] !== undefined);
  return { controls: unique(common), extraControls: Object.fromEntries(used.map(([role, names]) => [role, unique(names)])) };
}

/** A variable with two roles is a slip, and its estimate would look like one: a column predicts itself. */
function refuseDoubleRoles(specification: Specification, refuse: Refuse): void {
  const { outcome, treatments, instruments, mediators, fixedEffects } = specification;
  const controls = allControls(specification);
  if (treatments.includes(outcome)) throw refuse("treatment", `\`${outcome}\` is the outcome and the treatment. Name another column for one of them.`);
  const twice = instruments.find((name) => name === outcome || treatments.includes(name));
  if (twice !== undefined) throw refuse("instrument", `\`${twice}\` is the ${twice === outcome ? "outcome" : "treatment"} and cannot be its own instrument. Name another column.`);
  const through = mediators.find((name) => name === outcome || treatments.includes(name));
  if (through !== undefined) throw refuse("mediator", `\`${through}\` is the ${through === outcome ? "outcome" : "treatment"} and cannot be what the effect goes through. Name another column.`);
  const as = (names: readonly string[], role: string): readonly (readonly [string, string])[] => names.map((name) => [name, role]);
  const roles = [...as([outcome], "outcome"), ...as(treatments, "treatment"), ...as(instruments, "instrument"), ...as(mediators, "mediator")];
  for (const [name, role] of roles) {
    for (const [option, names] of [["controls", controls], ["fixedEffects", fixedEffects]] as const) {
      if (names.includes(name)) throw refuse(option, `\`${name}\` is the ${role} and cannot stand here too: it would predict itself. Take it out.`);
    }
  }
}

function needed(options: Written, key: string, refuse: Refuse): string {
  const value = text(options[key]);
  if (value === undefined) throw refuse(key, `\`${key}\` is missing. Name a column, here or under \`base\`.`);
  return value;
}
