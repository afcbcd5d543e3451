import { InputError } from "../errors.js";
import { version } from "../version.js";
import type { StudyResult } from "./results.js";

/** Raised when a field changes its meaning: older files are then refused. */
const FORMAT = "neyman-results-2";

/** The text of results.json: all that the writers of tables, figures and the page need. No time, machine or path. */
export function storedResult(result: StudyResult): string {
  return `${JSON.stringify({ format: FORMAT, version, result }, encode)}\n`;
}

/** Reads what `storedResult` wrote; throws an InputError for anything else. `source` names the file. */
export function readStoredResult(text: string, source: string): StudyResult {
  let stored: { readonly format?: unknown; readonly result?: unknown } | null;
  try {
    stored = JSON.parse(text, decode) as typeof stored;
  } catch {
    throw new InputError(`${source} is not whole, or not JSON. Make it again with \`neyman run\`; what was fitted is kept.`);
  }
  if (stored?.format !== FORMAT) throw new InputError(`${source} holds no results that this version can read. Make them again with \`neyman run\`; what was fitted is kept.`);
  return stored.result as StudyResult;
}

/** JSON has no NaN, no infinities and no maps: objects with the one member `$number` or `$map` stand for them. */
function encode(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (value instanceof Map) return { $map: [...value] };
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as unknown as ArrayLike<number>) : value;
}

function decode(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$number" in value) return Number(value.$number);
  return "$map" in value ? new Map(value.$map as readonly (readonly [unknown, unknown])[]) : value;
}
