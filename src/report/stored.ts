import { InputError } from "../errors.js";
import { version } from "../version.js";
import { base64 } from "./base64.js";
import type { StudyResult } from "./results.js";

/** Raised when a field changes its meaning: older files are then refused. */
const FORMAT = "neyman-results-3";

/** The text of results.json: all that the writers of tables, figures and the page need. No time, machine or path. */
export function storedResult(result: StudyResult): string {
  const curves = new Map([...result.curves].map(([id, { rows, failures, inference }]) => [id, { rows: packed(rows), failures, inference: packed(inference) }]));
  return `${JSON.stringify({ format: FORMAT, version, result: { ...result, curves } }, encode)}\n`;
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

const PACKED = { $float64: Float64Array, $uint32: Uint32Array, $uint16: Uint16Array, $uint8: Uint8Array } as const;

/** The long columns of a curve as bytes (little-endian, base64): a tenth of their digits, and exact. */
function packed(value: unknown): unknown {
  const kind = Object.entries(PACKED).find(([, type]) => value instanceof type);
  if (kind !== undefined) {
    const { buffer, byteOffset, byteLength } = value as Float64Array;
    return { [kind[0]]: base64(new Uint8Array(buffer, byteOffset, byteLength)) };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]: [string, unknown]) => [key, packed(member)]));
}

function unpacked(kind: keyof typeof PACKED, text: string): Float64Array | Uint32Array | Uint16Array | Uint8Array {
  return new PACKED[kind](Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
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
  const kind = (Object.keys(PACKED) as (keyof typeof PACKED)[]).find((one) => one in value);
  if (kind !== undefined) return unpacked(kind, (value as Readonly<Record<string, string>>)[kind] ?? "");
  return "$map" in value ? new Map(value.$map as readonly (readonly [unknown, unknown])[]) : value;
}
