/**
 * Values beyond the p-th and q-th percentile are set to these; missing ones stay. `lower`, `upper`: in per cent, 0 and
 * 100 for no limit on a side. Percentiles are Stata's (the mean of two neighbours where they fall between), as in winsor2.
 */
export function winsorized(values: Float64Array, lower: number, upper: number): Float64Array {
  return heldWithin(values, limitsOf(values, lower, upper));
}

/** The least and the greatest value that stay. */
export interface Limits {
  readonly least: number;
  readonly most: number;
}

/** Values beyond limits are set to these; missing ones stay. */
export function heldWithin(values: Float64Array, { least, most }: Limits): Float64Array {
  const held = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) held[i] = Math.min(Math.max(values[i] ?? NaN, least), most);
  return held;
}

/** The limits that `winsorized` sets. */
export function limitsOf(values: Float64Array, lower: number, upper: number): Limits {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return { least: percentile(sorted, lower), most: percentile(sorted, upper) };
}

function percentile(sorted: Float64Array, p: number): number {
  const last = sorted.length - 1;
  const position = (sorted.length * p) / 100;
  const below = Math.floor(position);
  if (position === below && below > 0 && below <= last) return ((sorted[below - 1] ?? NaN) + (sorted[below] ?? NaN)) / 2;
  return sorted[Math.min(below, last)] ?? NaN;
}
