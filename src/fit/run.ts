import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { learners } from "../learners/registry.js";
import type { Plan } from "../plan/plan.js";
import type { Predictions, Task } from "../plan/task.js";
import { type Carrier, createPoolCarrier } from "./carrier.js";
import { isTrap, kernelFailure, refuseUnlessFinite } from "./failure.js";
import { type Lookup, targetOf } from "./fitTask.js";
import type { Pool } from "./pool.js";
import { stackFit } from "./stack.js";
import { decodeFit, encodeFit, type NuisanceFit, type Store } from "./store.js";

/** How far the fits are. */
export interface FitProgress {
  /** Rough nanoseconds of one core: of all tasks, and of those that are done. */
  readonly work: number;
  readonly done: number;
  /** Of `done`, what was found in the store. */
  readonly found: number;
  readonly tasks: number;
  readonly fitted: number;
  /** Found in the store. */
  readonly stored: number;
}

/** Where fits run and where they are kept. */
export interface FitContext {
  readonly kernels: Kernels;
  readonly pool: Pool;
  readonly store: Store;
  /** What brings fits to where they are done; absent: the pool. */
  readonly carrier?: Carrier | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
}

/** The outcome of each task: its predictions, or why there are none. */
export interface FitResults {
  readonly lookup: Lookup;
  readonly progress: FitProgress;
}

/**
 * Runs the tasks of a plan. Each result goes to the store as soon as it is whole, so an interrupted run loses only
 * the tasks under way. A task that fails with an EstimationError fails those that need it, and no other.
 */
export async function fitPlan(plan: Plan, context: FitContext): Promise<FitResults> {
  const results = new Map<string, NuisanceFit | EstimationError>();
  const lookup = lookupIn(results);
  const progress = createProgress(plan, context.onProgress);
  const carrier = context.carrier ?? createPoolCarrier(context.pool);
  const slots = createSlots(carrier.width);
  const running = new Map<string, Promise<void>>();
  for (const task of plan.tasks.values()) {
    running.set(task.key, runWhenReady(task, running, slots, async () => {
      context.signal?.throwIfAborted();
      results.set(task.key, await resultOf(task, { ...context, carrier }, lookup, progress));
      progress.finish(task);
    }));
  }
  const settled = await Promise.allSettled(running.values());
  const failed = settled.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return { lookup, progress: progress.now() };
}

async function runWhenReady(task: Task, running: ReadonlyMap<string, Promise<void>>, slots: Slots, work: () => Promise<void>): Promise<void> {
  await Promise.all(task.needs.flatMap((key) => running.get(key) ?? []));
  await slots.take();
  try {
    await work();
  } finally {
    slots.give();
  }
}

async function resultOf(task: Task, context: FitContext & { readonly carrier: Carrier }, lookup: Lookup, progress: Progress): Promise<NuisanceFit | EstimationError> {
  const { kernels, store, carrier, signal } = context;
  const stored = await store.get(task.key);
  const known = stored === null ? null : decodeFit(task.key, stored);
  if (known !== null) {
    progress.found(task);
    return known;
  }
  try {
    const target = targetOf(task, kernels, lookup);
    const fit = task.kind === "stack" ? stackFit(task, target, kernels, lookup) : await carrier.fit(task, target, { signal, onPart: (parts) => progress.part(task, parts) });
    refuseUnlessFinite(task, fit);
    await store.put(task.key, encodeFit(task.key, fit));
    progress.fitted();
    return fit;
  } catch (error) {
    if (error instanceof EstimationError) return error;
    if (isTrap(error)) return kernelFailure(task, error.message);
    throw error;
  }
}

function lookupIn(results: ReadonlyMap<string, NuisanceFit | EstimationError>): Lookup {
  return (predictions: Predictions) => {
    if (predictions.kind === "given") return { checkpoints: [0], predictions: [predictions.values], notes: {} };
    const result = results.get(predictions.key);
    if (result instanceof EstimationError) throw result;
    if (result === undefined) throw new Error("A task was asked for before it was run.");
    return result;
  };
}

/** Rough nanoseconds of one core for a task. */
export function costOf(task: Task): number {
  if (task.kind === "stack") return task.labels.length * 100_000;
  const { design, folds } = task;
  const shape = {
    features: design.features.length,
    groups: design.groups.length,
    columns: design.groups.reduce((sum, group) => sum + group.levels, design.features.length),
  };
  const rows = (design.rows * (folds.k - 1)) / folds.k;
  return folds.k * (learners[task.learner]?.cost(task.options, rows, shape) ?? 0);
}

interface Progress {
  found(task: Task): void;
  fitted(): void;
  part(task: Task, parts: number): void;
  finish(task: Task): void;
  now(): FitProgress;
}

function createProgress(plan: Plan, report: ((progress: FitProgress) => void) | undefined): Progress {
  const costs = new Map([...plan.tasks.values()].map((task) => [task.key, costOf(task)]));
  const work = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
  const finished = new Set<string>();
  const partly = new Map<string, number>();
  let fitted = 0;
  let stored = 0;
  let found = 0;
  const now = (): FitProgress => {
    let done = 0;
    for (const [key, cost] of costs) done += cost * (finished.has(key) ? 1 : (partly.get(key) ?? 0));
    return { work, done, found, tasks: plan.tasks.size, fitted, stored };
  };
  report?.(now());
  return {
    now,
    found(task) {
      stored++;
      found += costs.get(task.key) ?? 0;
    },
    fitted() {
      fitted++;
    },
    part(task, parts) {
      partly.set(task.key, (partly.get(task.key) ?? 0) + 1 / parts);
      report?.(now());
    },
    finish(task) {
      finished.add(task.key);
      report?.(now());
    },
  };
}

/** At most so many tasks at once: enough to keep the pool busy, few enough to bound memory. */
interface Slots {
  take(): Promise<void>;
  give(): void;
}

function createSlots(free: number): Slots {
  const waiting: (() => void)[] = [];
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resume) => waiting.push(resume));
    },
    give() {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}
