import type { TaskOutline } from "./outline.js";

/** One of several parts of a study; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What the cut depends on. */
type Costed = Pick<TaskOutline, "key" | "needs" | "cost">;
type Tasks = ReadonlyMap<string, Costed>;
type Needing = Pick<TaskOutline, "key" | "needs">;

/**
 * Cuts tasks into parts of about equal cost, each of which can be fitted alone: with a task come those that it needs, so
 * one that is needed in two parts stands in both. The cut follows from the tasks alone: machines agree on it without
 * talking. Dearest first, a task that no other needs goes where it adds least while the part stays within its share, else
 * to the part that ends least loaded (Graham 1969, "Bounds on Multiprocessing Timing Anomalies"). O(tasks x count).
 */
export function shardsOf<T extends Costed>(tasks: ReadonlyMap<string, T>, count: number): readonly ReadonlyMap<string, T>[] {
  const costIn = (keys: Iterable<string>): number => [...keys].reduce((sum, key) => sum + (tasks.get(key)?.cost ?? 0), 0);
  const share = costIn(tasks.keys()) / count;
  const parts = Array.from({ length: count }, () => ({ load: 0, keys: new Set<string>() }));
  const ends = endsOf(tasks).map((task) => ({ key: task.key, keys: withNeeds(task, tasks) })).map((end) => ({ ...end, cost: costIn(end.keys) }));
  ends.sort((a, b) => b.cost - a.cost || (a.key < b.key ? -1 : 1));
  for (const { keys } of ends) {
    const added = parts.map((part) => costIn(keys.filter((key) => !part.keys.has(key))));
    const loads = parts.map(({ load }, i) => load + (added[i] ?? 0));
    const roomy = parts.map((_, i) => i).filter((i) => (loads[i] ?? 0) <= share);
    const best = roomy.length > 0 ? leastOf(roomy, (i) => added[i] ?? 0, (i) => loads[i] ?? 0) : leastOf([...parts.keys()], (i) => loads[i] ?? 0, (i) => added[i] ?? 0);
    const part = parts[best];
    if (part === undefined) throw new RangeError("The number of shards must be 1 or more.");
    part.load = loads[best] ?? 0;
    keys.forEach((key) => part.keys.add(key));
  }
  return parts.map(({ keys }) => new Map([...tasks].filter(([key]) => keys.has(key))));
}

/** Tasks that no other needs. */
function endsOf(tasks: Tasks): readonly Costed[] {
  const needed = new Set([...tasks.values()].flatMap((task) => task.needs));
  return [...tasks.values()].filter((task) => !needed.has(task.key));
}

/** A task's key and those of all that it needs, directly or not; never twice. */
export function withNeeds(task: Needing, tasks: ReadonlyMap<string, Needing>): readonly string[] {
  const keys = new Set([task.key]);
  for (const key of keys) tasks.get(key)?.needs.forEach((need) => keys.add(need)); // a Set visits what is added on the way
  return [...keys].filter((key) => tasks.has(key));
}

/** The first with the least of one measure, and of the other among equals. */
function leastOf(indices: readonly number[], first: (index: number) => number, second: (index: number) => number): number {
  return indices.reduce((best, index) => (first(index) - first(best) || second(index) - second(best)) < 0 ? index : best);
}
