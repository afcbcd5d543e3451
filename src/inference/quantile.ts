/** Copies and sorts; ascending, numbers only. */
export function sorted(values: Float64Array): Float64Array {
  return values.slice().sort();
}

/** Values a cell of the grid by which `sortedAt` divides them. */
const VALUES_A_CELL = 4;

/**
 * A copy that has at each of `places` what sorting would put there; elsewhere in no order. Cost O(n) in place of a sort's:
 * values are dealt to the cells of a grid, and only cells with one of the places are sorted (all values, where they have no finite range).
 */
export function sortedAt(values: Float64Array, places: readonly number[]): Float64Array {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] ?? NaN);
    high = Math.max(high, values[i] ?? NaN);
  }
  const cells = Math.ceil(values.length / VALUES_A_CELL);
  const scale = (cells - 1) / (high - low);
  if (!(scale > 0 && scale < Infinity)) return sorted(values);
  const ends = new Uint32Array(cells); // where each cell begins, then, once it is dealt, where it ends
  for (let i = 0; i < values.length; i++) {
    const after = Math.trunc(((values[i] ?? NaN) - low) * scale) + 1;
    if (after < cells) ends[after] = (ends[after] ?? 0) + 1;
  }
  for (let cell = 1; cell < cells; cell++) ends[cell] = (ends[cell] ?? 0) + (ends[cell - 1] ?? 0);
  const dealt = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const cell = Math.trunc(((values[i] ?? NaN) - low) * scale);
    const place = ends[cell] ?? 0;
    dealt[place] = values[i] ?? NaN;
    ends[cell] = place + 1;
  }
  for (const place of places) {
    const cell = firstAbove(ends, place);
    dealt.subarray(ends[cell - 1] ?? 0, ends[cell]).sort();
  }
  return dealt;
}

/** The first place whose value is above `value`. */
function firstAbove(ascending: Uint32Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? NaN) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The p-quantile, 0 <= p <= 1, of ascending values: linear between the order statistics (Hyndman and Fan's type 7, numpy's default). NaN of none. */
export function quantileOf(ascending: Float64Array, p: number): number {
  const [below, above] = placesOfQuantile(ascending.length, p);
  const low = ascending[below] ?? NaN;
  const high = ascending[above] ?? NaN;
  return low + (p * (ascending.length - 1) - below) * (high - low);
}

/** The two places between which the p-quantile of `count` values lies. */
export function placesOfQuantile(count: number, p: number): readonly [number, number] {
  const below = Math.floor(p * (count - 1));
  return [below, Math.min(below + 1, count - 1)];
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
