import type { DeriveChoice } from "../derive/derive.js";
import { prepareSteps } from "../derive/registry.js";
import type { StepOptions } from "../derive/step.js";
import { listed } from "../errors.js";
import type { Json, JsonSchema } from "../json.js";
import type { Refuse } from "./nuisances.js";
import { several } from "./written.js";

const name = { type: "string", minLength: 1 } as const;
const columns = { type: "array", items: name, minItems: 1 } as const;

/** The schema of `prepare`: steps of `derive` on the rows of one specification; those of one column take several, in place. */
export function prepareSchema(): JsonSchema {
  const steps = Object.values(prepareSteps).map((step) => {
    const { column, ...others } = step.options;
    const own = column === undefined ? { options: step.options, required: step.required } : { options: { columns, ...others }, required: ["columns"] };
    return [step.name, { type: "object", additionalProperties: false, required: [...own.required], properties: own.options, description: step.about }] as const;
  });
  return {
    type: "array",
    description: "Columns changed or made on the rows of this specification, after `where`, in this order: winsorize and standardize change columns, index makes the one called `name`. Limits, weights and scores are those of all its rows, held-out ones included.",
    items: { type: "object", additionalProperties: false, properties: { name: { ...name, description: "Of index: what it is called." }, ...Object.fromEntries(steps) } },
  };
}

/** Steps as they are written, those over several columns one by one. */
export function resolvePrepare(written: Json | undefined, refuse: Refuse): readonly DeriveChoice[] {
  return ((written ?? []) as readonly { readonly [key: string]: Json }[]).flatMap(({ name: called, ...kinds }, i) => {
    const at = `prepare.${i}`;
    const [step, ...others] = Object.keys(kinds);
    if (step === undefined || others.length > 0) throw refuse(at, `each step of \`prepare\` is one of ${listed(Object.keys(prepareSteps))}; this one is ${step === undefined ? "none" : `${others.length + 1} at once: make a step of each`}.`);
    const { columns: own, ...options } = kinds[step] as StepOptions;
    if (step === "index") {
      if (typeof called !== "string") throw refuse(at, "an `index` needs a `name`, by which the outcome, the treatment or a control then calls it.");
      return [Object.freeze({ name: called, step, options: kinds[step] as StepOptions })];
    }
    if (called !== undefined) throw refuse(at, `\`${step}\` changes its columns in place and has no \`name\`. Leave it out, or make a new column under \`derive\`.`);
    const [lower, upper] = [Number(options["lower"] ?? 1), Number(options["upper"] ?? 99)];
    if (step === "winsorize" && !(lower < upper)) throw refuse(at, `the lower percentile, ${lower}, must be below the upper one, ${upper}.`);
    return several(own).map((column): DeriveChoice => Object.freeze({ name: column, step, options: Object.freeze({ column, ...options }) }));
  });
}

/** The columns that a step is made of. */
export function sourcesOf({ options }: DeriveChoice): readonly string[] {
  return typeof options["column"] === "string" ? [options["column"]] : indicatorsIn(options);
}

function indicatorsIn(options: StepOptions): readonly string[] {
  return (options["columns"] as readonly (string | StepOptions)[]).flatMap((one) => (typeof one === "string" ? [one] : indicatorsIn(one)));
}

/** The steps that some of these columns rest on, and the columns of the data that both need. */
export function neededOf(prepare: readonly DeriveChoice[], names: readonly string[]): { readonly steps: readonly DeriveChoice[]; readonly columns: readonly string[] } {
  const needed = new Set(names);
  const steps: DeriveChoice[] = [];
  for (const choice of [...prepare].reverse()) {
    if (!needed.delete(choice.name)) continue;
    steps.unshift(choice);
    for (const source of sourcesOf(choice)) needed.add(source);
  }
  return { steps, columns: [...needed] };
}
