import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Json, JsonSchema } from "../../src/json.js";
import { studySchema } from "../../src/study/schema.js";
import { schemaErrors } from "../../src/study/validate.js";

const schema = studySchema();
const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, inlineRefs: false }).compile(schema);
const data = resolve(import.meta.dirname, "../../data");
const studies = ["paper.yaml", "wagepan.yaml"].map((name) => parse(readFileSync(`${data}/${name}`, "utf8")) as Json);

/** Study files with many options, as the README has them. */
const readme = readFileSync(resolve(data, "../README.md"), "utf8");
const options = [...readme.matchAll(/^(?: {2}- )?(\w+): .*$/gm)].flatMap(([line]) => {
  try {
    const value = parse(line.replace(/^ {2}- /, "").replace(/ +#.*$/, "")) as Json;
    return [{ data: { file: "a.csv", unit: "u" }, base: value, tables: [{ id: "t", columns: [value, {}] }, { id: "d", describe: ["x"], stats: ["n"] }] }];
  } catch {
    return []; // prose
  }
});

const VALUES: readonly Json[] = [null, true, false, 0, -1, 0.5, 1, 2, 3, 1e9, Infinity, "", "x", "rf", "ols", "effects", "hc1", "auto", [], ["x"], ["x", "x"], [1, "y"], {}, { k: 5 }, { rf: {} }, { rf: { trees: 0 }, ols: {} }, { cluster: ["x"] }, { a: { b: [] } }];

/** What is in a value, by path. */
function pathsOf(value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return [path, ...(value as readonly Json[]).flatMap((item, i) => pathsOf(item, [...path, i]))];
  if (typeof value === "object" && value !== null) return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
  return [path];
}

/** The value with another at a path; `undefined` takes it away. */
function changed(value: Json, [key, ...rest]: readonly (string | number)[], to: Json | undefined): Json | undefined {
  if (key === undefined) return to;
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item, i) => (i === key ? (changed(item, rest, to) ?? []) : [item]));
  const record = { ...(value as Record<string, Json>) };
  const next = changed(record[key] ?? null, rest, to);
  if (next === undefined) Reflect.deleteProperty(record, key);
  else record[key] = next;
  return record;
}

const told = (errors: readonly { readonly keyword: string; readonly instancePath: string; readonly params: object; readonly message?: string | undefined; readonly data?: unknown }[]): readonly unknown[] =>
  errors.map(({ keyword, instancePath, params, message, data: at }) => (keyword === "uniqueItems" ? { keyword, instancePath } : { keyword, instancePath, params, message, data: at }));

function expectSame(value: Json): void {
  ajv(value);
  expect(told(schemaErrors(schema, value))).toEqual(told(ajv.errors ?? []));
}

describe("errors against the schema", () => {
  it("are none where Ajv has none", () => {
    expect(options.length).toBeGreaterThan(20);
    studies.forEach((study) => expect(schemaErrors(schema, study)).toEqual([]));
    options.forEach(expectSame);
  });

  it("are Ajv's, one for one and in its order, whatever is changed, taken away or added", () => {
    const study = fc.constantFrom(...studies, ...options);
    const change = fc.record({ at: fc.nat(), key: fc.constantFrom("", "lerner", "learner", "folds", "where", "errors", "k", "id", "trees", "tune", "columns", "joint", "index", "__proto__x"), value: fc.constantFrom<Json | undefined>(undefined, ...VALUES) });
    fc.assert(
      fc.property(study, fc.array(change, { minLength: 1, maxLength: 3 }), (from, changes) => {
        const value = changes.reduce<Json>((now, { at, key, value: to }) => {
          const paths = pathsOf(now);
          const path = paths[at % paths.length] as readonly (string | number)[];
          return changed(now, key === "" ? path : [...path.slice(0, -1), key], to) ?? now;
        }, from);
        expectSame(value);
      }),
      { numRuns: 300 },
    );
  });
});

/** Of each keyword that can refuse a value, a schema of it and a value that it refuses. */
const REFUSED: Readonly<Record<string, readonly [own: Json, value: Json]>> = {
  type: [["string", "null"], 1], const: [{ k: 1 }, { k: 2 }], enum: [["a", 1], "b"], not: [{ type: "number" }, 1], anyOf: [[{ type: "number" }, { const: "a" }], "b"], $ref: ["#/definitions/ten", 9],
  minimum: [0, -1], maximum: [1, 2], exclusiveMinimum: [0, 0], exclusiveMaximum: [1, 1], minLength: [1, ""], pattern: ["^a+$", "b"],
  items: [{ type: "number" }, ["x"]], minItems: [1, []], maxItems: [1, [1, 2]], uniqueItems: [true, [{ a: 1, b: 2 }, { b: 2, a: 1 }]],
  properties: [{ a: { const: 1 } }, { a: 2 }], required: [["a"], {}], additionalProperties: [{ type: "number" }, { a: "x" }], minProperties: [1, {}], maxProperties: [0, { a: 1 }],
};
/** Keywords that refuse nothing. */
const SILENT = ["$schema", "title", "description", "default", "definitions"];

/** Every schema within a schema, itself first. */
function within(own: JsonSchema): readonly JsonSchema[] {
  const named = ["properties", "definitions"].flatMap((key) => Object.values((own[key] ?? {}) as Record<string, JsonSchema>));
  const others = Object.entries(own).flatMap(([key, part]) => (key === "default" || key === "const" || key === "enum" || key === "properties" || key === "definitions" ? [] : [part].flat()));
  return [own, ...[...named, ...others].filter((part) => typeof part === "object" && part !== null).flatMap((part) => within(part as JsonSchema))];
}

describe("the keywords of the schema", () => {
  const used = [...new Set(within(schema).flatMap((own) => Object.keys(own)))].filter((keyword) => !SILENT.includes(keyword));

  it.each(used)("%s refuses what Ajv refuses: a new one has its line here and in src/study/validate.ts", (keyword) => {
    const [part, value] = REFUSED[keyword] ?? [];
    expect(part).toBeDefined();
    const own = { [keyword]: part, definitions: { ten: { const: 10 } } } as JsonSchema;
    const other = new Ajv({ allErrors: true, strict: false, verbose: true, inlineRefs: false }).compile(own);
    expect(other(value)).toBe(false);
    expect(told(schemaErrors(own, value as Json))).toEqual(told(other.errors ?? []));
  });

  it("have the shapes that are known: one schema for all items, references to the schema's own definitions", () => {
    for (const { items, $ref } of within(schema) as readonly { readonly items?: unknown; readonly $ref?: string }[]) {
      expect(Array.isArray(items)).toBe(false);
      if ($ref !== undefined) expect(schema["definitions"]).toHaveProperty($ref.replace("#/definitions/", ""));
    }
  });
});
