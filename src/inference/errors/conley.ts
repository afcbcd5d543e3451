import type { ConleyErrors } from "./setting.js";
import type { Spatial } from "./spatial.js";
import { added, crossProducts, type Matrix, scaled, transposed } from "./sums.js";

/**
 * Conley (1999, Journal of Econometrics 92): sum over pairs of rows of K(distance) u_i u_j', u the influence. In a panel
 * as Hsiang (2010, PNAS 107) and Stata's acreg: pairs of one period by distance, and pairs of one unit in different
 * periods by the Bartlett kernel in time up to `lags`. With `correction` times n / (n - k), so that a cutoff which
 * reaches no other row gives hc1. Need not be positive semidefinite.
 * Cost: rows are sorted by latitude within periods and compared while latitudes are within reach, so a pair costs
 * where it lies in the same band: O(n log n + pairs in bands). All pairs at worst, some 3 seconds for 50,000 rows.
 */
export function conleyCovariance(influence: readonly Float64Array[], { spatial, panel, correction, parameters }: ConleyErrors): Matrix {
  const n = influence[0]?.length ?? 0;
  const periods = panel?.periods ?? new Int32Array(n);
  const near = crossProducts(influence, nearSums(influence, spatial, periods));
  const spread = added(crossProducts(influence, influence), added(near, transposed(near)));
  const total = panel === null || panel.lags === 0 ? spread : added(spread, serialTerm(influence, panel));
  return scaled(total, correction ? n / (n - parameters) : 1);
}

/** By row i: sum of K(i, j) u_j over the rows j of its period that come later in the order of latitude. */
function nearSums(influence: readonly Float64Array[], { latitude, points, reach, weight }: Spatial, periods: Int32Array): readonly Float64Array[] {
  const order = orderBy(periods, latitude);
  const sorted = (column: Float64Array): Float64Array => Float64Array.from(order, (row) => column[row] ?? NaN);
  const [lat, x, y, z] = [latitude, ...points].map(sorted) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const columns = influence.map(sorted);
  const sums = influence.map((column) => new Float64Array(column.length));
  const ends = periodEnds(order, periods);
  order.forEach((row, i) => {
    const furthest = (lat[i] ?? NaN) + reach;
    for (let j = i + 1; j < (ends[i] ?? 0) && (lat[j] ?? NaN) <= furthest; j++) {
      const [dx, dy, dz] = [(x[i] ?? NaN) - (x[j] ?? NaN), (y[i] ?? NaN) - (y[j] ?? NaN), (z[i] ?? NaN) - (z[j] ?? NaN)];
      const share = weight(dx * dx + dy * dy + dz * dz);
      if (share > 0) sums.forEach((sum, l) => (sum[row] = (sum[row] ?? 0) + share * (columns[l]?.[j] ?? NaN)));
    }
  });
  return sums;
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
