/** Copies and sorts; ascending, numbers only. */
export function sorted(values: Float64Array): Float64Array {
  return values.slice().sort();
}

/** The p-quantile, 0 <= p <= 1, of ascending values: linear between the order statistics (Hyndman and Fan's type 7, numpy's default). NaN of none. */
export function quantileOf(ascending: Float64Array, p: number): number {
  const position = p * (ascending.length - 1);
  const below = Math.floor(position);
  const low = ascending[below] ?? NaN;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] ?? NaN;
  return low + (position - below) * (high - low);
}
