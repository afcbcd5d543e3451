import { setTimeout as pause } from "node:timers/promises";
import { InputError } from "../errors.js";
import { type Carrier, createPoolCarrier } from "../fit/carrier.js";
import type { Pool } from "../fit/pool.js";
import { createSlots, inSlot } from "../fit/slots.js";
import type { FitTask } from "../plan/task.js";
import { createRecordCache, taskOf } from "./assemble.js";
import { attempt, limitOf, type Outcome } from "./attempt.js";
import type { Message } from "./message.js";
import { persist } from "./persist.js";
import { keepPresence, type Self } from "./presence.js";
import type { Queue } from "./queue.js";
import type { Delivery } from "./tasks.js";

/** How a worker works. */
export interface WorkOptions {
  readonly pool: Pool;
  /** What does the fits; absent: the pool. */
  readonly carrier?: Carrier;
  /** Bytes that columns may take. */
  readonly memory: number;
  /** Milliseconds that a task may take; absent: far more than it was thought to. */
  readonly limit?: (task: FitTask) => number;
  readonly self: Self;
  readonly signal: AbortSignal;
  /** Told of each delivery that has come to an end, and of tasks that are not for this worker. */
  readonly say: (event: WorkEvent) => void;
}

/** What a worker tells of. */
export type WorkEvent =
  | { readonly kind: "fitted" | "stored" | "failed" | "again"; readonly key: string; readonly milliseconds: number }
  | { readonly kind: "foreign"; readonly numerics: string; readonly waiting: number };

/** Milliseconds before a task that failed is tried again. */
const AGAIN = 200;
/** Milliseconds between two looks for tasks of another numerics. */
const LOOK = 10_000;
/** Milliseconds: where fits are shorter, a worker takes as many tasks ahead as it has threads, so that none waits for the server. */
const SHORT = 250;

/** A task that this worker has. */
interface Held {
  readonly delivery: Delivery;
  readonly since: number;
  isFitted: boolean;
}

/**
 * Takes tasks, one a thread and short ones ahead, until the signal is aborted; then gives back what it holds. Each result
 * is stored before its task is acknowledged, so whatever ends a worker costs the tasks under way and no result.
 * Throws an InputError where this worker can do no task: no memory, a connection that is refused.
 */
export async function work(queue: Queue, options: WorkOptions): Promise<void> {
  const { pool, memory, self, say } = options;
  const carrier = options.carrier ?? createPoolCarrier(pool);
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const held = new Map<string, Held>();
  const records = createRecordCache((hash) => persist(() => column(queue, hash), signal), memory);
  const presence = keepPresence(queue, self, () => [...held].map(([key, { since }]) => ({ key, since })), signal);
  void queue.connection.closed().then((error) => end.abort(new InputError(`The connection to ${queue.shown} has ended${error instanceof Error ? ` (${error.message})` : ""}. Start the worker again when the server accepts it.`)));

  const tasks = queue.tasks();
  const slots = createSlots(pool.threads);
  let [asked, usual] = [0, Number.POSITIVE_INFINITY]; // questions under way; milliseconds of a fit
  const hasRoom = (): boolean => {
    const unfitted = [...held.values()].filter(({ isFitted }) => !isFitted).length;
    return !signal.aborted && asked + unfitted < pool.threads * (usual < SHORT ? 2 : 1);
  };
  const inTurn = <T>(fit: () => Promise<T>): Promise<T> => inSlot(slots, 0, async () => {
    const started = performance.now();
    const fitted = await fit();
    const own = performance.now() - started;
    usual = Number.isFinite(usual) ? (usual + own) / 2 : own;
    return fitted;
  });
  const handle = async (delivery: Delivery): Promise<Outcome | "foreign" | "held"> => {
    const started = performance.now();
    const task = readMessage(delivery);
    if (task === null) return "foreign";
    const { key, learner } = task;
    if (held.has(key)) return "held";
    const own: Held = { delivery, since: Date.now(), isFitted: false };
    held.set(key, own);
    const beat = setInterval(() => delivery.working(), queue.claim / 3);
    try {
      refuseUnlessFits(task, memory);
      const kind = await attempt(queue, carrier, {
        key, learner, signal, inTurn, delivery: delivery.count,
        load: () => taskOf(task, records),
        limit: options.limit ?? limitOf,
        onFitted() {
          own.isFitted = true;
          if (usual >= SHORT) fill(); // shorter ones are ahead, and what follows them is asked for when this is acknowledged
        },
      });
      presence.count(kind);
      say({ kind, key, milliseconds: performance.now() - started });
      return kind;
    } finally {
      clearInterval(beat);
      held.delete(key);
    }
  };
  const follow = async (question: Promise<Delivery | null>): Promise<void> => {
    asked++;
    const delivery = await question.finally(() => asked--);
    if (delivery !== null) {
      const outcome = await handle(delivery).catch((error: unknown) => {
        delivery.again(0);
        throw error;
      });
      if (outcome === "again") delivery.again(AGAIN);
      else if (outcome === "held") delivery.working(); // handed out twice, to the same worker: its first delivery ends it
      else if (hasRoom()) begin(tasks.doneAndTake(delivery));
      else delivery.done(); // what is foreign, too: to terminate it would leave it in the queue
    }
    fill();
  };
  const begin = (question: Promise<Delivery | null>): void => void follow(question).catch((error: unknown) => end.abort(error));
  const fill = (): void => {
    while (hasRoom()) begin(tasks.take());
  };
  const watchForeign = async (): Promise<void> => {
    const told = new Set<string>();
    while (!signal.aborted) {
      for (const { numerics, waiting } of await persist(() => queue.backlog(), signal)) {
        if (numerics === queue.numerics || waiting === 0 || told.has(numerics)) continue;
        told.add(numerics);
        say({ kind: "foreign", numerics, waiting });
      }
      await pause(LOOK, undefined, { signal });
    }
  };

  const stopped = new Promise<void>((_, refuse) => signal.addEventListener("abort", () => refuse(signal.reason as Error), { once: true }));
  stopped.catch(() => undefined); // it may come before anything waits for it
  try {
    fill();
    await Promise.race([stopped, watchForeign()]);
  } catch (error) {
    end.abort(error);
    for (const { delivery } of held.values()) delivery.again(0);
    if (!options.signal.aborted) throw error;
  } finally {
    end.abort();
    tasks.close();
    await presence.leave();
  }
}

/** Null: somebody else's. */
function readMessage({ data }: Delivery): Message | null {
  try {
    return JSON.parse(new TextDecoder().decode(data)) as Message;
  } catch {
    return null;
  }
}

async function column({ columns }: Queue, hash: string): Promise<Uint8Array> {
  const bytes = await columns.get(hash);
  if (bytes === null) throw new Error("columns of this task are no longer on the server; run the study again");
  return bytes;
}

function refuseUnlessFits({ bytes }: Message, memory: number): void {
  if (bytes <= memory) return;
  const shown = (size: number): string => `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`;
  throw new InputError(`This worker has no memory for the columns of a task: they take ${shown(bytes)}, and it may use ${shown(memory)}. Start it with more (--memory), or on a larger machine. The task is back in the queue.`);
}
