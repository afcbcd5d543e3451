/** Pieces that run in another thread: what is sent back, on both sides of the way. */
import { type EfficiencyPiece, type EfficiencyResult, runEfficiencyPiece } from "../efficiency/piece.js";
import { EstimationError } from "../errors.js";
import { createKernels, type Kernels } from "../kernels/instance.js";
import { type Piece, type PieceResult, runPiece } from "./piece.js";

/** All that a pool is asked to run. */
export type AnyPiece = Piece | EfficiencyPiece;

/** What a thread sends back. An error travels as plain data: it loses its class, and sometimes its name, on the way. */
export type Answer =
  | { readonly result: PieceResult | EfficiencyResult<EfficiencyPiece> }
  | { readonly refused: { readonly code: string; readonly message: string } }
  | { readonly failed: { readonly name: string; readonly message: string; readonly stack: string | undefined } };

/**
 * A thread's own way of running pieces, on kernels of its own. After a trap the instance is thrown away: its memory is
 * not to be trusted.
 */
export function createAnswering(module: WebAssembly.Module): (piece: AnyPiece) => Answer {
  let kernels: Kernels | null = null;
  return (piece) => {
    kernels ??= createKernels(module);
    try {
      return { result: "kind" in piece ? runEfficiencyPiece(kernels, piece) : runPiece(kernels, piece) };
    } catch (error) {
      if (error instanceof EstimationError) return { refused: { code: error.code, message: error.message } };
      kernels = null;
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      return { failed: { name, message, stack } };
    }
  };
}

/** The result in an answer; throws the error that it stands for. */
export function resultIn(answer: Answer): PieceResult | EfficiencyResult<EfficiencyPiece> {
  if ("result" in answer) return answer.result;
  if ("refused" in answer) throw new EstimationError(answer.refused.code, answer.refused.message);
  const { name, message, stack } = answer.failed;
  throw Object.assign(new Error(message), { name, stack });
}

/** The part of a pool that runs pieces, given how one is sent to a thread and its answer waited for. */
export function runsOf(ask: (piece: AnyPiece, signal: AbortSignal | undefined) => Promise<Answer>): {
  run(piece: Piece, signal: AbortSignal | undefined): Promise<PieceResult>;
  measure<P extends EfficiencyPiece>(piece: P, signal: AbortSignal | undefined): Promise<EfficiencyResult<P>>;
} {
  return {
    run: async (piece, signal) => resultIn(await ask(piece, signal)) as PieceResult,
    measure: async <P extends EfficiencyPiece>(piece: P, signal: AbortSignal | undefined) => resultIn(await ask(piece, signal)) as EfficiencyResult<P>,
  };
}
