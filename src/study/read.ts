import { type Document, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { InputError } from "../errors.js";
import type { Json } from "../json.js";
import { expandStudy } from "./expand.js";
import { linesOf, placeOf, type StudyText } from "./lines.js";
import { worstMistake } from "./mistakes.js";
import { studySchema } from "./schema.js";
import type { Study } from "./specification.js";
import { syntaxSentence } from "./syntax.js";
import { schemaErrors } from "./validate.js";

/**
 * Reads a study file (YAML or JSON): parsed, checked against the schema, every default resolved. `source` is its name.
 * Throws an `InputError` that names the line for whatever is wrong with it; columns are checked against the data later.
 */
export function readStudy(text: string, source: string): Study {
  const counter = new LineCounter();
  const document = parse(text, source, counter);
  const value = plainValue(document, source, counter);
  const written = { source, text, lines: linesOf(document, counter) };
  checkSchema(value, written);
  return expandStudy(value, written);
}

/**
 * A study given as plain data, of the same form as a study file. `source` is what messages call it. Throws an
 * `InputError` as `readStudy` does.
 */
export function studyOf(written: object, source = "study"): Study {
  const text = JSON.stringify(written, null, 2);
  const value = JSON.parse(text) as Json;
  const place = { source, text, lines: new Map<string, number>() };
  checkSchema(value, place);
  return expandStudy(value, place);
}

function parse(text: string, source: string, counter: LineCounter): Document {
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const mistakes = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const [first] = mistakes;
  if (first === undefined) return document;
  const { line, col } = counter.linePos(startOf(first, document));
  throw new InputError(`${source}, line ${line}, column ${col}: ${syntaxSentence(first, text)}`);
}

/** A quote that is never closed is found at the end of the file, and wanted where it opens. */
function startOf({ code, pos: [at] }: YAMLError, document: Document): number {
  let start = at;
  visit(document, {
    Scalar(_, { type, range }) {
      if (code === "MISSING_CHAR" && type?.startsWith("QUOTE") && range && range[0] < at && range[2] >= at) start = range[0];
    },
  });
  return start;
}

/** Plain data; the aliases of YAML may lead nowhere, or in a circle. */
function plainValue(document: Document, source: string, counter: LineCounter): Json {
  let value: Json;
  try {
    value = document.toJS() as Json;
  } catch (error) {
    const line = firstAlias(document, counter);
    throw new InputError(`${source}${line === null ? "" : `, line ${line}`}: a value that begins with \`*\` must stand in quotes, unless it repeats an \`&anchor\` above it (${(error as Error).message}).`);
  }
  if (value === null) throw new InputError(`${source} is empty. A study needs \`data\` and \`tables\`; \`neyman schema\` prints all that it may hold.`);
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new InputError(`${source} is not a study file: it holds ${Array.isArray(value) ? "a list" : "a text"} where keys such as \`data:\` and \`tables:\` belong. If it is the data, write a study that names it: \`data: { file: ${source} }\`.`);
  }
  return value;
}

function firstAlias(document: Document, counter: LineCounter): number | null {
  let line: number | null = null;
  visit(document, {
    Alias(_, alias) {
      if (alias.range && alias.resolve(document) === undefined) line ??= counter.linePos(alias.range[0]).line;
    },
  });
  return line;
}

function checkSchema(value: Json, written: StudyText): void {
  const mistake = worstMistake(schemaErrors(studySchema(), value));
  if (mistake !== undefined) throw new InputError(`${placeOf(written, mistake.pointer)}: ${mistake.sentence}`);
}
