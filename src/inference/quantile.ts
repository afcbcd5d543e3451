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

/** The `count` largest values, ascending. Cost O(n) on average: only these are sorted. */
export function largest(values: Float64Array, count: number): Float64Array {
  const all = values.slice();
  const first = all.length - count;
  select(all, first);
  return all.subarray(first).sort();
}

/** Rearranges so that `all[place]` is what sorting would put there, what is before it no larger, what is after it no smaller. O(n) on average. Hoare (1961), algorithm 65, FIND. */
export function select(all: Float64Array, place: number): void {
  for (let [low, high] = [0, all.length - 1]; low < high; ) {
    const pivot = all[place] ?? NaN;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((all[i] ?? NaN) < pivot) i++;
      while (pivot < (all[j] ?? NaN)) j--;
      if (i > j) break;
      const value = all[i] ?? NaN;
      all[i++] = all[j] ?? NaN;
      all[j--] = value;
    }
    if (j < place) low = i;
    if (place < i) high = j;
  }
}
