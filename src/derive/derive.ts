import { InputError } from "../errors.js";
import type { Panel } from "../panel/panel.js";
import { deriveSteps } from "./registry.js";
import type { DeriveContext, StepOptions, StepReport, StepResult } from "./step.js";

/** One step of a study: what its column is called, and how it is made. */
export interface DeriveChoice {
  readonly name: string;
  readonly step: string;
  readonly options: StepOptions;
}

/** What a step had to say. */
export interface Derivation extends DeriveChoice {
  readonly report: StepReport | null;
}

/** A panel with what the steps made, each from the columns before it. */
export interface DerivedPanel {
  readonly panel: Panel;
  readonly derived: readonly Derivation[];
}

/** What a costly step made of a panel before, or what `make` makes now. */
export type KeepStep = (choice: DeriveChoice, panel: Panel, make: () => Promise<StepResult>) => Promise<StepResult>;

/** Runs steps in their order. `refuse`: as in DeriveContext, with the number of the step (from 0); `keep`: of costly steps. */
export async function derivePanel(
  read: Panel, choices: readonly DeriveChoice[],
  context: Omit<DeriveContext, "panel" | "evaluate" | "refuse"> & { readonly evaluate: (expression: string, panel: Panel) => Float64Array; readonly refuse: (step: number, option: string, message: string) => InputError },
  keep: KeepStep = (_, __, make) => make(),
): Promise<DerivedPanel> {
  let panel = read;
  const derived: Derivation[] = [];
  for (const [i, choice] of choices.entries()) {
    const before = panel;
    const refuse = (option: string, message: string): InputError => context.refuse(i, option, message);
    const step = deriveSteps[choice.step];
    if (step === undefined) throw new Error(`No step ${choice.step}.`);
    const own: DeriveContext = { ...context, panel: before, refuse, evaluate: (expression) => evaluated(expression, before, context.evaluate, refuse) };
    const make = async (): Promise<StepResult> => step.run(choice.options, own);
    const { columns, report } = await (step.costly === true ? keep(choice, before, make) : make());
    const made = [...columns].map(([suffix, values]) => ({ kind: "number" as const, name: choice.name + suffix, values }));
    const taken = made.find(({ name }) => before.columns.has(name));
    if (taken !== undefined) throw refuse("name", `${read.source} has a column \`${taken.name}\` already, or an earlier step made it. Give the new one another name, or take the step out.`);
    panel = { ...before, columns: new Map([...before.columns, ...made.map((column) => [column.name, column] as const)]) };
    derived.push({ ...choice, report });
  }
  return { panel, derived };
}

/** An expression's own mistakes, with the line of the step. */
function evaluated(expression: string, panel: Panel, evaluate: (expression: string, panel: Panel) => Float64Array, refuse: DeriveContext["refuse"]): Float64Array {
  try {
    return evaluate(expression, panel);
  } catch (error) {
    throw error instanceof InputError ? refuse("formula", error.message) : error;
  }
}
