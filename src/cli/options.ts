import { availableParallelism, homedir } from "node:os";
import { join, relative } from "node:path";
import { InputError } from "../errors.js";
import { createNoStore, type Store } from "../fit/store.js";
import { isFolder, isWritableFolder } from "../node/files.js";
import { createFolderStore, createForgivingStore } from "../node/store.js";
import type { PreparedStudy } from "../pipeline.js";
import { placeOf } from "../study/lines.js";

/**
 * The store that `--store` names. With `warn`, one that cannot be read or written costs the run nothing but a word; with
 * null it ends it.
 */
export async function openStore(choice: string | undefined, studyFolder: string, warn: ((message: string) => void) | null): Promise<Store> {
  const folder = await storeFolder(choice, studyFolder);
  if (folder === null) return createNoStore();
  const store = createFolderStore(folder);
  return warn === null ? store : createForgivingStore(store, warn);
}

/** The folder of `--store`, null for `none`; by default `.neyman` beside the study, or the user's cache where that cannot be made. */
export async function storeFolder(choice: string | undefined, studyFolder: string): Promise<string | null> {
  if (choice === "none") return null;
  if (choice !== undefined) {
    if (!(await isUsable(choice))) throw new InputError(`--store: no files can be made in ${choice}. Name another folder, or none.`);
    return choice;
  }
  const beside = join(studyFolder, ".neyman");
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "neyman");
  return (await isUsable(beside)) ? beside : (await isUsable(cache)) ? cache : null;
}

/** A folder that is there is of use, even if it can only be read. */
async function isUsable(folder: string): Promise<boolean> {
  return (await isFolder(folder)) || isWritableFolder(folder);
}

/** Refuses texts that are empty, as `--out "$UNSET"` gives. */
export function refuseEmpty(given: { readonly study: string; readonly out?: string | undefined; readonly store: string | undefined }): void {
  if (given.study === "") throw new InputError("The name of the study file is empty.");
  for (const option of ["out", "store"] as const) {
    if (given[option] === "") throw new InputError(`--${option} is empty. Name a folder, or leave the option out.`);
  }
}

/** `--threads`, or one a core. */
export function threadCount(given: number | undefined): number {
  if (given === undefined) return availableParallelism();
  if (!Number.isInteger(given) || given < 1 || given > 1024) throw new InputError("--threads must be a whole number from 1 to 1024.");
  return given;
}

/** A path as the user would write it: relative where it lies below the current folder. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== "" && !near.startsWith("..") ? near : path;
}

/** Throws where no specification at all can be estimated: then nothing is fitted and nothing written. */
export function refuseIfNothingIsLeft({ study, plan }: PreparedStudy): void {
  const refused = plan.specifications.flatMap((planned) => ("refused" in planned ? [planned] : []));
  const [first] = refused;
  if (first === undefined || refused.length < plan.specifications.length) return;
  const { table, column } = first.specification;
  const index = study.tables.findIndex((one) => one.id === table);
  const place = `${placeOf(study.source, `/tables/${index}/columns/${column - 1}`)} (table \`${table}\`, column ${column})`;
  const others = refused.length === 1 ? "" : ` None of the ${refused.length} specifications can be estimated; \`neyman plan\` lists the reasons.`;
  throw new InputError(`${place}: ${first.refused.message}${others}`);
}
