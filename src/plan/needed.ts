import type { PlannedSpecification } from "./plan.js";
import type { Task } from "./task.js";

/** Tasks that a specification rests on: those of its nuisances, of twicing, and of combinations the fits that they combine. */
export function neededBy({ repetitions }: PlannedSpecification, tasks: ReadonlyMap<string, Task>): number {
  const needed = new Set<string>();
  const add = (key: string): void => {
    if (needed.has(key)) return;
    needed.add(key);
    tasks.get(key)?.needs.forEach(add);
  };
  const sources = repetitions.flatMap(({ predictions, twicing }) => [...Object.values(predictions), ...Object.values(twicing ?? {})]);
  for (const source of sources) if (source.kind === "task") add(source.key);
  return needed.size;
}
