import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Store } from "../fit/store.js";

/**
 * A folder of results named by their keys, `ab/abcdef...`. Each is written beside its place and renamed, so a reader
 * sees it whole or not at all, also when two runs write the same (they write the same bytes).
 */
export function createFolderStore(folder: string): Store {
  const fileOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.bin`);
  return {
    async get(key) {
      try {
        return await readFile(fileOf(key));
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
    async has(key) {
      try {
        return (await stat(fileOf(key))).isFile();
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    },
    async put(key, bytes) {
      const file = fileOf(key);
      const part = `${file}.${process.pid}.part`;
      await mkdir(join(folder, key.slice(0, 2)), { recursive: true });
      try {
        await writeFile(part, bytes);
        await rename(part, file);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
  };
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
