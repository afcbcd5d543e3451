/** Web Workers: for browsers, and for Deno and Bun, which have them too. */
export { createWorkerPool, type WorkerPoolOptions } from "./pool.js";
