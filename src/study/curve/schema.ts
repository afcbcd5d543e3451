import type { Json, JsonSchema } from "../../json.js";
import { CHOICE_GROUPS } from "./table.js";

const name = { type: "string", minLength: 1 } as const;
const names = { type: "array", items: name } as const;
/** How a study names an option: YAML reads `3` and `true` as other than texts. */
const label = { type: ["string", "number", "boolean"] } as const;
const labels = { anyOf: [label, { type: "array", items: label, minItems: 1 }] } as const;

/** The schema of `curve`; `options` are those of a specification. */
export function curveSchema(options: { readonly [key: string]: Json }): JsonSchema {
  const part = { type: "object", additionalProperties: false, properties: options } as const;
  const listed: Json = { type: "array", minItems: 1 };
  const dimensions = Object.fromEntries(Object.entries(options).map(([key, value]) => {
    const labelled = { type: "object", minProperties: 1, additionalProperties: withoutText(value) };
    return [key, key === "controls" ? { anyOf: [controlSets, controlSubsets, labelled] } : { anyOf: [labelled, { ...listed, items: withoutText(value) }] }];
  }));
  return {
    type: "object",
    additionalProperties: false,
    required: ["vary"],
    properties: {
      vary: {
        type: "object", minProperties: 1,
        properties: dimensions,
        additionalProperties: { type: "object", minProperties: 1, additionalProperties: part },
        description: "By dimension, its labelled options; the specifications are their cross product. A dimension is an option of a specification (`learner: { Forest: rf, Lasso: lassocv }`; names and numbers may stand in a list: `degree: [1, 2]`), or any other name, whose options are parts of a specification (`sample: { All: {}, East: { where: zone == \"east\" } }`). Labels are never part of a result's key.",
      },
      link: { type: "array", items: { ...names, minItems: 2, uniqueItems: true }, description: "Dimensions that move together: the first option of one with the first of the other, and so on." },
      exclude: { type: "array", items: { type: "object", minProperties: 1, additionalProperties: labels }, description: "Choices that do not go together: by dimension one label or several." },
      include: {
        type: "array", minItems: 1,
        items: { type: "object", additionalProperties: false, properties: { label: name, from: { type: "object", additionalProperties: label, description: "The specification it is made of, by dimension; the preferred one's option where none is named." }, ...options } },
        description: "Specifications beside the cross product: options over those of the preferred specification, or of another one (`from`).",
      },
      preferred: { type: "object", additionalProperties: label, description: "The specification that is marked: one option of each dimension." },
      groups: { type: "object", additionalProperties: { enum: [...CHOICE_GROUPS] }, description: "By dimension, what its options are to each other (Del Giudice and Gangestad 2021): equivalent, uncertain (one may be better than another), or different sample." },
    },
    description: "A specification curve: every combination of choices as an estimate of its own. `base` holds what they share.",
  };
}

const controlSets: JsonSchema = {
  type: "object", additionalProperties: false, required: ["sets"],
  properties: { always: names, sets: { type: "object", minProperties: 1, additionalProperties: names } },
  description: "Named sets of controls, each with what is always in.",
};

const controlSubsets: JsonSchema = {
  type: "object", additionalProperties: false, required: ["subsets"],
  properties: {
    always: names,
    subsets: { type: "array", minItems: 1, items: { anyOf: [name, { type: "object", minProperties: 1, additionalProperties: { ...names, minItems: 1 } }] } },
    upTo: { type: "integer", minimum: 0, description: "Of so many members at most. Default: all." },
  },
  description: "Every subset of these columns, beside what is always in; a labelled group of columns counts as one.",
};

/** An option's schema without what only its own place has to say. */
function withoutText(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema as { readonly [key: string]: Json }).filter(([word]) => word !== "description" && word !== "default"));
}
