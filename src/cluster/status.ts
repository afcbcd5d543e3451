import { EstimationError } from "../errors.js";
import { costOf } from "../fit/run.js";
import type { Store } from "../fit/store.js";
import type { FitTask, Task } from "../plan/task.js";
import { outcomeOf } from "./outcome.js";
import { presentWorkers } from "./presence.js";
import type { Queue } from "./queue.js";

/** How far a study is on a queue. Combinations are left out: whoever runs the study makes them in no time. */
export interface ClusterStatus {
  readonly queue: { readonly name: string; readonly server: string; readonly numerics: string };
  /** Tasks of all studies of this numerics on the queue, those of curves too, which are planned while they run. */
  readonly backlog: { readonly waiting: number; readonly running: number };
  readonly nuisances: {
    readonly distinct: number;
    /** Stored, here or on the server. */
    readonly done: number;
    readonly failed: number;
    /** Queued or being worked on. */
    readonly queued: number;
    /** Not yet given to the queue: nobody runs the study, or what they need is not done. */
    readonly unsent: number;
  };
  /** Of the predicted work, what is done or has failed; from 0 to 1. */
  readonly share: number;
  readonly workers: readonly WorkerStatus[];
  readonly failed: readonly { readonly task: string; readonly message: string }[];
  /** Seconds, by the predicted cost and the workers' threads; null: no worker is there. */
  readonly secondsLeft: number | null;
}

/** One worker. */
export interface WorkerStatus {
  readonly host: string;
  readonly pid: number;
  readonly threads: number;
  readonly numerics: string;
  readonly running: readonly { readonly task: string; readonly seconds: number }[];
}

/** Looks into a queue and the local store for the fits of a plan. `now`: milliseconds since 1970. */
export async function clusterStatus(queue: Queue, plan: Iterable<Task>, local: Store, now: number): Promise<ClusterStatus> {
  const tasks = new Map([...plan].flatMap((task) => (task.kind === "fit" ? [[task.key, task] as const] : [])));
  const [stored, failures, queued, workers, backlogs] = await Promise.all([queue.results.names("fit"), queue.results.names("failed"), queue.queued(), presentWorkers(queue), queue.backlog()]);
  const { waiting: pending, running } = backlogs.find(({ numerics }) => numerics === queue.numerics) ?? { waiting: 0, running: 0 };
  const done = new Set<string>();
  for (const key of tasks.keys()) if (stored.has(key) || (await local.has(key))) done.add(key);
  const failed = [...tasks.values()].filter(({ key }) => failures.has(key) && !done.has(key) && !queued.has(key));
  const waiting = [...tasks.keys()].filter((key) => queued.has(key) && !done.has(key));
  const ended = done.size + failed.length;
  const work = (some: Iterable<FitTask>): number => [...some].reduce((sum, task) => sum + costOf(task), 0);
  const [all, left] = [work(tasks.values()), work([...tasks.values()].filter((task) => !done.has(task.key) && !failed.includes(task)))];
  const threads = workers.filter(({ numerics }) => numerics === queue.numerics).reduce((sum, one) => sum + one.threads, 0);
  return {
    queue: { name: queue.name, server: queue.shown, numerics: queue.numerics },
    backlog: { waiting: pending, running },
    nuisances: { distinct: tasks.size, done: done.size, failed: failed.length, queued: waiting.length, unsent: tasks.size - ended - waiting.length },
    share: all === 0 ? 1 : 1 - left / all,
    workers: workers.map(({ host, pid, threads: own, numerics, running }) => ({
      host, pid, threads: own, numerics,
      running: running.map(({ key, since }) => ({ task: nameOf(tasks.get(key), key), seconds: Math.max(0, Math.round((now - since) / 1000)) })),
    })),
    failed: await Promise.all(failed.map(async (task) => ({ task: nameOf(task, task.key), message: await reasonOf(queue, task.key) }))),
    secondsLeft: left === 0 ? 0 : threads === 0 ? null : Math.ceil(left / threads / 1e9),
  };
}

/** `rf 0a1b2c3d`: the learner, and enough of the key to find it in a worker's log. */
function nameOf(task: FitTask | undefined, key: string): string {
  return `${task === undefined ? "another study's" : task.learner} ${key.slice(0, 8)}`;
}

async function reasonOf({ results }: Queue, key: string): Promise<string> {
  const outcome = await outcomeOf(results, key);
  return outcome instanceof EstimationError ? outcome.message : "It is being tried again.";
}
