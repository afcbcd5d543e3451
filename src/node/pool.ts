import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { kernelBytes } from "../engine.js";
import type { Piece, PieceResult } from "../fit/piece.js";
import type { Pool } from "../fit/pool.js";
import { compileKernels } from "../kernels/instance.js";

/** A pool of worker threads, one kernel instance each. Workers start with the first piece. */
export async function createThreadPool(threads: number = availableParallelism()): Promise<Pool> {
  const module = await compileKernels(kernelBytes());
  const piscina = new Piscina({
    filename: new URL("./worker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: { module },
  });
  return {
    threads,
    run: (piece: Piece, signal): Promise<PieceResult> => piscina.run(piece, signal === undefined ? {} : { signal }),
    close: () => piscina.destroy(),
  };
}
