import type { Task } from "../plan/task.js";

/**
 * The tasks with the longest way to go first, so that a pool ends evenly: each by its own cost and the costliest chain of
 * tasks that need it. A task stands after those that it needs, as in `tasks`. Cost: O(tasks log tasks).
 */
export function costliestFirst(tasks: Iterable<Task>, costOf: (task: Task) => number): readonly Task[] {
  const all = [...tasks];
  const behind = new Map<string, number>();
  for (const task of all.toReversed()) {
    const way = costOf(task) + (behind.get(task.key) ?? 0);
    behind.set(task.key, way);
    for (const key of task.needs) behind.set(key, Math.max(behind.get(key) ?? 0, way));
  }
  return all
    .map((task, i) => ({ task, i, way: behind.get(task.key) ?? 0 }))
    .sort((a, b) => b.way - a.way || a.i - b.i)
    .map(({ task }) => task);
}
