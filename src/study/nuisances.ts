import type { InputError } from "../errors.js";
import type { Json } from "../json.js";
import type { Options, OptionValue } from "../learners/learner.js";
import { learners } from "../learners/registry.js";
import type { Model } from "../models/model.js";
import type { Encoding, LearnerSource, NuisanceSource, StackSource, TunedSource } from "./specification.js";

type Written = { readonly [key: string]: Json };

/** Makes the error for an option of the specification at hand. */
export type Refuse = (option: string, message: string) => InputError;

/** The score and the source of each of its nuisances. */
export interface ResolvedNuisances {
  readonly score: string;
  readonly nuisances: Readonly<Record<string, NuisanceSource>>;
  /** Options that were given but have no meaning here. */
  readonly unused: readonly string[];
}

/**
 * Gives each nuisance of the model its learner, with every parameter resolved, or its column of given predictions.
 * An unnamed `g` takes l's learner. Where l and m are given as columns and g is not, the score is partialling-out.
 */
export function resolveNuisances(
  written: Json, score: string | undefined, model: Model, encode: Encoding, refuse: Refuse,
): ResolvedNuisances {
  const unused: string[] = [];
  const sources = new Map<string, NuisanceSource>();
  const common = typeof written === "string" ? written : commonLearner(written as Written, refuse);
  const roles = typeof written === "string" ? {} : (written as Written);
  const allRoles = model.scores.flatMap((name) => model.nuisances(name).map((nuisance) => nuisance.role));
  for (const role of new Set(allRoles)) {
    const own = roles[role] ?? common;
    if (own !== undefined) sources.set(role, resolveSource(own, encode, unused));
  }
  const given = ["l", "m"].every((role) => sources.get(role)?.kind === "column") && roles["g"] === undefined;
  const [first = ""] = model.scores;
  const chosen = score ?? (encode === "effects" && !given ? model.effectsScore : first);
  const needed = model.nuisances(chosen).map((nuisance) => nuisance.role);
  const l = sources.get("l");
  if (!sources.has("g") && l !== undefined) sources.set("g", l);
  const lacking = needed.find((role) => !sources.has(role));
  if (lacking !== undefined) throw refuse("learner", `no learner is named for the nuisance \`${lacking}\`. Add \`${lacking}: rf\`, or name one learner for all.`);
  if (needed.includes("g") && sources.get("g")?.kind === "column" && roles["g"] === undefined) {
    throw refuse("learner", "the iv-type score needs `g` too. Add `g: rf` or `g: { column: ... }`, or set `score: partialling-out`.");
  }
  for (const role of Object.keys(roles)) if (allRoles.includes(role) && !needed.includes(role)) unused.push(`learner.${role}`);
  return {
    score: chosen,
    nuisances: Object.fromEntries(needed.map((role) => [role, sources.get(role) as NuisanceSource])),
    unused: [...new Set(unused)],
  };
}

/** `{ rf: {...} }` of a learner object that may name roles beside it. */
function commonLearner(written: Written, refuse: Refuse): Json | undefined {
  const [name, second] = Object.keys(written).filter((key) => key === "stack" || Object.hasOwn(learners, key));
  if (second !== undefined) throw refuse("learner", `\`${name ?? ""}\` and \`${second}\` are both named for all nuisances. Keep one, or give each nuisance its own: \`{ l: ${name ?? ""}, m: ${second} }\`.`);
  return name === undefined ? undefined : { [name]: written[name] as Json };
}

function resolveSource(written: Json, encode: Encoding, unused: string[]): NuisanceSource {
  if (typeof written === "string") return written === "stack" ? resolveStack({}, encode, unused) : resolveLearner(written, {}, encode, unused);
  const [name = "", options] = Object.entries(written as Written)[0] ?? [];
  if (name === "column") return { kind: "column", column: options as string };
  if (name === "stack") return resolveStack((options ?? {}) as Written, encode, unused);
  const { tune, ...given } = (options ?? {}) as Written;
  const learner = resolveLearner(name, given, encode, unused);
  if (tune === undefined) return learner;
  const { grid: values, draws, folds } = tune as unknown as Partial<TunedSource>;
  const has = (option: string): boolean => encode === "effects" || learners[learner.name]?.effectsOptions.includes(option) !== true;
  const grid = Object.fromEntries(Object.entries(values ?? {}).filter(([option]) => has(option)));
  for (const option of Object.keys(values ?? {})) if (!has(option)) unused.push(`learner.${name}.tune.grid.${option}`);
  if (Object.keys(grid).length === 0) return learner;
  return { kind: "tuned", learner, grid, draws: draws ?? null, folds: folds ?? INNER_FOLDS };
}

/** What pystacked stacks unless told otherwise. */
const PYSTACKED = ["ols", "lassocv", "gradboost"];
const INNER_FOLDS = 5;

function resolveStack(given: Written, encode: Encoding, unused: string[]): StackSource {
  const preset = given["preset"] === "pystacked";
  const chosen = (given["learners"] ?? PYSTACKED) as readonly Json[];
  const type = (given["type"] ?? (preset ? "regular" : "short")) as StackSource["type"];
  if (type === "short" && given["folds"] !== undefined) unused.push("learner.stack.folds");
  return {
    kind: "stack",
    learners: chosen.map((one) => resolveSource(one, encode, unused) as StackSource["learners"][number]),
    type,
    final: (given["final"] ?? "nnls1") as StackSource["final"],
    folds: Number(given["folds"] ?? INNER_FOLDS),
  };
}

/** A preset's options stand between those given and the defaults; it may name another learner. */
function resolveLearner(name: string, given: Written, encode: Encoding, unused: string[]): LearnerSource {
  const { preset, ...own } = given;
  const chosen = typeof preset === "string" ? learners[name]?.presets?.[preset] : undefined;
  const learner = learners[chosen?.learner ?? name];
  if (learner === undefined) throw new Error(`No learner ${name}.`);
  const merged = { ...chosen?.options, ...(own as Options) };
  const options: Record<string, OptionValue> = {};
  for (const [key, schema] of Object.entries(learner.options)) {
    const idle = encode !== "effects" && learner.effectsOptions.includes(key);
    if (idle && merged[key] !== undefined) unused.push(`learner.${name}.${key}`);
    if (idle) continue;
    const fallback = encode === "effects" ? (learner.effectsDefaults[key] ?? schema.default) : schema.default;
    const own = merged[key];
    options[key] = own === undefined ? fallback : own; // null is a value: no greatest depth
  }
  return { kind: "learner", name: learner.name, options };
}
