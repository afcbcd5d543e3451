import { added, type Matrix, scaled, transposed } from "../../fit/matrix.js";
import { crossProducts } from "../../fit/residuals.js";
import { numberOf } from "../../kernels/identity.js";
import { createMemo } from "../../plan/memo.js";
import type { ConleyErrors } from "./setting.js";
import type { Spatial } from "./spatial.js";

/**
 * Conley (1999, Journal of Econometrics 92): sum over pairs of rows of K(distance) u_i u_j', u the influence. In a panel
 * as Hsiang (2010, PNAS 107) and Stata's acreg: pairs of one period by distance, and pairs of one unit in different
 * periods by the Bartlett kernel in time up to `lags`. With `correction` times n / (n - k), so that a cutoff which
 * reaches no other row gives hc1. Need not be positive semidefinite.
 * Cost O(n log n + pairs in bands): rows are sorted by latitude within periods and compared while latitudes are within
 * reach. Some 6 ns for such a pair, under bartlett 40 more for a near one: 50,000 rows of one period spread over 30
 * degrees take a second with a cutoff of 300 km, ten and more where every row is in reach of every other; less for further
 * estimates of the same sample, whose pairs are known.
 */
export function conleyCovariance(influence: readonly Float64Array[], { spatial, panel, correction, parameters }: ConleyErrors): Matrix {
  const n = influence[0]?.length ?? 0;
  const near = crossProducts(influence, nearSums(influence, spatial, panel?.periods ?? null));
  const spread = added(crossProducts(influence, influence), added(near, transposed(near)));
  const total = panel === null || panel.lags === 0 ? spread : added(spread, serialTerm(influence, panel));
  return scaled(total, correction ? n / (n - parameters) : 1);
}

/** By row i: sum of K(i, j) u_j over the rows j of its period that come later in the order of latitude. */
function nearSums(influence: readonly Float64Array[], spatial: Spatial, periods: Int32Array | null): readonly Float64Array[] {
  const { order, pairs } = arranged(spatial, periods === null ? "" : String(numberOf(periods)), () => arrangementOf(spatial, periods ?? new Int32Array(spatial.latitude.length)));
  const sums = influence.map((column) => new Float64Array(column.length));
  for (const some of pairs()) {
    for (let l = 0; l < influence.length; l += 2) {
      const [a, b = a] = influence.slice(l, l + 2) as [Float64Array, Float64Array?];
      const [sumsA, sumsB = sumsA] = sums.slice(l, l + 2) as [Float64Array, Float64Array?];
      addSums(a, b, order, some, sumsA, sumsB);
    }
  }
  return sums;
}

/** Rows in the order in which they are compared, and all pairs of them that are near, list by list. */
interface Arrangement {
  readonly order: Uint32Array;
  readonly pairs: () => Iterable<Pairs>;
}

/** By place in the order, from `first` on: the later rows that are near, with their weights; one after another, each up to its end. */
interface Pairs {
  readonly first: number;
  readonly ends: Uint32Array;
  readonly rows: Uint32Array;
  readonly weights: Float64Array;
}

/** It depends on places and periods alone, so all estimates of one sample share it. */
const arranged = createMemo<Arrangement>();

/** Pairs that are remembered, or known at a time: 50 MB. More are found again for each estimate. */
const MOST_PAIRS = 4e6;

function arrangementOf(spatial: Spatial, periods: Int32Array): Arrangement {
  const order = orderBy(periods, spatial.latitude);
  const ends = bandEnds(sortedBy(order, spatial.latitude), periodEnds(order, periods), spatial.reach);
  const [x, y, z] = spatial.points.map((column) => sortedBy(order, column)) as [Float64Array, Float64Array, Float64Array];
  const [rows, weights] = [new Uint32Array(MOST_PAIRS + order.length), new Float64Array(MOST_PAIRS + order.length)];
  const from = (first: number): Pairs => {
    const found = new Uint32Array(order.length - first);
    let [place, pairs] = [first, 0];
    for (; place < order.length && pairs <= MOST_PAIRS; place++) {
      const count = findNear(x, y, z, place, ends[place] ?? 0, spatial, rows.subarray(pairs), weights.subarray(pairs));
      found[place - first] = pairs += count;
    }
    for (let m = 0; m < pairs; m++) rows[m] = order[rows[m] ?? 0] ?? 0;
    return { first, ends: found.subarray(0, place - first), rows, weights };
  };
  const { ends: all } = from(0);
  if (all.length < order.length) return { order, pairs: () => inTurn(from, order.length) };
  const known = { first: 0, ends: all, rows: rows.slice(0, all.at(-1)), weights: weights.slice(0, all.at(-1)) };
  return { order, pairs: () => [known] };
}

