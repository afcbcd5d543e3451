import type { Options } from "yargs";
import type { DeriveStep, StepOptions } from "../derive/step.js";
import { InputError, suggestion } from "../errors.js";
import type { Json, JsonSchema } from "../json.js";

/** Arguments by flag; yargs has checked their number. */
export type Given = { readonly [flag: string]: string | number | boolean | undefined };

/** The flags of a step's options, for yargs. */
export function flagsOf(step: DeriveStep): { readonly [flag: string]: Options } {
  return Object.fromEntries(Object.entries(step.options).map(([option, schema]) => [flagOf(option), flagOptions(schema, step.required.includes(option))]));
}

/** A message about a study, as one about flags: \`zeros: drop\` is \`--zeros drop\`. */
export function asFlags(step: DeriveStep, message: string): string {
  return message
    .replace(/`(\w+): ([\w-]+)`/g, (whole, option: string, value: string) => (Object.hasOwn(step.options, option) ? `\`--${flagOf(option)}${value === "true" ? "" : ` ${value}`}\`` : whole))
    .replace(/`data: \{ missing: \["(.*?)"\] \}`/, "`--missing $1`");
}

/** `weighBy` is --weigh-by. */
export function flagOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** An option of a step as yargs describes it. */
function flagOptions(schema: JsonSchema, required: boolean): Options {
  const choices = schema["enum"] === undefined ? "" : ` (${(schema["enum"] as readonly string[]).join(", ")})`;
  const fallback = required ? " [required]" : schema["default"] === undefined || schema["default"] === false ? "" : ` (default: ${JSON.stringify(schema["default"]).replaceAll("\"", "")})`;
  const describe = `${textIn(schema, "description")}${choices}${fallback}`;
  return schema["type"] === "boolean" ? { type: "boolean", describe } : { type: "string", requiresArg: true, describe };
}

function textIn(schema: JsonSchema, key: string): string {
  return (schema[key] ?? "") as string;
}

/** Flags as options of the step. Throws an InputError for a value that the option cannot have, or a required one that is missing. */
export function optionsOf(step: DeriveStep, given: Given): StepOptions {
  const entries = Object.entries(step.options).flatMap(([option, schema]) => {
    const value = given[flagOf(option)];
    if (value === undefined) {
      if (!step.required.includes(option)) return [];
      throw new InputError(`--${flagOf(option)} is missing. ${textIn(schema, "description")}${schema["enum"] === undefined ? " Give the names with commas: a,b." : ` It is one of ${(schema["enum"] as readonly string[]).join(", ")}.`}`);
    }
    return [[option, typeof value === "boolean" ? value : valueOf(`--${flagOf(option)}`, String(value), schema)] as const];
  });
  return Object.fromEntries(entries);
}

function valueOf(flag: string, text: string, schema: JsonSchema): Json {
  if (text === "") throw new InputError(`${flag} is empty. Give it a value, or leave it out.`);
  const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  if (schema["enum"] !== undefined) {
    if ((schema["enum"] as readonly string[]).includes(text)) return text;
    throw new InputError(`${flag} cannot be \`${text}\`. ${suggestion(text, schema["enum"] as readonly string[])}`);
  }
  if (schema["type"] === "number" || schema["type"] === "integer") return numberOf(flag, text, schema);
  if (schema["type"] === "object") {
    return Object.fromEntries(parts.map((part) => {
      const at = part.lastIndexOf("=");
      if (at < 1) throw new InputError(`${flag} must say names and numbers, as in \`a=2,b=1\`, not \`${part}\`.`);
      return [part.slice(0, at), numberOf(flag, part.slice(at + 1), schema["additionalProperties"] as JsonSchema)];
    }));
  }
  const items = schema["items"] as JsonSchema | undefined;
  if (schema["type"] === "array" && items?.["type"] === "number") {
    const { minItems } = schema as { minItems?: number };
    if (minItems !== undefined && parts.length !== minItems) throw new InputError(`${flag} takes ${minItems} numbers with a comma between, not \`${text}\`.`);
    return parts.map((part) => numberOf(flag, part, items));
  }
  return schema["type"] === "string" ? text : parts;
}

function numberOf(flag: string, text: string, schema: JsonSchema): number {
  const value = Number(text);
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema as { minimum?: number; maximum?: number; exclusiveMinimum?: number };
  const whole = schema["type"] !== "integer" || Number.isInteger(value);
  if (text.trim() !== "" && whole && value >= minimum && value <= maximum && value > exclusiveMinimum) return value;
  const bounds = [minimum > -Infinity ? ` of ${minimum} or more` : "", maximum < Infinity ? ` up to ${maximum}` : "", exclusiveMinimum > -Infinity ? ` above ${exclusiveMinimum}` : ""].join("");
  throw new InputError(`${flag} must be a ${schema["type"] === "integer" ? "whole number" : "number"}${bounds}, not \`${text}\`.`);
}
