import type { Plan, PlannedSpecification } from "./plan.js";
import type { Predictions } from "./task.js";

/** Tasks as a reader knows them: `table2.3 m` by the first specification that needs them, `for table2.3 m` where it is behind a combination. */
export function taskNames({ specifications, tasks }: Plan): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const name = (key: string, text: string): void => {
    if (!names.has(key)) names.set(key, text);
  };
  const nameAll = ({ specification, repetitions, benchmarks }: PlannedSpecification): void => {
    repetitions.forEach(({ predictions, twicing }, r) => {
      const nth = r === 0 ? "" : ` ${r + 1}`;
      const each = (sources: Readonly<Record<string, Predictions>>, also: string): void =>
        Object.entries(sources).forEach(([role, { kind, key }]) => kind === "task" && name(key, `${specification.id} ${role}${nth}${also}`));
      each(predictions, "");
      each(twicing ?? {}, " twicing");
    });
    for (const { planned } of benchmarks) if (!("refused" in planned)) nameAll(planned);
  };
  for (const planned of specifications) if (!("refused" in planned)) nameAll(planned);
  // A task stands after those it needs.
  for (const { key, needs } of [...tasks.values()].reverse()) {
    const text = names.get(key) ?? "";
    needs.forEach((need) => name(need, text.startsWith("for ") ? text : `for ${text}`));
  }
  return names;
}
