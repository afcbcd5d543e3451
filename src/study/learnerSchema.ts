import type { Json, JsonSchema } from "../json.js";
import type { Learner } from "../learners/learner.js";
import { learners } from "../learners/registry.js";
import { models } from "../models/registry.js";

/** Nuisance roles that may have a learner of their own, and those that stand for several. */
export const ROLES: readonly string[] = [...new Set(Object.values(models).flatMap((model) =>
  model.scores.flatMap((score) => model.roles(score).flatMap(({ name, otherwise }) => (otherwise === undefined ? [name] : [name, otherwise]))),
))];

/** Definitions that the schema of a study refers to: each learner's options, stacks, and where a learner may stand. */
export function learnerDefinitions(): { readonly [key: string]: JsonSchema } {
  return { ...Object.fromEntries(Object.values(learners).map((learner) => [learner.name, optionsSchema(learner)])), stack: stackSchema(), source: sourceSchema(), learner: learnerSchema() };
}

/** By learner's name, a reference to its options. */
export function learnerRefs(): { readonly [key: string]: Json } {
  return Object.fromEntries(Object.keys(learners).map((name) => [name, { $ref: `#/definitions/${name}` }]));
}

const stack = { $ref: "#/definitions/stack" };

function learnerSchema(): JsonSchema {
  const roles = Object.fromEntries(ROLES.map((role) => [role, { $ref: "#/definitions/source" }]));
  return {
    description: "One learner for all nuisances, or one for each role. plr: l is E[Y|X], m is E[D|X], g belongs to the iv-type score; pliv: r is E[D|X], m is E[Z|X]; irm: g (or g0, g1) is E[Y|D,X], m the propensity; iivm: r (or r0, r1) is E[D|Z,X]; ape: g is E[Y|D,X], a the Riesz representer of the derivative (riesz), m the probability that a row is a shifted one.",
    anyOf: [
      { enum: [...Object.keys(learners), "stack"] },
      { type: "object", additionalProperties: false, minProperties: 1, properties: { ...learnerRefs(), stack, ...roles } },
    ],
  };
}

function sourceSchema(): JsonSchema {
  return {
    anyOf: [
      { enum: [...Object.keys(learners), "stack"] },
      {
        type: "object",
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: { ...learnerRefs(), stack, column: { type: "string", minLength: 1, description: "A column that holds the predictions." } },
      },
    ],
  };
}

/** A learner's options, and how to choose among values of them. */
function optionsSchema({ options, presets, about }: Learner): JsonSchema {
  const tune = Object.keys(options).length === 0 ? {} : { tune: tuneSchema(options) };
  return { type: "object", additionalProperties: false, properties: { ...options, ...presetSchema(presets), ...tune }, description: about };
}

function presetSchema(presets: Learner["presets"]): { readonly [key: string]: Json } {
  if (presets === undefined) return {};
  return { preset: { enum: Object.keys(presets), description: "Another system's learner of this name, where its defaults differ." } };
}

const innerFolds = { type: "integer", minimum: 2, maximum: 100, default: 5, description: "Inner folds: contiguous blocks of rows, or units dealt in turn where these are kept together." } as const;

function tuneSchema(options: Learner["options"]): JsonSchema {
  const lists = Object.entries(options).map(([key, schema]) => {
    const values = Object.fromEntries(Object.entries(schema).filter(([word]) => word !== "default" && word !== "description"));
    return [key, { type: "array", items: values, minItems: 1, uniqueItems: true }];
  });
  return {
    type: "object",
    additionalProperties: false,
    required: ["grid"],
    properties: {
      grid: { type: "object", additionalProperties: false, minProperties: 1, properties: Object.fromEntries(lists) as Json, description: "Values to try, by option." },
      draws: { type: "integer", minimum: 1, description: "Try so many cells of the grid, drawn at random; all unless given." },
      folds: innerFolds,
    },
    description: "Choose options in each fold by the least error of inner folds.",
  };
}

/** What a combination of learners takes. */
export function stackSchema(): JsonSchema & { readonly description: string; readonly properties: Readonly<Record<string, JsonSchema>> } {
  return {
    type: "object",
    additionalProperties: false,
    properties: {
      learners: {
        type: "array",
        minItems: 1,
        items: { anyOf: [{ enum: Object.keys(learners) }, { type: "object", additionalProperties: false, minProperties: 1, maxProperties: 1, properties: learnerRefs() }] },
        default: ["ols", "lassocv", "gradboost"],
        description: "What is combined.",
      },
      type: { enum: ["short", "pooled", "regular"], default: "short", description: "short: weights from the out-of-fold predictions (Ahrens et al. 2025); pooled: from inner folds, all together; regular: from inner folds, one set a fold." },
      final: { enum: ["nnls1", "singlebest", "average"], default: "nnls1", description: "nnls1: weights that are not negative and sum to one, by least squares; singlebest: the learner with the least error; average: equal weights." },
      folds: innerFolds,
      preset: { enum: ["pystacked"], description: "pystacked's: type regular." },
    },
    description: "A combination of learners, as Stata's ddml and pystacked make it; under `encode: effects` with a second stage on what the first leaves, in which all have the same weight.",
  };
}
