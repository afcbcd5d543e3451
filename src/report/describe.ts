import type { NumberColumn, Panel } from "../panel/panel.js";
import { evaluateMask, parseExpression } from "../study/where.js";
import type { DescribeTable, Statistic } from "../study/specification.js";

/** One variable's statistics over its own non-missing rows. */
export interface Described {
  readonly variable: string;
  readonly stats: Readonly<Record<Statistic, number>>;
}

/** Computes a table of descriptive statistics of columns that have been checked. Percentiles are Stata's: the mean of two neighbours where they fall between. */
export function describe(table: DescribeTable, panel: Panel): readonly Described[] {
  const chosen = table.where === null ? null : evaluateMask(parseExpression(table.where), panel);
  return table.variables.map((variable) => ({ variable, stats: statistics(panel.columns.get(variable) as NumberColumn, chosen) }));
}

/** The statistics of a column's values that are there; `chosen` has 1 for each row that counts, null for all. */
export function statistics(column: NumberColumn, chosen: Uint8Array | null): Readonly<Record<Statistic, number>> {
  const values = column.values.filter((value, row) => !Number.isNaN(value) && (chosen === null || chosen[row] === 1)).sort();
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
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

function percentile(sorted: Float64Array, p: number): number {
  const position = (sorted.length * p) / 100;
  const below = Math.floor(position);
  const upper = sorted[Math.min(below, sorted.length - 1)] ?? NaN;
  return position === below && below > 0 ? ((sorted[below - 1] ?? NaN) + upper) / 2 : upper;
}
