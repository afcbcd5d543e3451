import { Ajv, type ErrorObject } from "ajv";
import { type Document, LineCounter, parseDocument } from "yaml";
import { InputError, suggestion } from "../errors.js";
import type { Json } from "../json.js";
import { expandStudy } from "./expand.js";
import { studySchema } from "./schema.js";
import type { Study } from "./specification.js";

/** Reads a study file (YAML or JSON): parsed, checked against the schema, every default resolved. */
export function readStudy(text: string, source: string): Study {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new InputError(`${source}, line ${line}, column ${col}: ${firstSentence(syntax.message)} Indent with spaces, and put values with special characters in quotes.`);
  }
  const written = document.toJS() as Json;
  checkSchema(written, (path) => where(source, document, lines, path));
  return expandStudy(written, source);
}

function firstSentence(message: string): string {
  const line = message.split("\n")[0] ?? message;
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(studySchema());

function checkSchema(written: Json, place: (path: readonly string[]) => string): void {
  if (validate(written)) return;
  const errors = [...(validate.errors ?? [])].sort((a, b) => rank(b) - rank(a));
  const [worst] = errors;
  if (worst === undefined) return;
  const path = worst.instancePath.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  throw new InputError(`${place(misspelt(worst) === undefined ? path : [...path, misspelt(worst) ?? ""])}: ${sentence(worst, path)}`);
}

/** The deepest error says most; at one depth a misspelt key says more than "matches no alternative". */
function rank(error: ErrorObject): number {
  const order = ["anyOf", "type", "minProperties", "maxProperties", "pattern", "required", "enum", "additionalProperties"];
  return error.instancePath.split("/").length * 10 + Math.max(0, order.indexOf(error.keyword)) + (error.keyword === "additionalProperties" ? 10 : 0);
}

function misspelt(error: ErrorObject): string | undefined {
  return error.keyword === "additionalProperties" ? (error.params as { additionalProperty: string }).additionalProperty : undefined;
}

function sentence(error: ErrorObject, path: readonly string[]): string {
  const what = path.length === 0 ? "the study" : `\`${path.filter((part) => !/^\d+$/.test(part)).at(-1) ?? path.join(".")}\``;
  const given = typeof error.data === "object" ? "" : `, not ${JSON.stringify(error.data)}`;
  switch (error.keyword) {
    case "additionalProperties": {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return `\`${misspelt(error) ?? ""}\` is not an option of ${what}. ${suggestion(misspelt(error) ?? "", known)}`;
    }
    case "required":
      return `${what} lacks \`${(error.params as { missingProperty: string }).missingProperty}\`.`;
    case "enum": {
      const allowed = (error.params as { allowedValues: readonly Json[] }).allowedValues;
      if (typeof error.data === "string" && allowed.every((value) => typeof value === "string")) {
        return `${what} cannot be \`${error.data}\`. ${suggestion(error.data, allowed as readonly string[])}`;
      }
      return `${what} must be one of ${allowed.map((value) => JSON.stringify(value)).join(", ")}${given}.`;
    }
    case "type":
      return `${what} must be ${article(String((error.params as { type: string }).type))}${given}.`;
    default:
      return `${what} ${error.message ?? "is not valid"}${given}.`;
  }
}

function article(type: string): string {
  const words: Readonly<Record<string, string>> = { object: "a mapping (key: value)", array: "a list", integer: "a whole number", string: "a text", boolean: "true or false" };
  return words[type] ?? `a ${type}`;
}

/** `study.yaml, line 7`: where the value at `path` stands, or its nearest parent that is written. */
function where(source: string, document: Document, lines: LineCounter, path: readonly string[]): string {
  const keys = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true) as { range?: readonly [number, number, number] } | undefined;
    if (node?.range) return `${source}, line ${lines.linePos(node.range[0]).line}`;
  }
  return source;
}
