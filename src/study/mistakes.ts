import { suggestion } from "../errors.js";
import type { Json } from "../json.js";
import { optionHomes } from "./schema.js";
import { escaped } from "./lines.js";
import type { SchemaError } from "./validate.js";

/** What is wrong with a study against its schema: where, and a sentence that says how to mend it. */
export interface Mistake {
  /** JSON pointer. */
  readonly pointer: string;
  readonly sentence: string;
}

/** What options look like, for messages. */
const EXAMPLES: Readonly<Record<string, string>> = {
  data: "{ file: panel.csv, unit: city, time: year }",
  base: "{ outcome: y, treatment: d, controls: [x1, x2] }",
  tables: "[{ id: table1, columns: [{}] }]",
  columns: "[{}]",
  id: "table1",
  file: "panel.csv",
  cluster: "[city]",
  folds: "{ k: 5 }",
  errors: "{ cluster: [city] }",
  learner: "{ rf: { trees: 100 } }",
  hidden: "\"64,32\"",
  grid: "{ minLeaf: [1, 5] }",
};

/** The one mistake of several that says most. */
export function worstMistake(errors: readonly SchemaError[]): Mistake | undefined {
  const [worst] = errors.filter((error) => !isOtherKind(error, errors)).sort((a, b) => rank(b) - rank(a));
  if (worst === undefined) return undefined;
  const key = misspelt(worst);
  const pointer = key === undefined ? worst.instancePath : `${worst.instancePath}/${escaped(key)}`;
  return { pointer, sentence: sentence(worst, errors) };
}

/** The deepest error says most; at one depth a misspelt key says more than "matches no alternative", and a bound more than another alternative's type. */
function rank(error: SchemaError): number {
  const order = ["anyOf", "type", "minItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minProperties", "maxProperties", "pattern", "required", "enum", "additionalProperties"];
  return error.instancePath.split("/").length * 20 + Math.max(0, order.indexOf(error.keyword)) + (error.keyword === "additionalProperties" ? 20 : 0);
}

/** A list of words says nothing of a value that another alternative nearly takes: `{}` where a name or a mapping may stand. */
function isOtherKind(error: SchemaError, errors: readonly SchemaError[]): boolean {
  if (error.keyword !== "enum" || typeof error.data === "string") return false;
  return siblings(error, errors).some((other) => !["anyOf", "enum", "type"].includes(other.keyword));
}

function siblings(error: SchemaError, errors: readonly SchemaError[]): readonly SchemaError[] {
  return errors.filter((other) => other !== error && other.instancePath === error.instancePath);
}

function misspelt(error: SchemaError): string | undefined {
  return error.keyword === "additionalProperties" ? (error.params as { additionalProperty: string }).additionalProperty : undefined;
}

function sentence(error: SchemaError, errors: readonly SchemaError[]): string {
  const { what, key } = nameOf(error.instancePath);
  const { limit } = error.params as { limit?: number };
  const given = `, not ${shown(error.data)}`;
  switch (error.keyword) {
    case "additionalProperties":
      return misspeltSentence(error, what);
    case "required":
      return `${what} lacks \`${lacking(error)}\`. Add it, for instance \`${lacking(error)}: ${EXAMPLES[lacking(error)] ?? "..."}\`.`;
    case "enum":
      return enumSentence(error, what, siblings(error, errors));
    case "type":
      return typeSentence(error, what, key);
    case "minimum":
      return `${what} must be ${limit ?? ""} or more${given}.`;
    case "maximum":
      return `${what} must be ${limit ?? ""} or less${given}.`;
    case "exclusiveMinimum":
      return `${what} must be above ${limit ?? ""}${given}.`;
    case "exclusiveMaximum":
      return `${what} must be below ${limit ?? ""}${given}.${key === "level" ? " 95 % is 0.95." : ""}`;
    case "minItems":
    case "minProperties":
    case "minLength":
      return `${what} is empty. Give it one item at least${exampleOf(key)}.`;
    case "maxItems":
      return `${what} holds ${(error.data as readonly Json[]).length} items, and takes ${limit ?? ""} at most.`;
    case "maxProperties":
      return `${what} names more than one of ${Object.keys(error.data as object).map((name) => `\`${name}\``).join(", ")}. Keep one.`;
    case "uniqueItems":
      return `${what} holds a value twice. Keep one.`;
    case "pattern":
      if (Object.hasOwn(EXAMPLES, key) && key !== "id") return `${what} cannot be ${shown(error.data)}. Write it as in \`${key}: ${EXAMPLES[key] ?? ""}\`.`;
      return `${what} may hold only letters of a to z, digits, \`_\` and \`-\`, as it becomes part of file names${given}. The title may be any text.`;
    default:
      return `${what} ${error.message}${given}.`;
  }
}

