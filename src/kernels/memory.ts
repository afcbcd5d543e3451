/** Arrays in a kernel's memory: pointers, copies in and out. The only file that makes views of it. */
import { EstimationError } from "../errors.js";

/** An address in a kernel's linear memory. */
export type Pointer = number & { readonly pointer: true };

/** Arrays that kernels understand. */
export type NumericArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

interface ArrayMaker<A extends NumericArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): A;
  new (length: number): A;
}

/** The three functions of assembly/core/arena.ts. */
export interface Arena {
  readonly memory: WebAssembly.Memory;
  mark(): number;
  release(position: number): void;
  reserve(bytes: number): number;
}

/** Arrays in one instance's memory. */
export interface Heap {
  /** Runs `work`, then frees all that it reserved, also when it throws. */
  scope<T>(work: () => T): T;
  /** Reserves `length` elements with unspecified contents. */
  reserve<A extends NumericArray>(type: ArrayMaker<A>, length: number): Pointer;
  /** Reserves `length` zeros. */
  zeros<A extends NumericArray>(type: ArrayMaker<A>, length: number): Pointer;
  /** Copies an array into the arena. */
  copyIn(array: NumericArray): Pointer;
  /** Copies `length` elements out of the arena. */
  copyOut<A extends NumericArray>(type: ArrayMaker<A>, at: Pointer, length: number): A;
  /** Overwrites the array at `at`. */
  write(at: Pointer, array: NumericArray): void;
}

/** The heap of one kernel instance. */
export function createHeap(arena: Arena): Heap {
  const view = <A extends NumericArray>(type: ArrayMaker<A>, at: number, length: number): A =>
    new type(arena.memory.buffer, at >>> 0, length);

  const reserve = <A extends NumericArray>(type: ArrayMaker<A>, length: number): Pointer => {
    const at = arena.reserve(length * type.BYTES_PER_ELEMENT) >>> 0;
    if (at === 0) throw memoryFull(`${length} numbers more`);
    return at as Pointer;
  };

  const write = (at: Pointer, array: NumericArray): void => {
    view(array.constructor as ArrayMaker<NumericArray>, at, array.length).set(array);
  };

  return {
    reserve,
    write,
    scope(work) {
      const position = arena.mark();
      try {
        return work();
      } finally {
        arena.release(position);
      }
    },
    zeros(type, length) {
      const at = reserve(type, length);
      view(type, at, length).fill(0);
      return at;
    },
    copyIn(array) {
      const at = reserve(array.constructor as ArrayMaker<NumericArray>, array.length);
      write(at, array);
      return at;
    },
    copyOut(type, at, length) {
      const copy = new type(length);
      copy.set(view(type, at, length));
      return copy;
    },
  };
}

/** What a kernel cannot hold costs the rows of the result that need it, not the run. `what`: `least squares of 9 columns`. */
export function memoryFull(what: string): EstimationError {
  return new EstimationError("memory-full", `A kernel's memory is full: no room for ${what}. Use fewer rows or columns, or a smaller learner.`);
}
