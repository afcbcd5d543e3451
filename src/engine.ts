import type { Carrier } from "./fit/carrier.js";
import { createSerialPool, type Pool } from "./fit/pool.js";
import { createMemoryStore, type Store } from "./fit/store.js";
import { embeddedKernels } from "./kernels/embedded.js";
import { compileKernels, createKernels } from "./kernels/instance.js";
import type { Engine } from "./pipeline.js";

/** What an engine is put together from; everything may be left out. */
export interface EngineOptions {
  /** Default: this thread. */
  readonly pool?: Pool;
  /** Default: memory, for as long as the engine lives. */
  readonly store?: Store;
  /** Default: the pool. */
  readonly carrier?: Carrier;
}

/** Compiles the kernels and puts an engine together. About 5 ms; close it with `engine.pool.close()`. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const kernels = createKernels(await compileKernels(kernelBytes()));
  return { kernels, pool: options.pool ?? createSerialPool(kernels), store: options.store ?? createMemoryStore(), carrier: options.carrier };
}

/** The kernels' binary, which the package carries in its code. */
export function kernelBytes(): Uint8Array {
  const text = atob(embeddedKernels);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
