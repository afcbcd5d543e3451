import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { learners } from "../../src/learners/registry.js";
import { neyman } from "../helpers/cli.js";

const root = resolve(import.meta.dirname, "../..");
const examples = readdirSync(join(root, "data")).filter((name) => /\.(yaml|yml)$/.test(name));

interface Node {
  readonly [key: string]: unknown;
}

let printed = "";
let schema: Node = {};
let validate: ValidateFunction;

beforeAll(async () => {
  printed = (await neyman(root, "schema")).stdout;
  schema = JSON.parse(printed) as Node;
  validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
});

describe("neyman schema", () => {
  it("prints the draft-07 schema that the package ships", () => {
    expect(schema["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
    expect(JSON.parse(readFileSync(join(root, "dist/schema.json"), "utf8"))).toEqual(schema);
    expect(printed.endsWith("}\n")).toBe(true);
  });

  it("is itself valid draft-07", () => {
    const ajv = new Ajv();
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
  });

  it.each(examples)("accepts data/%s", (name) => {
    validate(parse(readFileSync(join(root, "data", name), "utf8")));
    expect(validate.errors).toBeNull();
  });

  it("has every learner, and a sentence and a default for each of its options", () => {
    for (const learner of Object.values(learners)) {
      for (const [option, { description, ...rest }] of Object.entries(learner.options)) {
        expect(description, `${learner.name}.${option}`).toMatch(/^[A-Z].*\.$/);
        expect("default" in rest).toBe(true);
        const accepts = new Ajv({ strict: false }).compile(rest);
        expect(accepts(rest.default), `${learner.name}.${option} refuses its own default`).toBe(true);
      }
    }
  });

  it.each([
    ["a key that is not there", { data: { file: "a.csv" }, tables: [{ id: "t", columns: [{}] }], curves: {} }],
    ["no tables", { data: { file: "a.csv" } }],
    ["one fold", { data: { file: "a.csv" }, base: { folds: { k: 1 } }, tables: [{ id: "t", columns: [{}] }] }],
    ["text as trees", { data: { file: "a.csv" }, base: { learner: { rf: { trees: "many" } } }, tables: [{ id: "t", columns: [{}] }] }],
  ])("refuses %s", (_, study) => {
    expect(validate(study)).toBe(false);
  });
});
