import { listed } from "../errors.js";
import type { Specification } from "../study/specification.js";

/** A word about options that were written and do nothing here: a base may hold them for other columns. */
export function unusedNotes({ unused, encode }: Specification): readonly string[] {
  const others = unused.filter((name) => name !== "encode");
  return [
    ...(unused.includes("encode") ? ["`encode` says how `fixedEffects` are removed, and there are none: nothing is removed."] : []),
    ...(others.length === 0 ? [] : [`Without effect in this column (${encode === "none" ? "no fixed effects" : `encode: ${encode}`}): ${listed(others)}.`]),
  ];
}
