import { type DeriveChoice, type DerivedPanel, derivePanel, type KeepStep } from "../derive/derive.js";
import { deriveSteps } from "../derive/registry.js";
import type { DeriveContext, StepOptions } from "../derive/step.js";
import { indexDefinitions } from "../derive/steps/index.js";
import { InputError, listed } from "../errors.js";
import type { Json, JsonSchema } from "../json.js";
import type { Panel } from "../panel/panel.js";
import { placeOf, type StudyText } from "./lines.js";
import type { Study } from "./specification.js";
import { evaluateNumber, parseExpression } from "./where.js";

/** The schema of `derive`: a list of steps, each a name and one kind. */
export function deriveSchema(): JsonSchema {
  const steps = Object.values(deriveSteps).map((step) => [
    step.name, { type: "object", additionalProperties: false, required: [...step.required], properties: step.options, description: step.about },
  ] as const);
  return {
    type: "array",
    description: "Columns made of others before anything is estimated, in this order; a step may use what earlier ones made.",
    items: {
      type: "object", additionalProperties: false, required: ["name"],
      properties: { name: { type: "string", minLength: 1, description: "What the new column is called." }, ...Object.fromEntries(steps) },
    },
  };
}

/** What the schema of `derive` refers to. */
export const deriveDefinitions: { readonly [name: string]: Json } = indexDefinitions;

/** Steps as they are written, each of one kind. */
export function expandDerive(written: Json | undefined, source: StudyText): readonly DeriveChoice[] {
  return ((written ?? []) as readonly { readonly [key: string]: Json }[]).map(({ name, ...kinds }, i) => {
    const [step, ...others] = Object.keys(kinds);
    if (step === undefined || others.length > 0) {
      const mend = step === undefined ? `says nothing of how it is made: add one of ${listed(Object.keys(deriveSteps), 20)}` : `is made in ${others.length + 1} ways: make a step of each of ${listed([step, ...others])}`;
      throw new InputError(`${placeOf(source, `/derive/${i}`)}: \`${name as string}\` ${mend}.`);
    }
    return Object.freeze({ name: name as string, step, options: kinds[step] as StepOptions });
  });
}

/** Runs a study's steps on its panel. Throws an InputError that names the line of the step for whatever cannot be made. */
export async function deriveColumns(study: Study, panel: Panel, context: Pick<DeriveContext, "kernels" | "special" | "run">, keep?: KeepStep): Promise<DerivedPanel> {
  const { unit, time } = study.data;
  return derivePanel(panel, study.derive, {
    ...context, unit, time,
    evaluate: (expression, on) => evaluateNumber(parseExpression(expression), on),
    refuse: (i, option, message) => {
      const { name, step } = study.derive[i] as DeriveChoice;
      const pointer = option === "name" ? `/derive/${i}/name` : `/derive/${i}/${step}${option === "" ? "" : `/${option}`}`;
      return new InputError(`${placeOf(study.source, pointer)} (\`${name}\`, ${step}): ${message}`);
    },
  }, keep);
}
