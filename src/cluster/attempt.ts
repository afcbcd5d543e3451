import { EstimationError, InputError } from "../errors.js";
import type { Carrier } from "../fit/carrier.js";
import { isTrap, kernelFailure, refuseUnlessFinite } from "../fit/failure.js";
import { costOf } from "../fit/run.js";
import { decodeFit } from "../fit/store.js";
import type { FitTask } from "../plan/task.js";
import { encodeFailure, FAILED, failedName, FITTED, fitName } from "./outcome.js";
import { persist } from "./persist.js";
import type { Queue } from "./queue.js";

/** What a worker makes of one delivery of a task. */
export type Outcome = "fitted" | "stored" | "failed" | "again";

/** How often a task may fail inside its kernel, or hang, before its row is given up. */
export const TRIES = 3;
/** How often a worker may vanish with a task before its row is given up: a cut, a kill or a restart is no fault of the task. */
export const DELIVERIES = 10;

/** What one delivery of a task needs. */
export interface Attempt {
  readonly key: string;
  readonly learner: string;
  /** 1 for the first. */
  readonly delivery: number;
  readonly load: () => Promise<{ readonly task: FitTask; readonly target: Float64Array }>;
  /** Milliseconds that the task may take. */
  readonly limit: (task: FitTask) => number;
  /** Does a fit when a thread is free for it. */
  readonly inTurn: <T>(fit: () => Promise<T>) => Promise<T>;
  /** Called when the fit is done, before its result is stored. */
  readonly onFitted: () => void;
  readonly signal: AbortSignal;
}

/** Milliseconds after which a task counts as one that hangs: a hundred times what it was thought to cost, and ten minutes. */
export function limitOf(task: FitTask): number {
  return Math.min(600_000 + Math.ceil((100 * costOf(task)) / 1_000_000), LONGEST);
}

/** The longest that a timer knows: 24 days. */
const LONGEST = 2 ** 31 - 1;

/** Does a task unless its result is there, stores what comes of it, and says so. Never throws for a fault of the task. */
export async function attempt(queue: Queue, carrier: Carrier, { key, learner, delivery, load, limit, inTurn, onFitted, signal }: Attempt): Promise<Outcome> {
  const { results, connection } = queue;
  const lasting = <T>(work: () => Promise<T>): Promise<T> => persist(work, signal);
  const tell = (word: string): void => connection.publish(queue.doneSubject(key), word);

  const give = async (error: EstimationError): Promise<Outcome> => {
    await lasting(() => results.put(failedName(key), encodeFailure(error)));
    tell(FAILED);
    return "failed";
  };

  const isStored = async (): Promise<boolean> => {
    const bytes = await lasting(() => results.get(fitName(key)));
    return bytes !== null && decodeFit(key, bytes) !== null;
  };
  const found = (): Outcome => {
    tell(FITTED);
    return "stored";
  };

  const loaded = load(); // on its way while it is looked for a result
  loaded.catch(() => undefined); // thrown where it is awaited
  const looked = performance.now();
  if (await isStored()) return found();
  if (delivery > DELIVERIES) return give(new EstimationError("worker-lost", `The workers that took this nuisance vanished ${DELIVERIES} times. It may need more memory than they have; their logs may tell. Run again to try it anew.`));
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    const { task, target } = await loaded;
    const fitted = await inTurn(async () => {
      if (performance.now() - looked > queue.claim && (await isStored())) return null; // this worker stood still, and another had its task
      timer = setTimeout(() => late.abort(new Error("it hangs")), limit(task));
      return carrier.fit(task, target, { signal: AbortSignal.any([signal, late.signal]) });
    });
    clearTimeout(timer);
    onFitted();
    if (fitted === null) return found();
    refuseUnlessFinite(task, fitted.fit);
    await lasting(() => results.put(fitName(key), fitted.bytes));
    tell(FITTED);
    return "fitted";
  } catch (error) {
    if (signal.aborted || error instanceof InputError) throw error;
    if (error instanceof EstimationError) return await give(error);
    return delivery < TRIES ? "again" : await give(failureOf(learner, late.signal.aborted ? late.signal.reason : error));
  } finally {
    clearTimeout(timer);
  }
}

function failureOf(learner: string, error: unknown): EstimationError {
  const said = error instanceof Error ? error.message : String(error);
  if (isTrap(error)) return kernelFailure({ learner }, `${said}, ${TRIES} times`);
  return new EstimationError("worker-failure", `The learner ${learner} failed on its workers ${TRIES} times (${said}). Please report it with the study file.`);
}
