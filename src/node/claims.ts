import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Claim } from "../fit/store.js";

/** Milliseconds: between two renewals, and until a claim that is not renewed is taken over (network file systems show changes up to a minute late). */
export interface ClaimTiming {
  readonly renew: number;
  readonly stale: number;
}

const TIMING: ClaimTiming = { renew: 15_000, stale: 120_000 };

/** What a claim's file says, as JSON. */
export interface ClaimText {
  readonly host: string;
  readonly pid: number;
  /** Of the process: pids come again. */
  readonly token: string;
  /** When the process began, in milliseconds since 1970. */
  readonly started: number;
}

/** This process, in the names of its unfinished files and in its claims. */
export const TOKEN = randomUUID().slice(0, 8);

const OWN: ClaimText = { host: hostname(), pid: process.pid, token: TOKEN, started: Math.round(performance.timeOrigin) };

/** Files of the claims that this process holds. */
const held = new Set<string>();
let renewal: NodeJS.Timeout | null = null;
process.on("exit", () => held.forEach((file) => rmSync(file, { force: true })));

/**
 * Claims as files, made with exclusive create, renewed by their time of change, taken over by rename: what every file
 * system has, those of networks too. A claim is stale where its process is gone from this machine, where nobody has
 * renewed it for `stale` while this one looked on (by its own clock), or by the file's date for five times as long.
 * Two processes may take over the same stale claim; then the task is fitted twice.
 */
export function createClaims(timing: ClaimTiming = TIMING): (file: string) => Promise<Claim | null> {
  const seen = new Map<string, { readonly changed: number; readonly at: number }>();

  const isStale = async (file: string): Promise<boolean> => {
    const claim = await claimIn(file);
    if (claim !== null && isGone(claim)) return true;
    const changed = await stat(file).then(({ mtimeMs }) => mtimeMs, () => null);
    if (changed === null) return false; // given back meanwhile: its task is stored, or free at the next look
    const before = seen.get(file);
    if (before?.changed !== changed) seen.set(file, { changed, at: performance.now() });
    else if (performance.now() - before.at > timing.stale) return true;
    return Date.now() - changed > 5 * timing.stale;
  };

  return async (file) => {
    try {
      await writeFile(file, JSON.stringify(OWN), { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (!(await isStale(file))) return null;
      seen.delete(file);
      const part = `${file}.${TOKEN}.part`;
      await writeFile(part, JSON.stringify(OWN));
      await rename(part, file);
    }
    hold(file, timing.renew);
    return { release: () => letGo(file) };
  };
}

function hold(file: string, renew: number): void {
  held.add(file);
  renewal ??= setInterval(() => {
    const now = new Date();
    held.forEach((one) => void utimes(one, now, now).catch(() => undefined)); // taken over, or no longer reachable: at worst a task is fitted twice
  }, renew).unref();
}

async function letGo(file: string): Promise<void> {
  held.delete(file);
  if (held.size === 0 && renewal !== null) {
    clearInterval(renewal);
    renewal = null;
  }
  await rm(file, { force: true }).catch(() => undefined);
}

/** Who made a claim; null where that cannot be read (yet). */
export async function claimIn(file: string): Promise<ClaimText | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as ClaimText;
  } catch {
    return null;
  }
}

/** Whether a claim is of a process of this machine that has ended. */
export function isGone({ host, pid, token }: ClaimText): boolean {
  if (host !== OWN.host) return false;
  if (pid === OWN.pid) return token !== OWN.token;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
