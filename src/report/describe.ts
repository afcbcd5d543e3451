import type { NumberColumn, Panel } from "../panel/panel.js";
import { evaluateMask, parseExpression } from "../study/where.js";
import type { DescribeTable, Statistic } from "../study/specification.js";

/** One variable's statistics over its own non-missing rows. */
export interface Described {
  readonly variable: string;
  readonly stats: Readonly<Record<Statistic, number>>;
  /** Rows in so many bins of one width from the least to the greatest value. */
  readonly histogram: readonly number[];
  /** By period, ascending: mean and quartiles; empty without a time column of numbers. */
  readonly periods: readonly Period[];
}

/** One variable in one period. */
export interface Period {
  readonly at: number;
  readonly mean: number;
  readonly p25: number;
  readonly p75: number;
}

const BINS = 40;

/**
 * Computes a table of descriptive statistics of columns that have been checked, and what their plots show. `time`: the
 * column of periods. Percentiles are Stata's: the mean of two neighbours where they fall between. Cost: two sorts a variable.
 */
export function describe(table: DescribeTable, panel: Panel, time: string | null): readonly Described[] {
  const chosen = table.where === null ? null : evaluateMask(parseExpression(table.where), panel);
  const times = time === null ? undefined : panel.columns.get(time);
  return table.variables.map((variable): Described => {
    const { values } = panel.columns.get(variable) as NumberColumn;
    const isUsed = (row: number): boolean => !Number.isNaN(values[row]) && (chosen === null || chosen[row] === 1);
    const used = values.filter((_, row) => isUsed(row)).sort();
    return { variable, stats: statistics(used), histogram: histogramOf(used), periods: times?.kind === "number" ? periodsOf(values, times.values, isUsed) : [] };
  });
}

/** The statistics of values that are there, ascending. */
export function statistics(values: Float64Array): Readonly<Record<Statistic, number>> {
  const n = values.length;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return {
    n,
    mean,
    p25: percentile(values, 25),
    p50: percentile(values, 50),
    p75: percentile(values, 75),
    sd: Math.sqrt(squares / (n - 1)),
    min: values[0] ?? NaN,
    max: values[n - 1] ?? NaN,
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function histogramOf(sorted: Float64Array): readonly number[] {
  const [low, high] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
  const counts = new Array<number>(BINS).fill(0);
  for (const value of sorted) {
    const bin = high > low ? Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function periodsOf(values: Float64Array, times: Float64Array, isUsed: (row: number) => boolean): readonly Period[] {
  const byTime = new Map<number, number[]>();
  values.forEach((value, row) => {
    const at = times[row] ?? NaN;
    if (!isUsed(row) || Number.isNaN(at)) return;
    const own = byTime.get(at);
    if (own === undefined) byTime.set(at, [value]);
    else own.push(value);
  });
  return [...byTime].sort(([a], [b]) => a - b).map(([at, own]) => {
    const sorted = Float64Array.from(own).sort();
    return { at, mean: meanOf(sorted), p25: percentile(sorted, 25), p75: percentile(sorted, 75) };
  });
}

function percentile(sorted: Float64Array, p: number): number {
  const position = (sorted.length * p) / 100;
  const below = Math.floor(position);
  const upper = sorted[Math.min(below, sorted.length - 1)] ?? NaN;
  return position === below && below > 0 ? ((sorted[below - 1] ?? NaN) + upper) / 2 : upper;
}
