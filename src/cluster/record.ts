import { sharedBytes } from "../plan/shared.js";

/**
 * Plain data with typed arrays in it, as bytes: one line of JSON in which each array is `{ "@": kind, at, length }`, padded
 * to a multiple of 8, then the arrays, each at a multiple of 8 behind it, little-endian.
 */
export function encodeRecord(value: unknown): Uint8Array {
  const arrays: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  const line = JSON.stringify(value, (_, part: unknown) => {
    const kind = kindOf(part);
    if (kind === null) return part;
    const array = part as Numbers;
    const at = size;
    arrays.push({ at, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    size += padded(array.byteLength);
    return { "@": kind, at, length: array.length };
  });
  const head = new TextEncoder().encode(`${line}\n`);
  const start = padded(head.length);
  const record = new Uint8Array(start + size).fill(SPACE, 0, start);
  record.set(head);
  for (const { at, bytes } of arrays) record.set(bytes, start + at);
  return record;
}

/** Reads what `encodeRecord` wrote; arrays lie in memory that threads can share. */
export function decodeRecord(bytes: Uint8Array): unknown {
  const end = bytes.indexOf(NEWLINE) + 1;
  const start = padded(end);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)), (_, part: unknown) => {
    if (!isPlace(part)) return part;
    const make = KINDS[part["@"]];
    const shared = sharedBytes(part.length * make.BYTES_PER_ELEMENT);
    shared.set(bytes.subarray(start + part.at, start + part.at + shared.length));
    return new make(shared.buffer as ArrayBuffer); // or a SharedArrayBuffer: the types tell them apart, the constructors do not
  });
}

type Numbers = Float64Array | Int32Array | Uint32Array;
type Kind = keyof typeof KINDS;

interface Place {
  readonly "@": Kind;
  readonly at: number;
  readonly length: number;
}

const KINDS = { f64: Float64Array, i32: Int32Array, u32: Uint32Array } as const;
const NEWLINE = 0x0a;
const SPACE = 0x20;

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function kindOf(value: unknown): Kind | null {
  if (value instanceof Float64Array) return "f64";
  if (value instanceof Int32Array) return "i32";
  return value instanceof Uint32Array ? "u32" : null;
}

function isPlace(value: unknown): value is Place {
  return typeof value === "object" && value !== null && "@" in value;
}
