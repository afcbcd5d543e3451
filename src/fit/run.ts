import { EstimationError } from "../errors.js";
import type { Kernels } from "../kernels/instance.js";
import { learners } from "../learners/registry.js";
import type { Plan } from "../plan/plan.js";
import type { Predictions, Task } from "../plan/task.js";
import type { FitCache } from "./cache.js";
import { type Carrier, createPoolCarrier } from "./carrier.js";
import { isTrap, kernelFailure, refuseUnlessFinite } from "./failure.js";
import { type Lookup, targetOf } from "./fitTask.js";
import { costliestFirst } from "./order.js";
import type { Pool } from "./pool.js";
import { createSlots, inSlot, type Slots } from "./slots.js";
import { stackFit } from "./stack.js";
import { type Claim, decodeFailure, decodeFit, encoded, encodeFailure, type NuisanceFit, type Store } from "./store.js";

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
  /** What earlier plans of the same run left at hand. */
  readonly cache?: FitCache | undefined;
  /** What brings fits to where they are done; absent: the pool. */
  readonly carrier?: Carrier | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

type OnProgress = (progress: FitProgress) => void;

/** Runs the tasks of several plans, of which some may be under way at once. */
export interface Fitter {
  start(plan: Plan, onProgress?: OnProgress): Fits;
}

/** The fits of a plan under way. */
export interface Fits {
  /** The outcome of each task that has ended: its predictions, or throws why there are none. */
  readonly lookup: Lookup;
  /** Waits for these tasks, and so for those that they need. Rejects if the run has failed or was stopped. */
  ready(keys: readonly string[]): Promise<void>;
  /** Waits until nothing runs any more. Rejects if the run has failed or was stopped. */
  finish(): Promise<FitProgress>;
}

/**
 * Runs the tasks of plans; those of the plan that was started first go first, and what one plan is at is not begun by
 * another. Each result goes to the store as soon as it is whole, so an interrupted run loses only the tasks under way. A
 * task that fails with an EstimationError fails those that need it, and no other. What another process is fitting into
 * the same store is left to it, and looked for again later.
 */
export function createFitter(context: Omit<FitContext, "onProgress">): Fitter {
  const carrier = context.carrier ?? createPoolCarrier(context.pool);
  const slots = createSlots(carrier.width);
  const underway = new Map<string, Promise<Result>>();
  let started = 0;
  return {
    start(plan, onProgress) {
      const results = new Map<string, Result>();
      const progress = createProgress(plan, onProgress);
      const running = new Map<string, Promise<void>>();
      const finish = (task: Task, result: Result): void => {
        results.set(task.key, result);
        progress.finish(task);
      };
      const begin = (task: Task): Promise<Result> => {
        const { key } = task;
        const own = runWhenReady(task, started++, running, slots, async () => {
          context.signal?.throwIfAborted();
          const result = await resultOf(task, { ...context, carrier }, results, progress);
          if (result !== null) context.cache?.set(key, result);
          return result;
        });
        const end = (): boolean => underway.delete(key);
        underway.set(key, own);
        own.then(end, end);
        return own;
      };
      for (const task of plan.tasks.values()) {
        const atHand = context.cache?.get(task.key);
        const elsewhere = underway.get(task.key);
        if (atHand !== undefined || elsewhere !== undefined) progress.found(task);
        if (atHand !== undefined) finish(task, atHand);
        else running.set(task.key, (elsewhere ?? begin(task)).then((result) => finish(task, result)));
      }
      const ended = Promise.allSettled(running.values());
      return {
        lookup: lookupIn(results),
        async ready(keys) {
          await Promise.all(keys.flatMap((key) => running.get(key) ?? []));
        },
        async finish() {
          const failed = (await ended).find((outcome) => outcome.status === "rejected");
          if (failed !== undefined) throw failed.reason;
          return progress.now();
        },
      };
    },
  };
}

/** Runs the tasks of one plan, in its order. */
export function startFits(plan: Plan, { onProgress, ...context }: FitContext): Fits {
  return createFitter(context).start(plan, onProgress);
}

/** Runs the tasks of a plan to their end, those first that leave most to do, so that the pool ends evenly. */
export async function fitPlan(plan: Plan, context: FitContext): Promise<{ readonly lookup: Lookup; readonly progress: FitProgress }> {
  const fits = startFits(costliestTasksFirst(plan), context);
  return { progress: await fits.finish(), lookup: fits.lookup };
}

