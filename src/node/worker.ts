import { workerData } from "node:worker_threads";
import { createAnswering } from "../fit/remote.js";

/** What the pool gives each thread. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  /** Counts the threads that have loaded their modules. */
  readonly loaded: Int32Array;
}

const { module, loaded } = workerData as WorkerData;

/** Runs a piece on this thread's own kernels. */
export default createAnswering(module);

Atomics.add(loaded, 0, 1);
