import { canonicalJson, type Json, type JsonSchema } from "../json.js";

/** What is wrong with a value against a schema; named and ordered as Ajv does, with `allErrors` and `verbose`. */
export interface SchemaError {
  readonly keyword: string;
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly params: { readonly [name: string]: Json };
  readonly message: string;
  readonly data: unknown;
  /** The schema whose keyword it is. */
  readonly parentSchema: JsonSchema;
}

/**
 * All that is wrong with a value against a schema of draft-07, of which it knows the keywords that study files need; `$ref`
 * leads to the schema's own definitions. Schemas are read, not compiled: pages that allow no code made of text can
 * run studies, and a command starts without compiling. Cost: one walk over the value.
 */
export function schemaErrors(schema: JsonSchema, value: Json): readonly SchemaError[] {
  const errors: SchemaError[] = [];
  check(schema, value, "", { root: schema, errors });
  return errors;
}

interface Walk {
  readonly root: JsonSchema;
  readonly errors: SchemaError[];
}

type Kind = "number" | "string" | "array" | "object";
type Check = (schema: JsonSchema, value: never, path: string, walk: Walk) => void;

/** Keywords that speak of one kind of values, those of all kinds between them: the order in which errors come. */
const GROUPS: readonly (readonly [kind: Kind | null, keywords: readonly string[], check: Check])[] = [
  ["number", ["maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"], checkNumber],
  ["string", ["minLength", "pattern"], checkString],
  [null, ["$ref", "const", "enum", "not", "anyOf"], checkAny],
  ["array", ["maxItems", "minItems", "uniqueItems", "items"], checkArray],
  ["object", ["maxProperties", "minProperties", "required", "additionalProperties", "properties"], checkObject],
];

function check(schema: JsonSchema, value: Json, path: string, walk: Walk): void {
  const types = schema["type"] === undefined ? [] : ([schema["type"]].flat() as readonly string[]);
  const isRight = types.length === 0 || types.some((type) => isOf(type, value));
  const wrong = (): void => fail("type", { type: schema["type"] ?? null }, `must be ${types.join(",")}`, schema, value, path, walk);
  const groups = GROUPS.filter(([, keywords]) => keywords.some((keyword) => keyword in schema));
  // A type error stands where its kind's keywords would, if there are any.
  const told = types.length === 1 && groups.some(([kind]) => kind === types[0]);
  if (!isRight && !told) wrong();
  for (const [kind, , checkGroup] of groups) {
    if (kind === null || isOf(kind, value)) checkGroup(schema, value as never, path, walk);
    else if (told && kind === types[0]) wrong();
  }
}

function isOf(type: string, value: Json): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "number":
      return Number.isFinite(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

// eslint-disable-next-line max-params -- what an error is made of
function fail(keyword: string, params: SchemaError["params"], message: string, parentSchema: JsonSchema, data: unknown, instancePath: string, { errors }: Walk): void {
  errors.push({ keyword, instancePath, params, message, data, parentSchema });
}

function checkNumber(schema: JsonSchema, value: number, path: string, walk: Walk): void {
  const limits = [
    ["maximum", "<=", (limit: number) => value <= limit], ["minimum", ">=", (limit: number) => value >= limit],
    ["exclusiveMaximum", "<", (limit: number) => value < limit], ["exclusiveMinimum", ">", (limit: number) => value > limit],
  ] as const;
  for (const [keyword, comparison, holds] of limits) {
    const limit = schema[keyword];
    if (typeof limit === "number" && !holds(limit)) fail(keyword, { comparison, limit }, `must be ${comparison} ${limit}`, schema, value, path, walk);
  }
}

function checkString(schema: JsonSchema, value: string, path: string, walk: Walk): void {
  const { minLength, pattern } = schema;
  if (typeof minLength === "number" && [...value].length < minLength) fail("minLength", { limit: minLength }, `must NOT have fewer than ${minLength} characters`, schema, value, path, walk);
  if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value)) fail("pattern", { pattern }, `must match pattern "${pattern}"`, schema, value, path, walk);
}

