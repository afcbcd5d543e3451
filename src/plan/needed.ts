import type { PlannedSpecification, RefusedSpecification } from "./plan.js";
import type { Task } from "./task.js";

/** Keys of the tasks that give a specification its predictions, those of twicing and of benchmarks too. */
export function tasksOf(planned: PlannedSpecification | RefusedSpecification): readonly string[] {
  return "refused" in planned ? [] : [...ownTasks(planned), ...planned.benchmarks.flatMap((benchmark) => tasksOf(benchmark.planned))];
}

/** How many tasks a specification rests on: those of its nuisances, of twicing, and of combinations the fits that they combine. */
export function neededBy(planned: PlannedSpecification, tasks: ReadonlyMap<string, Task>): number {
  const needed = new Set<string>();
  const add = (key: string): void => {
    if (needed.has(key)) return;
    needed.add(key);
    tasks.get(key)?.needs.forEach(add);
  };
  ownTasks(planned).forEach(add);
  return needed.size;
}

/** Of its nuisances and of twicing. */
function ownTasks({ repetitions }: PlannedSpecification): readonly string[] {
  const sources = repetitions.flatMap(({ predictions, twicing }) => [...Object.values(predictions), ...Object.values(twicing ?? {})]);
  return sources.flatMap((one) => (one.kind === "task" ? [one.key] : []));
}
