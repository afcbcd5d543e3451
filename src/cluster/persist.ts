import { setTimeout as pause } from "node:timers/promises";
import { InputError } from "../errors.js";

/** Milliseconds before the first further attempt, and at most between two. */
const FIRST = 100;
const LONGEST = 2000;

/**
 * Does what needs the server, again and again while the server is away: a restart or a cut costs time and nothing else.
 * What the server refuses, and what is no matter of the connection, is thrown.
 */
export async function persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let wait = FIRST; ; wait = Math.min(2 * wait, LONGEST)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (isFull(error)) throw new InputError(`The server keeps nothing more: ${(error as Error).message}. Give it room on its disk or raise its limits (max_file_store), then run again: what was fitted is kept.`);
      if (!isPassing(error)) throw error;
      await pause(wait, undefined, { signal });
    }
  }
}

/** Whether the server is away or slow, and may come back. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  if (/^(TimeoutError|RequestError|NoResponders|NoRespondersError|ConnectionError)$/.test(error.name)) return true;
  if (error.name === "JetStreamApiError") return /temporarily unavailable|timeout|no leader|not available/i.test(error.message);
  return cause !== undefined && cause !== error && isPassing(cause);
}

/** Whether the server has no room. */
function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === "JetStreamApiError" && /insufficient (storage|resources|memory)|no space|maximum bytes exceeded|resource limits? exceeded/i.test(error.message);
}
