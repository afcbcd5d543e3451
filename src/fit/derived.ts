import type { KeepStep } from "../derive/derive.js";
import type { StepReport, StepResult } from "../derive/step.js";
import type { Json } from "../json.js";
import type { Column } from "../panel/panel.js";
import { hashJson, hashNumbers, NUMERICS } from "../plan/keys.js";
import type { DataChoice } from "../study/specification.js";
import { version } from "../version.js";
import { decodeFit, encodeFit, type NuisanceFit, type Store } from "./store.js";

/** Keeps what costly steps of `derive` make in a store, under a key of the step and all columns before it. */
export function keepSteps(store: Store, { unit, time }: Pick<DataChoice, "unit" | "time">): KeepStep {
  return async ({ step, options }, panel, make) => {
    const columns = [...panel.columns].map(([name, column]): Json => [name, ...hashesOf(column)]);
    const key = hashJson({ derived: [NUMERICS, version], step, options, unit, time, columns });
    const stored = await store.get(key);
    const known = stored === null ? null : decodeFit(key, stored);
    if (known !== null) {
      const suffixes = known.notes["suffixes"] as readonly string[];
      const report = JSON.parse(known.notes["report"] as string) as StepReport | null;
      return { columns: new Map(suffixes.map((suffix, i) => [suffix, known.predictions[i] as Float64Array])), report };
    }
    const made = await make();
    await store.put(key, encodeFit(key, asFit(made)));
    return made;
  };
}

/** Columns stand where predictions do. */
function asFit({ columns, report }: StepResult): NuisanceFit {
  const suffixes = [...columns.keys()];
  return { checkpoints: [...suffixes.keys()], predictions: [...columns.values()], notes: { suffixes, report: JSON.stringify(report) } };
}

function hashesOf(column: Column): readonly string[] {
  return column.kind === "number" ? [hashNumbers(column.values)] : [hashNumbers(column.codes), hashJson([...column.levels])];
}
