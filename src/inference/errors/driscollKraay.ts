import { EstimationError } from "../../errors.js";
import { added, inner, type Matrix, scaled, transposed } from "../../fit/matrix.js";
import { crossProducts } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import { createMemo } from "../../plan/memo.js";
import type { DriscollKraayErrors, Serial } from "./setting.js";
import { clusterSums, countLevels } from "./sums.js";

/**
 * Driscoll and Kraay (1998, Review of Economics and Statistics 80): the sums of influence by period are a time series,
 * whose long-run variance is Newey and West's (1987), Bartlett kernel over `lags`. Robust to any dependence across
 * units; for many periods. A period without rows counts as a sum of zero. Positive semidefinite.
 * With `correction`: T / (T - 1) (n - 1) / (n - k), T the periods that have rows, as fixest and plm ("sss");
 * without: as Stata's xtscc (Hoechle 2007, Stata Journal 7). Cost O(n k + T lags k^2).
 */
export function driscollKraayCovariance(influence: readonly Float64Array[], { serial, correction, parameters }: DriscollKraayErrors): Matrix {
  const { periods, lags } = serial;
  const n = periods.length;
  const present = countPeriods(periods);
  if (present < 2) throw new EstimationError("one-period", "All rows are of one period; driscoll-kraay errors need two at least, and many to be good.");
  const group = groupOf(periods);
  const sums = influence.map((column) => clusterSums(column, group));
  const factor = correction ? (present / (present - 1)) * ((n - 1) / (n - parameters)) : 1;
  return scaled(neweyWest(sums, lags), factor);
}

/** What the weights K of Newey and West, T x T over the periods that have rows, make of T sums. */
export interface PeriodWeights {
  readonly periods: number;
  /** 1'K1 / T^2: what the covariance holds of g g', g the sum over all periods, where each has the same share of it. */
  readonly shareOfMean: number;
  /** Satterthwaite's degrees of freedom of the covariance about the mean, tr(MKM)^2 / tr(MKM MKM), M = I - 11' / T, of independent sums. */
  readonly freedom: number;
}

/** T - 1 degrees of freedom without lags. Cost O(T^2). */
export function periodWeights({ periods, lags }: Serial): PeriodWeights {
  const distinct = [...new Set(periods)];
  const weights = distinct.map((a) => distinct.map((b) => Math.max(0, 1 - Math.abs(a - b) / (lags + 1))));
  const count = distinct.length;
  const byPeriod = weights.map(sum);
  const [total, ofSquares] = [sum(byPeriod), sum(weights.map((row) => inner(row, row)))];
  const trace = count - total / count;
  const squares = ofSquares - (2 * inner(byPeriod, byPeriod)) / count + (total / count) * (total / count);
  return { periods: count, shareOfMean: total / (count * count), freedom: (trace * trace) / squares };
}

/** Periods that have rows. */
export function countPeriods(periods: Int32Array): number {
  return countLevels(groupOf(periods));
}

const grouped = createMemo<Group>();

/** A level for each period from the first to the last, whether it has rows or not. */
function groupOf(periods: Int32Array): Group {
  return grouped(periods, "", () => {
    const { first, last } = rangeOf(periods);
    return { codes: periods.map((period) => period - first), levels: last - first + 1 };
  });
}

/**
 * floor(4 (T / 100)^(2 / 9)) (Newey and West 1994; the default of xtscc), T the periods that have rows, and less than T:
 * the largest m with m^9 100^2 <= 4^9 T^2, which needs no root and is exact for T below 100,000.
 */
export function defaultLags(periods: Int32Array): number {
  const present = countPeriods(periods);
  let lags = 0;
  while (ninthPower(lags + 1) * 10_000 <= 262_144 * present * present) lags++;
  return Math.max(0, Math.min(lags, present - 1));
}

/** sum over lags of (1 - l / (lags + 1)) (C_l + C_l'), C_l = sum_t s_t s_(t-l)'. */
function neweyWest(sums: readonly Float64Array[], lags: number): Matrix {
  let total = crossProducts(sums, sums);
  const length = sums[0]?.length ?? 0;
  for (let lag = 1; lag <= Math.min(lags, length - 1); lag++) {
    const lagged = crossProducts(sums.map((column) => column.subarray(lag)), sums);
    total = added(total, scaled(added(lagged, transposed(lagged)), 1 - lag / (lags + 1)));
  }
  return total;
}

function rangeOf(values: Int32Array): { readonly first: number; readonly last: number } {
  return { first: values.reduce((a, b) => Math.min(a, b)), last: values.reduce((a, b) => Math.max(a, b)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ninthPower(m: number): number {
  const cube = m * m * m;
  return cube * cube * cube;
}