function misspeltSentence(error: SchemaError, what: string): string {
  const key = misspelt(error) ?? "";
  const known = Object.keys(error.parentSchema["properties"] ?? {});
  const plural = known.includes(`${key}s`); // `column` where several may stand is at home here
  const homes = plural ? [] : (optionHomes().get(key) ?? []);
  const mend = homes.length === 0 ? suggestion(key, known) : `It belongs under ${homes.map((home) => `\`${home}\``).join(" or ")}.`;
  return `\`${key}\` is not an option of ${what}${known.length === 0 ? ", which has none. Leave it out." : `. ${mend}`}`;
}

function lacking(error: SchemaError): string {
  return (error.params as { missingProperty: string }).missingProperty;
}

function enumSentence(error: SchemaError, what: string, others: readonly SchemaError[]): string {
  const { allowedValues } = error.params as { allowedValues: readonly Json[] };
  const types = others.filter((other) => other.keyword === "type").map((other) => kindOf((other.params as { type: string }).type));
  const or = types.length === 0 ? "" : ` It may also be ${[...new Set(types)].join(" or ")}${exampleOf(nameOf(error.instancePath).key)}.`;
  if (typeof error.data === "string" && allowedValues.every((value) => typeof value === "string")) {
    const mend = suggestion(error.data, allowedValues);
    return `${what} cannot be \`${error.data}\`. ${mend}${mend.startsWith("Known") ? or : ""}`;
  }
  return `${what} must be ${allowedValues.map((value) => JSON.stringify(value)).join(" or ")}, not ${shown(error.data)}.${or}`;
}

function typeSentence(error: SchemaError, what: string, key: string): string {
  const wanted = (error.params as { type: string }).type;
  const { data } = error as { data?: Json };
  if (data === null || data === undefined) {
    const nothing = wanted === "object" ? "`{}`" : wanted === "array" ? "`[]`" : undefined;
    return `${what} is empty, and must be ${kindOf(wanted)}. ${nothing === undefined ? "Give a value" : `Write ${nothing} for none`}, or leave it out.`;
  }
  const scalar = typeof data !== "object";
  const mend =
    wanted === "array" && scalar ? ` Write \`[${String(data)}]\`.`
    : wanted === "string" && scalar ? ` If it is a name or a text, put it in quotes: \`"${String(data)}"\`.`
    : (wanted === "integer" || wanted === "number") && typeof data === "string" ? " Write it without quotes or words."
    : (wanted === "object" || !scalar) && Object.hasOwn(EXAMPLES, key) ? ` Write \`${key}: ${EXAMPLES[key] ?? ""}\`.`
    : "";
  return `${what} must be ${kindOf(wanted)}, not ${shown(data)}.${mend}`;
}

/** The option in words a user knows, and its own key: `folds.k`, a table, the study. */
function nameOf(pointer: string): { readonly what: string; readonly key: string } {
  const parts = pointer.split("/").slice(1).filter((part) => !/^\d+$/.test(part)).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const named = parts.filter((part, i) => !(["base", "tables", "columns"].includes(part) && i < parts.length - 1));
  const key = named.at(-1) ?? "";
  if (key === "") return { what: "the study", key };
  if (/^\/derive\/.*\/columns\/\d+$/.test(pointer)) return { what: "a composite within an index", key: "" };
  if (/\/columns\/\d+$/.test(pointer)) return { what: "a table's column", key: "" };
  if (/\/tables\/\d+$/.test(pointer)) return { what: "a table", key: "" };
  return { what: `\`${named.join(".")}\``, key };
}

function kindOf(type: string): string {
  const words: Readonly<Record<string, string>> = {
    object: "a mapping (key: value)", array: "a list", integer: "a whole number", string: "a text", boolean: "true or false", null: "null",
  };
  return words[type] ?? `a ${type}`;
}

function exampleOf(key: string): string {
  return Object.hasOwn(EXAMPLES, key) ? `, for instance \`${key}: ${EXAMPLES[key] ?? ""}\`` : "";
}

/** A value as far as it suits a message. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
