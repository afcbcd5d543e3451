import type { Kernels } from "../kernels/instance.js";
import { type Piece, type PieceResult, runPiece } from "./piece.js";

/** Runs pieces somewhere: in this thread, in worker threads, in Web Workers. */
export interface Pool {
  readonly threads: number;
  run(piece: Piece, signal: AbortSignal | undefined): Promise<PieceResult>;
  close(): Promise<void>;
}

/** The pool without threads. It lets events through between two pieces. */
export function createSerialPool(kernels: Kernels): Pool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    threads: 1,
    run(piece, signal) {
      const result = last.then(async () => {
        await new Promise((resume) => setTimeout(resume, 0));
        signal?.throwIfAborted();
        return runPiece(kernels, piece);
      });
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
    },
  };
}
