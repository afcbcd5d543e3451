import { instantiateSync } from "@assemblyscript/loader";
import type { KernelExports } from "./exports.js";
import { createHeap, type Heap } from "./memory.js";

/** One instance of the kernels with its own memory. Not shared between threads. */
export interface Kernels {
  readonly exports: KernelExports;
  readonly heap: Heap;
  /** The arena's position in an empty instance. */
  readonly base: number;
}

/** Compiles the kernels once; the module may be posted to workers. */
export async function compileKernels(bytes: Uint8Array): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytes as BufferSource);
}

/** Makes an instance with a memory of its own (about 0.3 ms). */
export function createKernels(module: WebAssembly.Module): Kernels {
  // The loader's asynchronous twin makes Node load its whole fetch library.
  const { exports } = instantiateSync(module, {});
  const kernelExports = exports as unknown as KernelExports;
  return { exports: kernelExports, heap: createHeap(kernelExports), base: kernelExports.mark() };
}
