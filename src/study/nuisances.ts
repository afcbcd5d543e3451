import type { InputError } from "../errors.js";
import type { Json } from "../json.js";
import type { Options, OptionValue } from "../learners/learner.js";
import { learners } from "../learners/registry.js";
import type { Model, ModelSetting } from "../models/model.js";
import type { Encoding, LearnerSource, NuisanceSource, StackSource, TunedSource } from "./specification.js";
import type { Written } from "./written.js";

/** Makes the error for an option of the specification at hand. */
export type Refuse = (option: string, message: string) => InputError;

/** The score and the source of each of its nuisances. */
export interface ResolvedNuisances {
  readonly score: string;
  readonly nuisances: Readonly<Record<string, NuisanceSource>>;
  /** Options that were given but have no meaning here. */
  readonly unused: readonly string[];
}

/** What the learners of a specification depend on. */
export interface NuisancePlace {
  readonly model: Model;
  readonly setting: Omit<ModelSetting, "score">;
  readonly encode: Encoding;
  readonly refuse: Refuse;
}

/**
 * Gives each role of the model its learner, with every parameter resolved, or its column of given predictions. A role
 * without its own takes that of the role it may share: `g` l's, g0 and g1 that of `g`. Where l and m are given as
 * columns and g is not, the score is partialling-out. Propensities are predicted as such wherever the learner can.
 */
export function resolveNuisances(written: Json, score: string | undefined, place: NuisancePlace): ResolvedNuisances {
  const { model, encode, refuse } = place;
  if (score !== undefined && !model.scores.includes(score)) {
    throw refuse("score", `the model ${model.name} has no score \`${score}\`. It has: ${model.scores.join(", ")}.`);
  }
  const unused: string[] = [];
  const common = typeof written === "string" ? written : commonLearner(written as Written, refuse);
  const own = typeof written === "string" ? {} : rolesOf(written as Written);
  const allRoles = new Map(model.scores.flatMap((name) => model.roles(name).map((role) => [role.name, role] as const)));
  const sources = new Map<string, NuisanceSource>();
  for (const role of allRoles.values()) {
    const chosen = own[role.name] ?? own[role.otherwise ?? ""] ?? role.learner ?? common;
    if (chosen !== undefined) sources.set(role.name, resolveSource(chosen, { encode, propensity: role.propensity === true, unused }));
  }
  const chosen = score ?? defaultScore(model, encode, sources, own);
  const needed = rolesNeeded(model, { ...place.setting, score: chosen });
  for (const role of needed) {
    if (sources.has(role)) continue;
    throw refuse("learner", `no learner is named for the nuisance \`${role}\`. Add \`${role}: rf\`, or name one learner for all.`);
  }
  if (needed.includes("g") && own["g"] === undefined && allRoles.get("g")?.otherwise === "l" && sources.get("g")?.kind === "column") {
    throw refuse("learner", "the iv-type score needs `g` too. Add `g: rf` or `g: { column: ... }`, or set `score: partialling-out`.");
  }
  refuseSharedColumns(place, chosen, own);
  const shared = [...allRoles.values()].flatMap((role) => (needed.includes(role.name) && own[role.name] === undefined ? [role.otherwise] : []));
  for (const role of Object.keys(own)) if (!needed.includes(role) && !shared.includes(role)) unused.push(`learner.${role}`);
  return {
    score: chosen,
    nuisances: Object.fromEntries(needed.map((role) => [role, sources.get(role) as NuisanceSource])),
    unused: [...new Set(unused)],
  };
}

function defaultScore(model: Model, encode: Encoding, sources: ReadonlyMap<string, NuisanceSource>, own: Written): string {
  const given = ["l", "m"].every((role) => sources.get(role)?.kind === "column") && own["g"] === undefined;
  const [first = ""] = model.scores;
  return encode === "effects" && !given ? (model.effectsScore ?? first) : first;
}

/** A column holds one nuisance's predictions: for several, all but one would be wrong without a word. */
function refuseSharedColumns({ model, setting, refuse }: NuisancePlace, score: string, own: Written): void {
  const nuisances = model.nuisances({ ...setting, score, levels: setting.levels.length > 0 ? setting.levels : [0, 1] });
  const writtenAt = new Map(model.roles(score).map(({ name, otherwise }) => [name, own[name] === undefined ? otherwise : name] as const));
  for (const [key, written] of Object.entries(own)) {
    const column = typeof written === "string" ? undefined : (written as Written)["column"];
    const sharing = new Set(nuisances.flatMap(({ name, role }) => (writtenAt.get(role) === key ? [name] : []))).size;
    if (typeof column !== "string" || sharing < 2) continue;
    throw refuse("learner", `the column \`${column}\` cannot hold the predictions of ${sharing} nuisances at once. Give each nuisance its own column, or name a learner there.`);
  }
}

