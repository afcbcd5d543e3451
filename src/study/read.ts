import { Ajv } from "ajv";
import { type Document, LineCounter, parseDocument } from "yaml";
import { InputError } from "../errors.js";
import type { Json } from "../json.js";
import { expandStudy } from "./expand.js";
import { linesOf, placeOf, type StudyText } from "./lines.js";
import { worstMistake } from "./mistakes.js";
import { studySchema } from "./schema.js";
import type { Study } from "./specification.js";
import { syntaxSentence } from "./syntax.js";

/**
 * Reads a study file (YAML or JSON): parsed, checked against the schema, every default resolved. `source` is its name.
 * Throws an `InputError` that names the line for whatever is wrong with it; columns are checked against the data later.
 */
export function readStudy(text: string, source: string): Study {
  const counter = new LineCounter();
  const document = parse(text, source, counter);
  const value = plainValue(document, source);
  const written = { source, lines: linesOf(document, counter) };
  checkSchema(value, written);
  return expandStudy(value, written);
}

function parse(text: string, source: string, counter: LineCounter): Document {
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const mistakes = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const [first] = mistakes;
  if (first === undefined) return document;
  const { line, col } = counter.linePos(first.pos[0]);
  throw new InputError(`${source}, line ${line}, column ${col}: ${syntaxSentence(first, text)}`);
}

/** Plain data; the aliases of YAML may lead nowhere, or in a circle. */
function plainValue(document: Document, source: string): Json {
  let value: Json;
  try {
    value = document.toJS() as Json;
  } catch (error) {
    throw new InputError(`${source}: ${(error as Error).message}. A value that begins with \`*\` must stand in quotes.`);
  }
  if (value === null) throw new InputError(`${source} is empty. A study needs \`data\` and \`tables\`; \`neyman schema\` prints all that it may hold.`);
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new InputError(`${source} is not a study file: it holds ${Array.isArray(value) ? "a list" : "a text"} where keys such as \`data:\` and \`tables:\` belong.`);
  }
  return value;
}

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(studySchema());

function checkSchema(value: Json, written: StudyText): void {
  if (validate(value)) return;
  const mistake = worstMistake(validate.errors ?? []);
  if (mistake !== undefined) throw new InputError(`${placeOf(written, mistake.pointer)}: ${mistake.sentence}`);
}
