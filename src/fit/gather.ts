import { EstimationError } from "../errors.js";
import type { Outline, TaskOutline } from "./outline.js";
import { storedResult } from "./run.js";
import type { Store } from "./store.js";

/** What one store has given to another. */
export interface Gathered {
  /** Tasks whose results were brought in. */
  readonly taken: number;
  /** Tasks whose results both had. */
  readonly known: number;
  /** Keys of results that are cut, changed or foreign: they stay where they are. */
  readonly damaged: readonly string[];
}

/** How many results are under way at once. */
const AT_ONCE = 16;

/** Brings what tasks need from one store into another, where that has nothing that can be trusted. Each is checked. */
export async function gatherResults(tasks: Iterable<Pick<TaskOutline, "key">>, from: Store, into: Store): Promise<Gathered> {
  const damaged: string[] = [];
  let [taken, known] = [0, 0];
  await inTurn([...tasks], async ({ key }) => {
    const bytes = await from.get(key);
    if (bytes === null) return;
    if ((await storedResult(key, into)) !== null) {
      known++;
      return;
    }
    if ((await storedResult(key, { ...from, get: async () => bytes })) === null) {
      damaged.push(key);
      return;
    }
    await into.put(key, bytes);
    taken++;
  });
  return { taken, known, damaged: damaged.sort() };
}

/** What a store has of a study's tasks, in their order. */
export interface Standing {
  readonly done: readonly TaskOutline[];
  /** Tasks that have no predictions, and why. */
  readonly failed: ReadonlyMap<string, EstimationError>;
  /** Neither; a task that needs one that failed is not missing. */
  readonly missing: readonly TaskOutline[];
}

/** Reads and checks every result of a study's tasks. */
export async function standingOf(tasks: Outline, store: Store): Promise<Standing> {
  const found = new Map<string, EstimationError | "done">();
  await inTurn([...tasks.values()], async ({ key }) => {
    const result = await storedResult(key, store);
    if (result !== null) found.set(key, result instanceof EstimationError ? result : "done");
  });
  const failed = new Map<string, EstimationError>();
  for (const task of tasks.values()) {
    const result = found.get(task.key) ?? task.needs.map((key) => failed.get(key)).find((error) => error !== undefined);
    if (result instanceof EstimationError) failed.set(task.key, result);
  }
  const left = [...tasks.values()].filter(({ key }) => !failed.has(key));
  return { failed, done: left.filter(({ key }) => found.has(key)), missing: left.filter(({ key }) => !found.has(key)) };
}

/** Works through a list, some at once. */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of rest) await work(item);
  }));
}
