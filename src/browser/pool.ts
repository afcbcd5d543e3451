import { kernelBytes } from "../engine.js";
import type { Pool } from "../fit/pool.js";
import { type Answer, type AnyPiece, runsOf } from "../fit/remote.js";
import { createSlots, inSlot } from "../fit/slots.js";
import { compileKernels } from "../kernels/instance.js";
import type { Sent } from "./worker.js";

/** How a pool of Web Workers is made up; everything may be left out. */
export interface WorkerPoolOptions {
  /** Default: one for each core that the browser tells of. */
  readonly threads?: number;
  /**
   * Starts a worker that runs `neyman/worker`. The default, `new Worker(new URL("./worker.js", import.meta.url), { type:
   * "module" })`, is what bundlers look for. Where there is one file and no server, start it from a Blob of its text.
   */
  readonly start?: () => Worker;
}

/**
 * A pool of Web Workers, one kernel instance each; they start when they are first needed. Nothing is shared between them
 * unless the page is cross-origin isolated, which it need not be. An aborted piece ends its worker at once.
 *
 * Rejects where there are no Web Workers. A worker that does not start fails the run with what is wrong.
 */
export async function createWorkerPool(options: WorkerPoolOptions = {}): Promise<Pool> {
  if (options.start === undefined && typeof Worker === "undefined") throw new Error("There are no Web Workers here. In Node take `createThreadPool` of neyman/node, or leave the pool out.");
  const { threads = navigator.hardwareConcurrency, start = startBundled } = options;
  const module = await compileKernels(kernelBytes());
  const slots = createSlots(threads);
  const workers = new Set<Worker>();
  const idle: Worker[] = [];
  const begin = (): Worker => {
    const worker = start();
    workers.add(worker);
    send(worker, { module });
    return worker;
  };
  const end = (worker: Worker): void => {
    worker.terminate();
    workers.delete(worker);
  };
  const ask = (piece: AnyPiece, signal: AbortSignal | undefined): Promise<Answer> => inSlot(slots, 0, async () => {
    signal?.throwIfAborted();
    const worker = idle.pop() ?? begin();
    try {
      const answer = await answerOf(worker, piece, signal);
      idle.push(worker);
      return answer;
    } catch (error) {
      end(worker);
      throw error;
    }
  });
  return {
    threads,
    ...runsOf(ask),
    async close() {
      workers.forEach(end);
      idle.length = 0;
    },
  };
}

function startBundled(): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

function send(worker: Worker, message: Sent): void {
  worker.postMessage(message);
}

/** A worker's answer to a piece. Rejects if it dies, cannot be started, or the piece is aborted: it is then of no more use. */
async function answerOf(worker: Worker, piece: AnyPiece, signal: AbortSignal | undefined): Promise<Answer> {
  let abort = (): void => undefined;
  try {
    return await new Promise((resolve, reject) => {
      abort = () => reject(signal?.reason as Error);
      signal?.addEventListener("abort", abort);
      worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
      worker.onerror = (event) => reject(new Error(failureOf(event)));
      send(worker, { piece });
    });
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function failureOf(event: ErrorEvent): string {
  event.preventDefault();
  const { message } = event as { readonly message?: string };
  return `A Web Worker could not be started, or has died${message === undefined || message === "" ? "" : ` (${message})`}. Give \`createWorkerPool\` a \`start\` that makes a worker of neyman/worker, and allow its address in the page's policy (worker-src).`;
}
