import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const shared = resolve(import.meta.dirname, "../../../shared");

/** Reference numbers and data lie beside the repository; where they are absent the tests that need them skip. */
export const hasShared = existsSync(`${shared}/reference/README.md`);
export const skipReason = "the reference numbers (../shared) are not here";

if (!hasShared && process.env["CI"] === "true") throw new Error(`In CI ${skipReason}.`);

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names what the file holds
export function sharedJson<T>(file: string): T {
  return JSON.parse(readFileSync(`${shared}/reference/${file}`, "utf8")) as T;
}

export function sharedData(file: string): Uint8Array {
  return readFileSync(`${shared}/data/${file}`);
}
