import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Piscina } from "piscina";
import { kernelBytes } from "../engine.js";
import type { Pool } from "../fit/pool.js";
import { type Answer, type AnyPiece, runsOf } from "../fit/remote.js";
import { compileKernels } from "../kernels/instance.js";
import type { WorkerData } from "./worker.js";

/** Milliseconds that `close` waits for threads that are still loading. */
const PATIENCE = 5000;

/** A pool of worker threads, one kernel instance each. They start with the first piece: a run from the store needs none, and loads nothing for them. */
export async function createThreadPool(threads: number = availableParallelism()): Promise<Pool> {
  let started: Promise<Threads> | null = null;
  const ask = async (piece: AnyPiece, signal: AbortSignal | undefined): Promise<Answer> => {
    started ??= startThreads(threads);
    const { piscina } = await started;
    if (signal !== undefined) setMaxListeners(0, signal); // each piece in the queue listens: that is no leak
    return (await piscina.run(piece, signal === undefined ? {} : { signal })) as Answer;
  };
  return {
    threads,
    ...runsOf(ask),
    async close() {
      if (started === null) return;
      const { piscina, loaded } = await started;
      // A thread that is ended while it loads its modules takes the whole process with it (Node 20).
      const end = performance.now() + PATIENCE;
      while (Atomics.load(loaded, 0) < threads && performance.now() < end) await pause(5);
      await piscina.destroy();
    },
  };
}

interface Threads {
  readonly piscina: Piscina;
  readonly loaded: Int32Array;
}

async function startThreads(threads: number): Promise<Threads> {
  const [{ Piscina }, module] = await Promise.all([import("piscina"), compileKernels(kernelBytes())]);
  const workerData: WorkerData = { module, loaded: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
  const piscina = new Piscina({
    filename: new URL("./worker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData,
  });
  return { piscina, loaded: workerData.loaded };
}
