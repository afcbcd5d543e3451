import { EstimationError, InputError } from "../errors.js";
import type { Carrier } from "../fit/carrier.js";
import { createSlots, inSlot } from "../fit/slots.js";
import type { EncodedFit, Store } from "../fit/store.js";
import { createKeeper, messageOf } from "./message.js";
import { failedName, FITTED, fitName, outcomeOf } from "./outcome.js";
import { persist } from "./persist.js";
import type { Queue } from "./queue.js";

/** The submitting side of a queue. */
export interface Submitter {
  readonly carrier: Carrier;
  /** A store that looks into the local one, then among the queue's results, which it brings home. */
  storeOver(local: Store): Store;
  close(): void;
}

interface Waiting {
  readonly message: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly settle: (outcome: EncodedFit | EstimationError) => void;
  readonly fail: (error: unknown) => void;
}

/** Tasks that are encoded and sent at once: their columns are in memory twice. */
const SENDING = 32;
/** Results that are fetched at once. */
const FETCHING = 32;
/** Milliseconds between two looks at what is queued and stored: finds what a lost message would have told. */
const SWEEP = 20_000;

/**
 * Publishes tasks and waits for their results. Columns go to the server once a run, under their hashes. That a task is done
 * is said on a subject of its own; whatever is missed while the connection is down is found by looking again.
 */
export async function createSubmitter(queue: Queue, sweepEvery = SWEEP): Promise<Submitter> {
  const { connection, columns, results } = queue;
  const end = new AbortController();
  const waiting = new Map<string, Waiting>();
  const pending = new Map<string, Promise<void>>();
  const [sending, fetching] = [createSlots(SENDING), createSlots(FETCHING)];
  const stop = (error: unknown): void => {
    end.abort(error);
    for (const { fail } of waiting.values()) fail(error);
    waiting.clear();
  };
  const heard = new WeakSet<AbortSignal>();
  /** At a signal its tasks are waited for no longer; workers go on with them. */
  const leaveAt = (signal: AbortSignal | undefined): void => {
    if (signal === undefined || heard.has(signal)) return;
    heard.add(signal);
    signal.addEventListener("abort", () => {
      for (const [key, own] of waiting) if (own.signal === signal && waiting.delete(key)) own.fail(signal.reason);
    }, { once: true });
  };
  const keeper = createKeeper((hash, bytes) => {
    const put = persist(() => columns.put(hash, bytes), end.signal);
    pending.set(hash, put);
    put.then(() => pending.delete(hash), stop);
  });
  const stored = new Set<string>();
  const failed = new Set<string>();

  const settle = async (key: string): Promise<boolean> => {
    const outcome = await inSlot(fetching, 0, () => persist(() => outcomeOf(results, key), end.signal));
    if (outcome === null) return false;
    const own = waiting.get(key);
    waiting.delete(key);
    own?.settle(outcome);
    return true;
  };
  const sweep = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const queued = await persist(() => queue.queued(), end.signal);
    const lost = [...waiting.keys()].filter((key) => !queued.has(key));
    await Promise.all(lost.map(async (key) => {
      if (await settle(key)) return;
      const own = waiting.get(key);
      if (own !== undefined) await persist(() => queue.publish(key, own.message), end.signal);
    }));
  };

  const subscription = connection.subscribe(queue.doneSubject("*"), {
    callback: (_, message) => {
      const key = message.subject.slice(message.subject.lastIndexOf(".") + 1);
      if (message.string() === FITTED) stored.add(key);
      if (waiting.has(key)) settle(key).catch(stop);
    },
  });
  for (const key of await persist(() => results.names("fit"), end.signal)) stored.add(key);
  for (const key of await persist(() => results.names("failed"), end.signal)) failed.add(key);
  const timer = setInterval(() => void sweep().catch(stop), sweepEvery);
  void onReconnect(queue, () => void sweep().catch(stop));
  void connection.closed().then((error) => stop(new InputError(`The connection to ${queue.shown} has ended${error instanceof Error ? ` (${error.message})` : ""}. Run again to go on: what was fitted is kept.`)));

  return {
    carrier: {
      width: Number.POSITIVE_INFINITY,
      fit: (task, target, { signal }) => new Promise((done, refused: (error: unknown) => void) => {
        const { key } = task;
        leaveAt(signal);
        inSlot(sending, 0, async () => {
          end.signal.throwIfAborted();
          signal?.throwIfAborted();
          const message = new TextEncoder().encode(JSON.stringify(messageOf(task, target, keeper)));
          await Promise.all(pending.values());
          if (failed.delete(key)) await persist(() => results.remove(failedName(key)), end.signal);
          signal?.throwIfAborted();
          waiting.set(key, { message, signal, fail: refused, settle: (outcome) => (outcome instanceof EstimationError ? refused(outcome) : done(outcome)) });
          if (stored.has(key) && (await settle(key))) return; // by another run, since this one began
          await persist(() => queue.publish(key, message), end.signal);
        }).catch(refused);
      }),
    },
    storeOver: (local) => ({
      put: (key, bytes) => local.put(key, bytes), // without claims: the queue gives each task to one worker
      has: async (key) => stored.has(key) || local.has(key),
      async get(key) {
        const known = await local.get(key);
        if (known !== null || !stored.has(key)) return known;
        const bytes = await inSlot(fetching, 0, () => persist(() => results.get(fitName(key)), end.signal));
        if (bytes !== null) await local.put(key, bytes);
        return bytes;
      },
    }),
    close() {
      clearInterval(timer);
      subscription.unsubscribe();
      end.abort(new Error("The run has ended."));
    },
  };
}

async function onReconnect({ connection }: Queue, look: () => void): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === "reconnect") look();
  }
}
