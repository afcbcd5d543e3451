import { readFileSync } from "node:fs";
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../errors.js";
import type { Claim, Store } from "../fit/store.js";
import { createClaims, TOKEN } from "./claims.js";
import { makeFolder } from "./files.js";

/** The file of a key's result in a store's folder. */
export function resultFile(folder: string, key: string): string {
  return join(resolve(folder), key.slice(0, 2), `${key}.bin`);
}

/** The file by which a process says that it is at a key's task. */
export function claimFile(folder: string, key: string): string {
  return join(resolve(folder), key.slice(0, 2), `${key}.claim`);
}

/**
 * A folder of results named by their keys, `ab/abcdef...`. Each is written beside its place and renamed, so a reader
 * sees it whole or not at all, also when two runs write the same (they write the same bytes). The folder is made with
 * the first result.
 */
export function createFolderStore(folder: string): Store {
  const claim = createClaims();
  return {
    async get(key) {
      try {
        return readFileSync(resultFile(folder, key)); // a fit waits for it, and to wait asynchronously takes the processor five times as long
      } catch (error) {
        if (isAbsent(error)) return null;
        throw unusable(folder, "read", error);
      }
    },
    async has(key) {
      try {
        return (await stat(resultFile(folder, key))).isFile();
      } catch (error) {
        if (isAbsent(error)) return false;
        throw unusable(folder, "read", error);
      }
    },
    async put(key, bytes) {
      const file = resultFile(folder, key);
      const part = `${file}.${TOKEN}.part`;
      try {
        await within(dirname(file), () => writeFile(part, bytes));
        await rename(part, file);
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw unusable(folder, "written", error);
      }
    },
    async claim(key) {
      const file = claimFile(folder, key);
      return within(dirname(file), () => claim(file)).catch(() => UNCLAIMED); // `put` tells of a folder that cannot be written
    },
  };
}

const UNCLAIMED: Claim = { release: async () => undefined };

/** Does something in a folder, which is made where it is missing. */
async function within<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await makeFolder(folder);
    return work();
  }
}

/**
 * The store of a run that goes on without it: what cannot be read is fitted, what cannot be written is not kept, and
 * `warn` is told the first time.
 */
export function createForgivingStore(store: Store, warn: (message: string) => void): Store {
  let warned = false;
  const forgive = <T>(instead: T) => (error: unknown): T => {
    if (!(error instanceof InputError)) throw error;
    if (!warned) warn(error.message);
    warned = true;
    return instead;
  };
  return {
    ...store,
    get: (key) => store.get(key).catch(forgive(null)),
    has: (key) => store.has(key).catch(forgive(false)),
    put: (key, bytes) => store.put(key, bytes).catch(forgive(undefined)),
  };
}

/** A full disk or a missing permission is the user's to mend, not a fault in the engine. */
function unusable(folder: string, what: string, error: unknown): InputError {
  return new InputError(`The store ${folder} cannot be ${what}: ${(error as Error).message}. Mend it, or name another with --store; what is stored already is kept.`);
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
