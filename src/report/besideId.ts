import type { StudyResult } from "./results.js";

/** The id of a table that one of the study brings with it, such as `main-sample`; `main-sample-2` where another of the study is called so. */
export function besideId({ study }: Pick<StudyResult, "study">, id: string): string {
  const taken = new Set(study.tables.map((table) => table.id));
  let free = id;
  for (let number = 2; taken.has(free); number++) free = `${id}-${number}`;
  return free;
}
