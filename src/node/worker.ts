import { workerData } from "node:worker_threads";
import { type EfficiencyPiece, type EfficiencyResult, runEfficiencyPiece } from "../efficiency/piece.js";
import { EstimationError } from "../errors.js";
import { type Piece, type PieceResult, runPiece } from "../fit/piece.js";
import { createKernels, type Kernels } from "../kernels/instance.js";

/** What the pool gives each thread. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  /** Counts the threads that have loaded their modules. */
  readonly loaded: Int32Array;
}

const { module, loaded } = workerData as WorkerData;
let kernels: Kernels | null = null;

/** An EstimationError in plain data: errors lose their class on the way between threads. */
export interface Refusal {
  readonly refused: { readonly code: string; readonly message: string };
}

/** Runs a piece on this thread's own kernels. After a trap the instance is thrown away: its memory is not to be trusted. */
export default function work(piece: Piece | EfficiencyPiece): PieceResult | EfficiencyResult<EfficiencyPiece> | Refusal {
  kernels ??= createKernels(module);
  try {
    return "kind" in piece ? runEfficiencyPiece(kernels, piece) : runPiece(kernels, piece);
  } catch (error) {
    if (error instanceof EstimationError) return { refused: { code: error.code, message: error.message } };
    kernels = null;
    throw error;
  }
}

Atomics.add(loaded, 0, 1);
