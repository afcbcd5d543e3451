import { type EfficiencyPiece, type EfficiencyResult, runEfficiencyPiece } from "../efficiency/piece.js";
import type { Kernels } from "../kernels/instance.js";
import { type Piece, type PieceResult, runPiece } from "./piece.js";

/** Runs pieces somewhere: in this thread, in worker threads, in Web Workers. */
export interface Pool {
  readonly threads: number;
  run(piece: Piece, signal: AbortSignal | undefined): Promise<PieceResult>;
  measure<P extends EfficiencyPiece>(piece: P, signal: AbortSignal | undefined): Promise<EfficiencyResult<P>>;
  close(): Promise<void>;
}

/** The pool without threads. It lets events through between two pieces. */
export function createSerialPool(kernels: Kernels): Pool {
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(work: () => T, signal: AbortSignal | undefined): Promise<T> => {
    const result = last.then(async () => {
      await new Promise((resume) => setTimeout(resume, 0));
      signal?.throwIfAborted();
      return work();
    });
    last = result.catch(() => undefined);
    return result;
  };
  return {
    threads: 1,
    run: (piece, signal) => next(() => runPiece(kernels, piece), signal),
    measure: (piece, signal) => next(() => runEfficiencyPiece(kernels, piece), signal),
    async close() {
      await last;
    },
  };
}
