import { access, constants, mkdir } from "node:fs/promises";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "../errors.js";
import { createNoStore, type Store } from "../fit/store.js";
import { createFolderStore } from "../node/store.js";

/** The store that `--store` names; by default `.neyman` beside the study, or the user's cache where that is read-only. */
export async function openStore(choice: string | undefined, studyFolder: string): Promise<Store> {
  if (choice === "none") return createNoStore();
  if (choice !== undefined) {
    if (!(await isWritable(choice))) throw new InputError(`The store ${choice} cannot be written. Name another folder with --store, or --store none.`);
    return createFolderStore(choice);
  }
  const beside = join(studyFolder, ".neyman");
  if (await isWritable(beside)) return createFolderStore(beside);
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "neyman");
  return (await isWritable(cache)) ? createFolderStore(cache) : createNoStore();
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false; // the caller has the next choice
  }
}

/** `--threads`, or one a core. */
export function threadCount(given: number | undefined): number {
  if (given === undefined) return availableParallelism();
  if (!Number.isInteger(given) || given < 1 || given > 1024) throw new InputError("--threads must be a whole number from 1 to 1024.");
  return given;
}
