import type { Json, JsonSchema } from "../json.js";
import type { Learner } from "../learners/learner.js";
import { wrap } from "./text.js";

const COLUMNS = 100;

/** Every learner with one sentence. */
export function learnerList(learners: readonly Pick<Learner, "name" | "about">[]): string {
  const widest = Math.max(...learners.map(({ name }) => name.length));
  return learners
    .map(({ name, about }) => name.padEnd(widest + 2) + indented(about, widest + 2).trimStart())
    .join("\n");
}

/** A paragraph whose lines all begin so many columns in. */
function indented(text: string, by: number): string {
  return wrap(text, COLUMNS - by).split("\n").map((line) => " ".repeat(by) + line).join("\n");
}

/** One learner: what it is, each option with its default, range and sentence, and what differs under `encode: effects`. */
export function learnerPage(learner: Learner): string {
  const { name, about, options, effectsDefaults, effectsOptions, presets } = learner;
  const entries = Object.entries(options).map(([option, schema]) => {
    const effects = effectsDefaults[option];
    const only = effectsOptions.includes(option);
    const fallback = only
      ? `default under effects ${shown(effects ?? schema.default)}`
      : `default ${shown(schema.default)}${effects === undefined ? "" : `, under effects ${shown(effects)}`}`;
    return `  ${option} (${valuesOf(schema)}; ${fallback})\n${indented(schema.description, 4)}`;
  });
  const named = Object.entries(presets ?? {}).map(([preset, { learner: other, options: own }]) => `  preset: ${preset} is ${other ?? name} ${JSON.stringify(own)}`);
  const missing = learner.takesMissing === true ? "Missing values (missing: keep) go to the better side of each split." : "Missing values (missing: keep) become the mean, with an indicator column.";
  return [`${name}\n`, wrap(about, COLUMNS), "", wrap(missing, COLUMNS), "", ...(entries.length > 0 ? entries : ["  no options"]), ...named].join("\n");
}

/** What a combination of learners takes, by its schema. */
export function stackPage({ description, properties }: { readonly description: string; readonly properties: Readonly<Record<string, JsonSchema>> }): string {
  const entries = Object.entries(properties).map(([option, schema]) => {
    const fallback = schema["default"] === undefined ? "" : `; default ${shown(schema["default"])}`;
    return `  ${option} (${option === "learners" ? "list of learners, with or without options" : valuesOf(schema)}${fallback})\n${indented(schema["description"] as string, 4)}`;
  });
  return ["stack\n", wrap(description, COLUMNS), "", ...entries].join("\n");
}

/** The values that a schema allows, in words. */
function valuesOf(fragment: JsonSchema): string {
  if (Array.isArray(fragment["anyOf"])) return (fragment["anyOf"] as readonly JsonSchema[]).map(valuesOf).join(" or ");
  if (Array.isArray(fragment["enum"])) return fragment["enum"].join(", ");
  const bounds = [
    bound("from", fragment["minimum"]), bound("above", fragment["exclusiveMinimum"]),
    bound("to", fragment["maximum"]), bound("below", fragment["exclusiveMaximum"]),
  ].join("");
  switch (fragment["type"]) {
    case "integer":
      return `whole number${bounds}`;
    case "number":
      return `number${bounds}`;
    case "boolean":
      return "true or false";
    case "array":
      return `list of ${valuesOf(fragment["items"] as JsonSchema)}`;
    case "string":
      return "text";
    default:
      return "null";
  }
}

function bound(word: string, value: Json | undefined): string {
  return typeof value === "number" ? ` ${word} ${value}` : "";
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
