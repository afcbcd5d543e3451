import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../errors.js";
import type { Store } from "../fit/store.js";
import { makeFolder } from "./files.js";

/**
 * A folder of results named by their keys, `ab/abcdef...`. Each is written beside its place and renamed, so a reader
 * sees it whole or not at all, also when two runs write the same (they write the same bytes). The folder is made with
 * the first result.
 */
export function createFolderStore(folder: string): Store {
  const fileOf = (key: string): string => join(resolve(folder), key.slice(0, 2), `${key}.bin`);
  return {
    async get(key) {
      try {
        return await readFile(fileOf(key));
      } catch (error) {
        if (isAbsent(error)) return null;
        throw unusable(folder, "read", error);
      }
    },
    async has(key) {
      try {
        return (await stat(fileOf(key))).isFile();
      } catch (error) {
        if (isAbsent(error)) return false;
        throw unusable(folder, "read", error);
      }
    },
    async put(key, bytes) {
      const file = fileOf(key);
      const part = `${file}.${process.pid}.part`;
      try {
        await makeFolder(dirname(file));
        await writeFile(part, bytes);
        await rename(part, file);
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw unusable(folder, "written", error);
      }
    },
  };
}

/** A full disk or a missing permission is the user's to mend, not a fault in the engine. */
function unusable(folder: string, what: string, error: unknown): InputError {
  return new InputError(`The store ${folder} cannot be ${what}: ${(error as Error).message}. Mend it, or name another with --store; what was fitted is kept.`);
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
