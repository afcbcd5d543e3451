import { taskNames } from "../plan/names.js";
import type { Plan } from "../plan/plan.js";
import type { Task } from "../plan/task.js";
import { costOf } from "./run.js";

/** What is kept of a task where there are too many to keep their rows and designs: enough to divide the work and to follow it. */
export interface TaskOutline {
  readonly key: string;
  /** Keys of the tasks whose predictions it needs. */
  readonly needs: readonly string[];
  /** Rough nanoseconds of one core. */
  readonly cost: number;
  /** As a reader knows it: `table2.3 m`. */
  readonly name: string;
  /** Bytes of its design. */
  readonly bytes: number;
}

/** Distinct tasks by key, each after those that it needs. Some hundred bytes a task. */
export type Outline = ReadonlyMap<string, TaskOutline>;

/** The tasks of plans that are made one after another; of each plan nothing else is kept. */
export function outlineOf(plans: Iterable<Plan>): Outline {
  const outline = new Map<string, TaskOutline>();
  for (const plan of plans) {
    const names = taskNames(plan);
    for (const task of plan.tasks.values()) {
      const { key, needs } = task;
      if (!outline.has(key)) outline.set(key, { key, needs, cost: costOf(task), name: names.get(key) ?? key, bytes: bytesOf(task) });
    }
  }
  return outline;
}

function bytesOf(task: Task): number {
  return task.kind === "stack" ? 0 : 8 * task.design.rows * (task.design.features.length + task.design.groups.length);
}
