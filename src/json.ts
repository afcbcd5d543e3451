/** Plain data that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON Schema (draft-07) as plain data. */
export type JsonSchema = { readonly [keyword: string]: Json };

/** JSON text with the keys of every object in code-unit order: equal data gives equal text. */
export function canonicalJson(value: Json): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let text = ""; // put together piece by piece: every key of a plan is made of such texts
  if (Array.isArray(value)) {
    for (const one of value as readonly Json[]) text += text === "" ? canonicalJson(one) : `,${canonicalJson(one)}`;
    return `[${text}]`;
  }
  const record = value as { readonly [key: string]: Json };
  for (const key of Object.keys(record).sort()) text += `${text === "" ? "" : ","}${quoted(key)}:${canonicalJson(record[key] as Json)}`;
  return `{${text}}`;
}

/** What stands in JSON as it is: ASCII without controls, quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
