import { EstimationError } from "../errors.js";
import type { Notes } from "../learners/learner.js";
import { sha256Hex } from "../plan/digest.js";
import { version } from "../version.js";

/** Keeps fitted nuisances under their keys. Bytes in, bytes out; what they mean is decided here. */
export interface Store {
  get(key: string): Promise<Uint8Array | null>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  has(key: string): Promise<boolean>;
  /**
   * Tells other processes that this one is at a task; null where another is. A task may be fitted twice all the same, to
   * the same bytes. Absent where no other process sees the store.
   */
  readonly claim?: (key: string) => Promise<Claim | null>;
}

/** The word of a process that it is at a task. */
export interface Claim {
  /** Takes it back, whether the task is stored or not. */
  release(): Promise<void>;
}

/** The out-of-fold predictions of one task. */
export interface NuisanceFit {
  readonly checkpoints: readonly number[];
  /** One value a row of the sample; one array a checkpoint, the last is the full fit. */
  readonly predictions: readonly Float64Array[];
  readonly notes: Notes;
}

const FORMAT = "neyman-nuisance-2";
const FAILURE = "neyman-failure-1";

/** A store that lasts as long as the process. */
export function createMemoryStore(): Store {
  const entries = new Map<string, Uint8Array>();
  return {
    get: async (key) => entries.get(key) ?? null,
    put: async (key, bytes) => void entries.set(key, bytes),
    has: async (key) => entries.has(key),
  };
}

/** A store that keeps nothing. */
export function createNoStore(): Store {
  return { get: async () => null, put: async () => undefined, has: async () => false };
}

/** The same store for commands that only look: what is put into it is not kept. */
export function lookingInto(store: Store): Store {
  return { get: (key) => store.get(key), has: (key) => store.has(key), put: async () => undefined };
}

interface Header {
  readonly format: string;
  readonly key: string;
  readonly rows: number;
  readonly checkpoints: readonly number[];
  readonly notes: Notes;
  /** SHA-256 of the rest of the header and the numbers that follow. */
  readonly sha256: string;
}

/** One line of JSON, padded to a multiple of 8 bytes, then the predictions as little-endian doubles. */
export function encodeFit(key: string, fit: NuisanceFit): Uint8Array {
  const rows = fit.predictions[0]?.length ?? 0;
  const numbers = new Float64Array(rows * fit.predictions.length);
  fit.predictions.forEach((values, i) => numbers.set(values, i * rows));
  const body = new Uint8Array(numbers.buffer);
  const facts = { format: FORMAT, key, rows, checkpoints: fit.checkpoints, notes: fit.notes };
  const header: Header = { ...facts, sha256: digest(facts, body) };
  const line = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((line.length + 1) / 8) * 8;
  const bytes = new Uint8Array(start + body.length).fill(0x20, 0, start);
  bytes.set(line);
  bytes[start - 1] = 0x0a;
  bytes.set(body, start);
  return bytes;
}

/** A fit, and what a store keeps of it. */
export interface EncodedFit {
  readonly fit: NuisanceFit;
  readonly bytes: Uint8Array;
}

/** A fit with its bytes. */
export function encoded(key: string, fit: NuisanceFit): EncodedFit {
  return { fit, bytes: encodeFit(key, fit) };
}

/** Reads what `encodeFit` wrote for this key; null for anything else: a truncated, foreign or damaged entry is fitted anew. */
export function decodeFit(key: string, bytes: Uint8Array): NuisanceFit | null {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return null;
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Partial<Header> | null;
  } catch {
    return null; // not ours
  }
  if (header?.format !== FORMAT || header.key !== key) return null;
  const { sha256: expected, ...facts } = header as Header;
  const body = new Uint8Array(bytes.subarray(end + 1)); // a copy with a buffer of its own: Node's Buffer.slice gives none
  if (digest(facts, body) !== expected) return null;
  const { rows, checkpoints, notes } = facts; // as `encodeFit` wrote them, or the digest would be another
  return { checkpoints, predictions: checkpoints.map((_, i) => new Float64Array(body.buffer, 8 * i * rows, rows)), notes };
}

/** One line of JSON: why a task has no predictions. */
export function encodeFailure(key: string, { code, message }: EstimationError): Uint8Array {
  const facts = { format: FAILURE, key, version, code, message };
  return new TextEncoder().encode(`${JSON.stringify({ ...facts, sha256: digest(facts, new Uint8Array(0)) })}\n`);
}

/** Reads what `encodeFailure` wrote for this key; null for anything else. Another version may succeed: it tries again. */
export function decodeFailure(key: string, bytes: Uint8Array): EstimationError | null {
  try {
    const { sha256: expected, ...facts } = JSON.parse(new TextDecoder().decode(bytes)) as Failure;
    if (facts.format !== FAILURE || facts.key !== key || facts.version !== version || digest(facts, new Uint8Array(0)) !== expected) return null;
    return new EstimationError(facts.code, facts.message);
  } catch {
    return null; // no JSON, or `null`
  }
}

interface Failure {
  readonly format: string;
  readonly key: string;
  readonly version: string;
  readonly code: string;
  readonly message: string;
  readonly sha256: string;
}

function digest(facts: Omit<Header, "sha256"> | Omit<Failure, "sha256">, body: Uint8Array): string {
  return sha256Hex(new TextEncoder().encode(JSON.stringify(facts)), body);
}
