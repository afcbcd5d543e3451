import type { DeriveChoice } from "../derive/derive.js";
import { sourcesOf } from "../study/prepare.js";

/** What was done to columns on the rows of a specification, in words; empty where nothing was. `name`: as tables print a column. */
export function prepareText(prepare: readonly DeriveChoice[], name: (column: string) => string): string {
  if (prepare.length === 0) return "";
  const alike = new Map<string, [DeriveChoice, ...DeriveChoice[]]>();
  for (const choice of prepare) {
    const { column, ...options } = choice.options;
    const key = JSON.stringify([choice.step, column === undefined ? choice.name : null, options]);
    alike.set(key, [...(alike.get(key) ?? []), choice] as [DeriveChoice, ...DeriveChoice[]]);
  }
  const parts = [...alike.values()].map((choices) => partText(choices, name));
  return `On these rows ${parts.join("; ")}. Limits, weights and scores use all of them, held-out rows included.`;
}

function partText(choices: readonly [DeriveChoice, ...DeriveChoice[]], name: (column: string) => string): string {
  const [{ step, options }] = choices;
  const names = choices.map((choice) => name(choice.name)).join(", ");
  if (step === "winsorize") return `${names}: winsorised at percentiles ${Number(options["lower"] ?? 1)} and ${Number(options["upper"] ?? 99)}`;
  if (step === "standardize") return `${names}: standardised`;
  return `${names}: an index (${JSON.stringify(options["method"] ?? (options["weights"] === undefined ? "entropy" : "given")).replaceAll("\"", "")}) of ${choices.flatMap(sourcesOf).map(name).join(", ")}`;
}
