import { canonicalJson, type Json } from "../json.js";
import { sha256Hex } from "./digest.js";

/**
 * Raised whenever the bits of any result change for a reason that no learner's own number covers:
 * folds, random streams, demeaning. Part of every key.
 */
export const NUMERICS = 2;

/** SHA-256 of plain data, in hexadecimal. */
export function hashJson(value: Json): string {
  return sha256Hex(canonicalJson(value));
}

/** SHA-256 of an array's contents. Negative zero counts as zero, and there is one NaN. */
export function hashNumbers(values: Float64Array | Int32Array | Uint32Array): string {
  const own = values instanceof Float64Array ? canonical(values) : values.slice();
  return sha256Hex(new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
}

function canonical(values: Float64Array): Float64Array {
  const own = new Float64Array(values.length);
  for (let i = 0; i < own.length; i++) {
    const value = values[i] ?? NaN;
    own[i] = Number.isNaN(value) ? NaN : value + 0;
  }
  return own;
}

/** The first 64 bits of a hash as two words: the key of a random stream. */
export function streamOf(...parts: readonly Json[]): readonly [number, number] {
  const hash = hashJson([...parts]);
  return [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8, 16), 16)];
}
