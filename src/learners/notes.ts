import type { Notes } from "./learner.js";

/** Notes of several fits, or pieces of one: numbers are added up, lists joined without repeats, texts kept from the first. */
export function mergeNotes(all: readonly Notes[]): Notes {
  const merged: Record<string, Notes[string]> = {};
  for (const notes of all) {
    for (const [name, value] of Object.entries(notes)) {
      const before = merged[name];
      if (typeof value === "number") merged[name] = value + (typeof before === "number" ? before : 0);
      else if (typeof value === "string") merged[name] ??= value;
      else merged[name] = [...new Set([...(Array.isArray(before) ? (before as readonly string[]) : []), ...(value as readonly string[])])];
    }
  }
  return merged;
}
