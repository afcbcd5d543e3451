import type { ResultRow } from "./results.js";

/** `95 %` */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** A level of intervals, and the columns that have it. */
export interface ColumnLevel {
  readonly level: string;
  readonly columns: readonly string[];
}

/** The levels of a table's intervals, in the order of its columns; those not estimated have none. */
export function levelsOf(rows: readonly ResultRow[]): readonly ColumnLevel[] {
  const estimated = rows.filter(({ estimate }) => estimate !== null);
  const columns = new Map<string, string[]>();
  for (const { specification: { level, column } } of estimated.length > 0 ? estimated : rows) {
    columns.set(percent(level), [...(columns.get(percent(level)) ?? []), `(${column})`]);
  }
  return [...columns].map(([level, own]) => ({ level, columns: own }));
}

/** `95 % confidence intervals in brackets`; where columns differ, `confidence intervals in brackets, of 95 % in (1) and (3), of 90 % in (2)`. */
export function intervalsText(levels: readonly ColumnLevel[], what: string): string {
  const [first, ...others] = levels;
  if (others.length === 0) return `${first?.level ?? ""} ${what}`.trim();
  return [what, ...levels.map(({ level, columns }) => `of ${level} in ${listed(columns)}`)].join(", ");
}

function listed(columns: readonly string[]): string {
  return columns.length < 2 ? columns.join("") : `${columns.slice(0, -1).join(", ")} and ${columns.at(-1) ?? ""}`;
}
