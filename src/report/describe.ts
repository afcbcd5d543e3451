import type { NumberColumn, Panel } from "../panel/panel.js";
import { columnsOf, evaluateMask, parseExpression } from "../study/where.js";
import type { DescribeTable, Statistic } from "../study/specification.js";
import { InputError, suggestion } from "../errors.js";

/** One variable's statistics over its own non-missing rows. */
export interface Described {
  readonly variable: string;
  readonly stats: Readonly<Record<Statistic, number>>;
}

/** Computes a table of descriptive statistics. Percentiles are Stata's: the mean of two neighbours where they fall between. */
export function describe(table: DescribeTable, panel: Panel): readonly Described[] {
  const where = table.where === null ? null : parseExpression(table.where);
  for (const name of [...table.variables, ...(where === null ? [] : columnsOf(where))]) {
    if (panel.columns.has(name)) continue;
    throw new InputError(`Table \`${table.id}\`: \`${name}\` is not a column of ${panel.source}. ${suggestion(name, [...panel.columns.keys()])}`);
  }
  const chosen = where === null ? null : evaluateMask(where, panel);
  return table.variables.map((variable) => {
    const column = panel.columns.get(variable);
    if (column?.kind !== "number") {
      throw new InputError(`Table \`${table.id}\`: the column \`${variable}\` holds text and has no moments. Describe numeric columns.`);
    }
    return { variable, stats: statistics(column, chosen) };
  });
}

function statistics(column: NumberColumn, chosen: Uint8Array | null): Readonly<Record<Statistic, number>> {
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
