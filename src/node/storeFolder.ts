import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { claimIn, type ClaimText, isGone } from "./claims.js";

/** One file of a store. */
export interface StoreFile {
  readonly path: string;
  /** `other`: not ours, never touched. */
  readonly kind: "result" | "claim" | "part" | "other";
  /** Of the task. */
  readonly key: string;
}

/** `ab/abcdef...` with what follows a key: results, claims, and what an ended process has left unfinished. */
const NAME = /^([0-9a-f]{64})\.(bin|claim)(\.[^.]+\.part)?$/;

/** The files of a store's folder, by name; none where there is no folder. */
export async function storeFiles(folder: string): Promise<readonly StoreFile[]> {
  const below = await readdir(folder).catch(() => []);
  const files = await Promise.all(below.sort().map(async (name) => {
    const names = await readdir(join(folder, name)).catch(() => []);
    return names.sort().map((one) => fileAt(join(folder, name, one), one));
  }));
  return files.flat();
}

function fileAt(path: string, name: string): StoreFile {
  const [, key = "", kind, part] = NAME.exec(name) ?? [];
  return { path, key, kind: part !== undefined ? "part" : kind === "bin" ? "result" : kind === "claim" ? "claim" : "other" };
}

/** A task that a process says to be at. */
export interface StandingClaim extends ClaimText {
  readonly key: string;
  /** When the task began, in milliseconds since 1970. */
  readonly since: number;
  /** Its process is gone, as far as this machine can know. */
  readonly gone: boolean;
}

/** Milliseconds without renewal after which a claim is called gone. */
const SILENCE = 600_000;

/** Who is at which task. */
export async function standingClaims(files: readonly StoreFile[]): Promise<readonly StandingClaim[]> {
  const claims = await Promise.all(files.filter(({ kind }) => kind === "claim").map(async ({ path, key }): Promise<readonly StandingClaim[]> => {
    const [text, facts] = await Promise.all([claimIn(path), stat(path).catch(() => null)]);
    if (text === null || facts === null) return [];
    return [{ ...text, key, since: facts.birthtimeMs, gone: isGone(text) || Date.now() - facts.mtimeMs > SILENCE }];
  }));
  return claims.flat();
}

/** Bytes of files and when they were written, by path; what is gone meanwhile is left out. */
export async function factsOf(files: readonly StoreFile[]): Promise<ReadonlyMap<string, { readonly bytes: number; readonly written: number }>> {
  const facts = await Promise.all(files.map(async ({ path }) => [path, await stat(path).catch(() => null)] as const));
  return new Map(facts.flatMap(([path, found]) => (found === null ? [] : [[path, { bytes: found.size, written: found.mtimeMs }] as const])));
}

/** Milliseconds after which an unfinished file or a claim is surely left over. */
const LEFT_OVER = 3_600_000;

/** What can be removed: results of other tasks than `keys`, and old claims and unfinished files. */
export async function removable(files: readonly StoreFile[], keys: ReadonlySet<string>): Promise<readonly StoreFile[]> {
  const facts = await factsOf(files);
  return files.filter(({ path, kind, key }) => {
    if (kind === "result") return !keys.has(key);
    return kind !== "other" && Date.now() - (facts.get(path)?.written ?? Infinity) > LEFT_OVER;
  });
}

/** Removes files; what is gone already is no error. */
export async function removeFiles(files: readonly StoreFile[]): Promise<void> {
  for (const { path } of files) await rm(path, { force: true });
}