function* inTurn(from: (first: number) => Pairs, places: number): Iterable<Pairs> {
  for (let first = 0; first < places; ) {
    const pairs = from(first);
    yield pairs;
    first += pairs.ends.length;
  }
}

function sortedBy(order: Uint32Array, column: Float64Array): Float64Array {
  return Float64Array.from(order, (row) => column[row] ?? NaN);
}

/** Lists the points i+1 .. end-1 that are near point i, with their weights; returns how many. The inner loop of all pairs. */
// eslint-disable-next-line max-params -- no object is made or looked into for a pair
function findNear(x: Float64Array, y: Float64Array, z: Float64Array, i: number, end: number, { limit, weight }: Spatial, indices: Uint32Array, weights: Float64Array): number {
  const [xi, yi, zi] = [x[i] as number, y[i] as number, z[i] as number];
  let count = 0;
  for (let j = i + 1; j < end; j++) {
    const dx = xi - (x[j] as number);
    const dy = yi - (y[j] as number);
    const dz = zi - (z[j] as number);
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared > limit) continue;
    indices[count] = j;
    weights[count++] = weight(squared);
  }
  return count;
}

/** Of two columns at once: neither waits for the other's additions. */
function addSums(a: Float64Array, b: Float64Array, order: Uint32Array, { first, ends, rows, weights }: Pairs, sumsA: Float64Array, sumsB: Float64Array): void {
  for (let [i, m] = [0, 0]; i < ends.length; i++) {
    const end = ends[i] as number;
    let [sumA, sumB] = [0, 0];
    for (; m < end; m++) {
      const row = rows[m] as number;
      const weight = weights[m] as number;
      sumA += weight * (a[row] as number);
      sumB += weight * (b[row] as number);
    }
    const own = order[first + i] as number;
    sumsA[own] = sumA;
    sumsB[own] = sumB;
  }
}

/** By place in the order: where its period ends, or latitudes are out of reach. */
function bandEnds(latitude: Float64Array, ends: Uint32Array, reach: number): Uint32Array {
  let band = 0;
  return ends.map((end, i) => {
    band = Math.max(band, i + 1);
    while (band < end && (latitude[band] ?? NaN) <= (latitude[i] ?? NaN) + reach) band++;
    return band;
  });
}

/** Rows by period, then latitude, then row. */
function orderBy(periods: Int32Array, latitude: Float64Array): Uint32Array {
  const order = Uint32Array.from(periods, (_, row) => row);
  return order.sort((a, b) => (periods[a] ?? 0) - (periods[b] ?? 0) || (latitude[a] ?? 0) - (latitude[b] ?? 0) || a - b);
}

/** By place in the order: where its period ends. */
function periodEnds(order: Uint32Array, periods: Int32Array): Uint32Array {
  const ends = new Uint32Array(order.length);
  for (let i = order.length - 1; i >= 0; i--) {
    const isLast = periods[order[i] ?? 0] !== periods[order[i + 1] ?? -1];
    ends[i] = isLast ? i + 1 : (ends[i + 1] ?? 0);
  }
  return ends;
}

/** sum over pairs of one unit in different periods of (1 - |lag| / (lags + 1)) u_i u_j'. */
function serialTerm(influence: readonly Float64Array[], { units, periods, lags }: NonNullable<ConleyErrors["panel"]>): Matrix {
  const order = Uint32Array.from(periods, (_, row) => row);
  order.sort((a, b) => (units.codes[a] ?? 0) - (units.codes[b] ?? 0) || (periods[a] ?? 0) - (periods[b] ?? 0) || a - b);
  const later = influence.map((column) => new Float64Array(column.length));
  order.forEach((row, i) => {
    for (let j = i + 1; j < order.length; j++) {
      const other = order[j] ?? 0;
      const lag = (periods[other] ?? 0) - (periods[row] ?? 0);
      if (units.codes[other] !== units.codes[row] || lag > lags) break;
      if (lag > 0) later.forEach((sum, l) => (sum[row] = (sum[row] ?? 0) + (1 - lag / (lags + 1)) * (influence[l]?.[other] ?? NaN)));
    }
  });
  const half = crossProducts(influence, later);
  return added(half, transposed(half));
}
