import type { Consumer, JsMsg } from "@nats-io/jetstream";
import { setTimeout as pause } from "node:timers/promises";
import { InputError } from "../errors.js";
import { type Carrier, createPoolCarrier } from "../fit/carrier.js";
import type { Pool } from "../fit/pool.js";
import type { FitTask } from "../plan/task.js";
import { createRecordCache, taskOf } from "./assemble.js";
import { attempt, limitOf } from "./attempt.js";
import type { Message } from "./message.js";
import { isPassing, persist } from "./persist.js";
import { keepPresence, type Self } from "./presence.js";
import type { Queue } from "./queue.js";

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

/** Milliseconds that a worker asks for a task at a time. */
const ASK = 5000;
/** Milliseconds before a task that failed is tried again. */
const AGAIN = 200;
/** Milliseconds between two looks for tasks of another numerics. */
const LOOK = 10_000;

/**
 * Takes tasks one at a time a thread until the signal is aborted; then gives back what it holds. Each result is stored
 * before its task is acknowledged, so whatever ends a worker costs the tasks under way and no result.
 * Throws an InputError where this worker can do no task: no memory, a connection that is refused.
 */
export async function work(queue: Queue, options: WorkOptions): Promise<void> {
  const { pool, memory, self, say } = options;
  const carrier = options.carrier ?? createPoolCarrier(pool);
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const held = new Map<string, { readonly message: JsMsg; readonly since: number }>();
  const records = createRecordCache((hash) => persist(() => column(queue, hash), signal), memory);
  const presence = keepPresence(queue, self, () => [...held].map(([key, { since }]) => ({ key, since })), signal);
  void queue.connection.closed().then((error) => end.abort(new InputError(`The connection to ${queue.shown} has ended${error instanceof Error ? ` (${error.message})` : ""}. Start the worker again when the server accepts it.`)));

  const handle = async (message: JsMsg, onFitted: () => void): Promise<void> => {
    const started = performance.now();
    const task = readMessage(message);
    if (task === null) return message.ack(); // out of the queue: to terminate it would leave it there
    const { key, learner } = task;
    held.set(key, { message, since: Date.now() });
    const beat = setInterval(() => message.working(), queue.claim / 3);
    try {
      refuseUnlessFits(task, memory);
      const kind = await attempt(queue, carrier, {
        key, learner, signal, onFitted, delivery: message.info.deliveryCount,
        load: () => taskOf(task, records),
        limit: options.limit ?? limitOf,
      });
      if (kind === "again") message.nak(AGAIN);
      else message.ack();
      presence.count(kind);
      say({ kind, key, milliseconds: performance.now() - started });
    } catch (error) {
      message.nak();
      throw error;
    } finally {
      clearInterval(beat);
      held.delete(key);
    }
  };
  const loop = async (consumer: Consumer): Promise<void> => {
    while (!signal.aborted) {
      const message = await next(consumer, signal);
      if (message !== null) await new Promise<void>((free) => void handle(message, free).catch((error: unknown) => end.abort(error)).finally(free));
    }
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
    const consumer = await persist(() => queue.consumer(), signal);
    await Promise.race([stopped, watchForeign(), ...Array.from({ length: pool.threads }, () => loop(consumer))]);
  } catch (error) {
    end.abort(error);
    for (const { message } of held.values()) message.nak();
    if (!options.signal.aborted) throw error;
  } finally {
    end.abort();
    await presence.leave();
  }
}

async function next(consumer: Consumer, signal: AbortSignal): Promise<JsMsg | null> {
  try {
    return await consumer.next({ expires: ASK });
  } catch (error) {
    if (signal.aborted || !isPassing(error)) throw error;
    await pause(AGAIN, undefined, { signal });
    return null;
  }
}

/** Null: somebody else's. */
function readMessage(message: JsMsg): Message | null {
  try {
    return message.json<Message>();
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
