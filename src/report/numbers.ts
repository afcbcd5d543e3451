/** Numbers as tables print them. */

/** So many decimals. Missing and infinite values are a dash; negative zero loses its sign. */
export function decimal(value: number | null | undefined, places: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = value.toFixed(places);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** Four decimals, or as many more, up to ten, as show two figures of the standard error. */
export function placesFor(se: number): number {
  let places = 4;
  for (let unit = 0.001; places < 10 && se > 0 && se < unit; unit /= 10) places++;
  return places;
}

/** 4,200 */
export function integer(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Stars at 1, 5 and 10 per cent. */
export function stars(p: number): string {
  return p < 0.01 ? "***" : p < 0.05 ? "**" : p < 0.1 ? "*" : "";
}
