import { availableParallelism } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { Piscina } from "piscina";
import { kernelBytes } from "../engine.js";
import type { EfficiencyPiece, EfficiencyResult } from "../efficiency/piece.js";
import { EstimationError } from "../errors.js";
import type { Piece, PieceResult } from "../fit/piece.js";
import type { Pool } from "../fit/pool.js";
import { compileKernels } from "../kernels/instance.js";
import type { Refusal, WorkerData } from "./worker.js";

/** Milliseconds that `close` waits for threads that are still loading. */
const PATIENCE = 5000;

/** A pool of worker threads, one kernel instance each. They start with the first piece: a run from the store needs none. */
export async function createThreadPool(threads: number = availableParallelism()): Promise<Pool> {
  const workerData: WorkerData = {
    module: await compileKernels(kernelBytes()),
    loaded: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  };
  let piscina: Piscina | null = null;
  const start = (): Piscina =>
    new Piscina({
      filename: new URL("./worker.js", import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      workerData,
    });
  const work = async <T extends object>(piece: Piece | EfficiencyPiece, signal: AbortSignal | undefined): Promise<T> => {
    piscina ??= start();
    const outcome = (await piscina.run(piece, signal === undefined ? {} : { signal })) as T | Refusal;
    if ("refused" in outcome) throw new EstimationError(outcome.refused.code, outcome.refused.message);
    return outcome;
  };
  return {
    threads,
    run: (piece, signal) => work<PieceResult>(piece, signal),
    measure: <P extends EfficiencyPiece>(piece: P, signal: AbortSignal | undefined) => work<EfficiencyResult<P>>(piece, signal),
    async close() {
      if (piscina === null) return;
      // A thread that is ended while it loads its modules takes the whole process with it (Node 20).
      const end = performance.now() + PATIENCE;
      while (Atomics.load(workerData.loaded, 0) < threads && performance.now() < end) await pause(5);
      await piscina.destroy();
    },
  };
}
