import type { KV } from "@nats-io/kv";
import type { ObjectStore } from "@nats-io/obj";

/** Bytes by name, kept by the server. */
export interface Blobs {
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Null: there is nothing of that name. */
  get(name: string): Promise<Uint8Array | null>;
  remove(name: string): Promise<void>;
  /** Names that begin with `prefix` and a dot, without them. */
  names(prefix: string): Promise<ReadonlySet<string>>;
}

/** Bytes of a message that are no contents: subject, headers. */
const MARGIN = 4096;

/** What a server's buckets are, for one `Blobs`. */
export interface Buckets {
  readonly small: KV;
  readonly large: ObjectStore;
  /** Bytes of the longest message that the server takes. */
  readonly limit: number;
  /** Names of the small bucket that match a pattern. */
  readonly names: (pattern: string) => Promise<readonly string[]>;
  /** Takes a name out of the small bucket, without a trace. */
  readonly remove: (name: string) => Promise<void>;
}

/**
 * What fits into one message is an entry of the key-value bucket: 0.3 ms to put and 0.5 ms to get, against 2 and 4 in the
 * object store (bench/README.md). What is longer goes to the object store in parts, and its entry is empty.
 */
export function createBlobs({ small, large, limit, names, remove }: Buckets): Blobs {
  return {
    async put(name, bytes) {
      const fits = bytes.length <= limit - MARGIN;
      if (!fits) await large.putBlob({ name }, bytes);
      await small.put(name, fits ? bytes : new Uint8Array(0));
    },
    async get(name) {
      const entry = await small.get(name);
      if (entry?.operation !== "PUT") return null;
      return entry.value.length > 0 ? entry.value : large.getBlob(name);
    },
    remove,
    async names(prefix) {
      return new Set((await names(`${prefix}.*`)).map((name) => name.slice(prefix.length + 1)));
    },
  };
}
