import { InputError } from "../errors.js";
import type { Json } from "../json.js";
import { parseExpression, printExpression } from "./where.js";

/** A mapping as it stands in a study file, its shape checked by the schema. */
export type Written = { readonly [key: string]: Json };

/** A text, or nothing. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A mapping; empty where nothing is written. */
export function record(value: Json | undefined): Written {
  return (value ?? {}) as Written;
}

/** A name or a list of names, each once. */
export function several(written: Json | undefined): readonly string[] {
  return [...new Set(typeof written === "string" ? [written] : ((written ?? []) as readonly string[]))];
}

/** A condition in its one written form; null where there is none. Throws what `refuse` makes of a mistake. */
export function canonicalWhere(where: Json | undefined, refuse: (message: string) => InputError): string | null {
  if (typeof where !== "string") return null;
  try {
    return printExpression(parseExpression(where));
  } catch (error) {
    throw error instanceof InputError ? refuse(error.message) : error;
  }
}