/** The plan with those tasks first that leave most to do. */
export function costliestTasksFirst(plan: Plan): Plan {
  return { ...plan, tasks: new Map(costliestFirst(plan.tasks.values(), costOf).map((task) => [task.key, task])) };
}

/** A task's predictions, or why there are none. */
type Result = NuisanceFit | EstimationError;

/** Milliseconds until a task that another process is at is looked for again: the first time, and at most. */
const FIRST_LOOK = 50;
const LAST_LOOK = 1000;

/**
 * The place goes before: what the first specifications still lack is not kept waiting by the last ones' fits. Where `work`
 * has no result yet, its slot goes to others for a while.
 */
async function runWhenReady(task: Task, place: number, running: ReadonlyMap<string, Promise<void>>, slots: Slots, work: () => Promise<Result | null>): Promise<Result> {
  await Promise.all(task.needs.flatMap((key) => running.get(key) ?? []));
  for (let pause = FIRST_LOOK; ; pause = Math.min(2 * pause, LAST_LOOK)) {
    const result = await inSlot(slots, place, work);
    if (result !== null) return result;
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

/** What a task is brought to its workers by. */
type Carried = FitContext & { readonly carrier: Carrier };

/** Rough nanoseconds from which on a task is worth a claim: one costs up to some milliseconds on a network's file system. */
const WORTH_A_CLAIM = 2e7;

/** Null: another process is at it. */
async function resultOf(task: Task, context: Carried, results: ReadonlyMap<string, Result>, progress: Progress): Promise<Result | null> {
  const { store } = context;
  const stored = async (): Promise<Result | null> => {
    const known = await storedResult(task.key, store);
    if (known !== null) progress.found(task);
    return known;
  };
  const known = await stored();
  if (known !== null) return known;
  if (store.claim === undefined || costOf(task) < WORTH_A_CLAIM) return fit(task, context, results, progress);
  const claim: Claim | null = await store.claim(task.key);
  if (claim === null) return null;
  try {
    return (await stored()) ?? (await fit(task, context, results, progress)); // another process may have stored it just before the claim
  } finally {
    await claim.release();
  }
}

/** What a store has of a task: its fit, or why it has none; null where it has nothing that can be trusted. */
export async function storedResult(key: string, store: Store): Promise<NuisanceFit | EstimationError | null> {
  const bytes = await store.get(key);
  return bytes === null ? null : (decodeFit(key, bytes) ?? decodeFailure(key, bytes));
}

/** The code of a failure that another machine may not have, so it is not kept. */
const OF_MACHINE = "memory-full";

async function fit(task: Task, context: Carried, results: ReadonlyMap<string, Result>, progress: Progress): Promise<Result> {
  const { kernels, store, carrier, signal } = context;
  const lookup = lookupIn(results);
  try {
    const target = targetOf(task, kernels, lookup);
    const { fit: own, bytes } = task.kind === "stack" ? encoded(task.key, stackFit(task, target, kernels, lookup)) : await carrier.fit(task, target, { signal, onPart: (parts) => progress.part(task, parts) });
    refuseUnlessFinite(task, own);
    await store.put(task.key, bytes);
    progress.fitted();
    return own;
  } catch (error) {
    if (error instanceof EstimationError) {
      const isOfNeed = task.needs.some((key) => results.get(key) === error);
      if (!isOfNeed && error.code !== OF_MACHINE) await store.put(task.key, encodeFailure(task.key, error));
      return error;
    }
    if (isTrap(error)) return kernelFailure(task, error.message);
    throw error;
  }
}

function lookupIn(results: ReadonlyMap<string, Result>): Lookup {
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

function createProgress(plan: Plan, report: OnProgress | undefined): Progress {
  const costs = new Map([...plan.tasks.values()].map((task) => [task.key, costOf(task)]));
  const work = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
  const partly = new Map<string, number>(); // of a task that is under way, the cost that is done
  let [done, fitted, stored, found] = [0, 0, 0, 0];
  const cost = (task: Task): number => costs.get(task.key) ?? 0;
  const now = (): FitProgress => ({ work, done: Math.min(done, work), found, tasks: plan.tasks.size, fitted, stored });
  report?.(now());
  return {
    now,
    found(task) {
      stored++;
      found += cost(task);
    },
    fitted() {
      fitted++;
    },
    part(task, parts) {
      const part = cost(task) / parts;
      partly.set(task.key, (partly.get(task.key) ?? 0) + part);
      done += part;
      report?.(now());
    },
    finish(task) {
      done += cost(task) - (partly.get(task.key) ?? 0);
      partly.delete(task.key);
      report?.(now());
    },
  };
}