/** Roles of the nuisances that a model has under a setting; a level stands for all. */
function rolesNeeded(model: Model, setting: ModelSetting): readonly string[] {
  const nuisances = model.nuisances({ ...setting, levels: [0] });
  return [...new Set(nuisances.map((nuisance) => nuisance.role))];
}

/** The part of a learner object that names roles. */
function rolesOf(written: Written): Written {
  return Object.fromEntries(Object.entries(written).filter(([key]) => key !== "stack" && !Object.hasOwn(learners, key)));
}

/** `{ rf: {...} }` of a learner object that may name roles beside it. */
function commonLearner(written: Written, refuse: Refuse): Json | undefined {
  const [name, second] = Object.keys(written).filter((key) => key === "stack" || Object.hasOwn(learners, key));
  if (second !== undefined) throw refuse("learner", `\`${name ?? ""}\` and \`${second}\` are both named for all nuisances. Keep one, or give each nuisance its own: \`{ l: ${name ?? ""}, m: ${second} }\`.`);
  return name === undefined ? undefined : { [name]: written[name] as Json };
}

/** What a role asks of its learner. */
interface Wanted {
  readonly encode: Encoding;
  readonly propensity: boolean;
  readonly unused: string[];
}

function resolveSource(written: Json, wanted: Wanted): NuisanceSource {
  if (typeof written === "string") return written === "stack" ? resolveStack({}, wanted) : resolveLearner(written, {}, wanted);
  const [name = "", options] = Object.entries(written as Written)[0] ?? [];
  if (name === "column") return { kind: "column", column: options as string };
  if (name === "stack") return resolveStack((options ?? {}) as Written, wanted);
  const { tune, ...given } = (options ?? {}) as Written;
  const learner = resolveLearner(name, given, wanted);
  if (tune === undefined) return learner;
  const { grid: values, draws, folds } = tune as unknown as Partial<TunedSource>;
  const has = (option: string): boolean => wanted.encode === "effects" || learners[learner.name]?.effectsOptions.includes(option) !== true;
  const grid = Object.fromEntries(Object.entries(values ?? {}).filter(([option]) => has(option)));
  for (const option of Object.keys(values ?? {})) if (!has(option)) wanted.unused.push(`learner.${name}.tune.grid.${option}`);
  if (Object.keys(grid).length === 0) return learner;
  return { kind: "tuned", learner, grid, draws: draws ?? null, folds: folds ?? INNER_FOLDS };
}

/** What pystacked stacks unless told otherwise. */
const PYSTACKED = ["ols", "lassocv", "gradboost"];
const PYSTACKED_CLASSES = ["logit", "lassocv", "gradboost"];
const INNER_FOLDS = 5;

function resolveStack(given: Written, wanted: Wanted): StackSource {
  const preset = given["preset"] === "pystacked";
  const chosen = (given["learners"] ?? (wanted.propensity ? PYSTACKED_CLASSES : PYSTACKED)) as readonly Json[];
  const type = (given["type"] ?? (preset ? "regular" : "short")) as StackSource["type"];
  if (type === "short" && given["folds"] !== undefined) wanted.unused.push("learner.stack.folds");
  return {
    kind: "stack",
    learners: chosen.map((one) => resolveSource(one, wanted) as StackSource["learners"][number]),
    type,
    final: (given["final"] ?? "nnls1") as StackSource["final"],
    folds: Number(given["folds"] ?? INNER_FOLDS),
  };
}

/** A preset's options stand between those given and the defaults; it may name another learner. */
function resolveLearner(name: string, given: Written, { encode, propensity, unused }: Wanted): LearnerSource {
  const { preset, ...own } = given;
  const chosen = typeof preset === "string" ? learners[name]?.presets?.[preset] : undefined;
  const learner = learners[chosen?.learner ?? name];
  if (learner === undefined) throw new Error(`No learner ${name}.`);
  const merged = { ...chosen?.options, ...(own as Options) };
  const options: Record<string, OptionValue> = {};
  for (const [key, schema] of Object.entries(learner.options)) {
    const idle = encode !== "effects" && learner.effectsOptions.includes(key);
    if (idle && given[key] !== undefined) unused.push(`learner.${name}.${key}`);
    if (idle) continue;
    const plain = propensity && key === "classify" ? true : schema.default;
    const fallback = encode === "effects" ? (learner.effectsDefaults[key] ?? plain) : plain;
    const own = merged[key];
    options[key] = own === undefined ? fallback : own; // null is a value: no greatest depth
  }
  return { kind: "learner", name: learner.name, options };
}
