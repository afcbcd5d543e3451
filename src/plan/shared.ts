/**
 * Arrays that workers read without a copy where the host has SharedArrayBuffer, and with one where it has not.
 */
function buffer(bytes: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}

/** Zeros that can be shared. */
export function sharedFloats(length: number): Float64Array {
  return new Float64Array(buffer(length * 8));
}

/** Whole-number zeros that can be shared. */
export function sharedInts(length: number): Int32Array {
  return new Int32Array(buffer(length * 4));
}

/** Row numbers in a shareable array. */
export function sharedRows(rows: ArrayLike<number>): Uint32Array {
  const shared = new Uint32Array(buffer(rows.length * 4));
  shared.set(rows);
  return shared;
}

/** A shareable copy. */
export function shareFloats(values: ArrayLike<number>): Float64Array {
  const shared = sharedFloats(values.length);
  shared.set(values);
  return shared;
}

/** Bytes that can be shared, all 0. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(buffer(length));
}
