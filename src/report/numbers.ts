/** Numbers as tables print them. */

/**
 * `digits` decimals, or as many more as show three significant figures of a smaller number, up to eight.
 * Missing and infinite values are a dash.
 */
export function decimal(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  let places = digits;
  while (places < 8 && value !== 0 && Math.abs(value) < 10 ** (2 - places)) places++;
  const text = value.toFixed(places);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** 4,200 */
export function integer(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Stars at 1, 5 and 10 per cent. */
export function stars(p: number): string {
  return p < 0.01 ? "***" : p < 0.05 ? "**" : p < 0.1 ? "*" : "";
}