function checkAny(schema: JsonSchema, value: Json, path: string, walk: Walk): void {
  const { $ref, not, anyOf } = schema as { readonly $ref?: string; readonly not?: JsonSchema; readonly anyOf?: readonly JsonSchema[] };
  if ($ref !== undefined) check(definition(walk.root, $ref), value, path, walk);
  if (schema["const"] !== undefined && !isSame(schema["const"], value)) fail("const", { allowedValue: schema["const"] }, "must be equal to constant", schema, value, path, walk);
  const allowed = schema["enum"] as readonly Json[] | undefined;
  if (allowed !== undefined && !allowed.some((one) => isSame(one, value))) fail("enum", { allowedValues: allowed }, "must be equal to one of the allowed values", schema, value, path, walk);
  if (not !== undefined && errorsOf(not, value, path, walk).length === 0) fail("not", {}, "must NOT be valid", schema, value, path, walk);
  if (anyOf === undefined) return;
  const tried: SchemaError[] = [];
  for (const one of anyOf) {
    const errors = errorsOf(one, value, path, walk);
    if (errors.length === 0) return;
    tried.push(...errors);
  }
  walk.errors.push(...tried);
  fail("anyOf", {}, "must match a schema in anyOf", schema, value, path, walk);
}

function errorsOf(schema: JsonSchema, value: Json, path: string, { root }: Walk): readonly SchemaError[] {
  const errors: SchemaError[] = [];
  check(schema, value, path, { root, errors });
  return errors;
}

function checkArray(schema: JsonSchema, value: readonly Json[], path: string, walk: Walk): void {
  const { maxItems, minItems, uniqueItems, items } = schema;
  if (typeof maxItems === "number" && value.length > maxItems) fail("maxItems", { limit: maxItems }, `must NOT have more than ${maxItems} items`, schema, value, path, walk);
  if (typeof minItems === "number" && value.length < minItems) fail("minItems", { limit: minItems }, `must NOT have fewer than ${minItems} items`, schema, value, path, walk);
  if (uniqueItems === true && value.some((one, i) => value.slice(0, i).some((other) => isSame(one, other)))) fail("uniqueItems", {}, "must NOT have duplicate items", schema, value, path, walk);
  if (items !== undefined) value.forEach((item, i) => check(items as JsonSchema, item, `${path}/${i}`, walk));
}

function checkObject(schema: JsonSchema, value: { readonly [key: string]: Json }, path: string, walk: Walk): void {
  const { maxProperties, minProperties, required, additionalProperties } = schema;
  const properties = (schema["properties"] ?? {}) as { readonly [key: string]: JsonSchema };
  const keys = Object.keys(value);
  const at = (key: string): string => `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  if (typeof maxProperties === "number" && keys.length > maxProperties) fail("maxProperties", { limit: maxProperties }, `must NOT have more than ${maxProperties} properties`, schema, value, path, walk);
  if (typeof minProperties === "number" && keys.length < minProperties) fail("minProperties", { limit: minProperties }, `must NOT have fewer than ${minProperties} properties`, schema, value, path, walk);
  for (const key of (required ?? []) as readonly string[]) {
    if (!Object.hasOwn(value, key)) fail("required", { missingProperty: key }, `must have required property '${key}'`, schema, value, path, walk);
  }
  for (const key of keys.filter((name) => !Object.hasOwn(properties, name))) {
    if (additionalProperties === false) fail("additionalProperties", { additionalProperty: key }, "must NOT have additional properties", schema, value, path, walk);
    else if (additionalProperties !== undefined && additionalProperties !== true) check(additionalProperties as JsonSchema, value[key] as Json, at(key), walk);
  }
  for (const [key, own] of Object.entries(properties)) if (Object.hasOwn(value, key)) check(own, value[key] as Json, at(key), walk);
}

/** The schema that `#/definitions/NAME` names. */
function definition(root: JsonSchema, reference: string): JsonSchema {
  const found = (root["definitions"] as { readonly [name: string]: JsonSchema } | undefined)?.[reference.replace("#/definitions/", "")];
  if (found === undefined) throw new Error(`The schema has no ${reference}.`);
  return found;
}

function isSame(a: Json, b: Json): boolean {
  return a === b || (typeof a === "object" && typeof b === "object" && a !== null && b !== null && canonicalJson(a) === canonicalJson(b));
}
