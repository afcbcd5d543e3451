import { DEFAULT_OUTPUT } from "../study/output.js";

/** Numbers as tables print them. */

/** So many decimals. Missing and infinite values are a dash; negative zero loses its sign. */
export function decimal(value: number | null | undefined, places: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = value.toFixed(places);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** `0.0123`, after `sign` where there is one; below the least number that so many decimals can tell from zero, `< 0.0001`. */
export function pValue(p: number, places = 4, sign = ""): string {
  const text = decimal(p, places);
  return Number(text) === 0 ? `< 0.${"0".repeat(places - 1)}1` : sign + text;
}

/** So many decimals as are asked for; else four, or as many more, up to ten, as show two figures of the standard error. */
export function placesFor(se: number, digits: number | null = null): number {
  if (digits !== null) return digits;
  let places = 4;
  for (let unit = 0.001; places < 10 && se > 0 && se < unit; unit /= 10) places++;
  return places;
}

/** 4,200 */
export function integer(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A star for each level that p is below; by default 10, 5 and 1 per cent. */
export function stars(p: number, levels: readonly number[] = DEFAULT_OUTPUT.stars): string {
  return "*".repeat(levels.filter((level) => p < level).length);
}

/** `* p < 0.10, ** p < 0.05.`: what the stars of a table mean; nothing without stars. */
export function starsNote(levels: readonly number[] = DEFAULT_OUTPUT.stars): readonly string[] {
  if (levels.length === 0) return [];
  return [`${levels.map((level, i) => `${"*".repeat(i + 1)} p < ${String(level).length < 4 ? level.toFixed(2) : level}`).join(", ")}.`];
}

/** `= 0.034`, or `< 0.001` where it is below what the draws can tell from zero. */
export function pText(p: number, least: number): string {
  const bound = Math.max(least, 0.0005);
  return p < bound ? `< ${bound < 0.001 ? "0.0005" : String(bound)}` : `= ${p.toFixed(3)}`;
}
