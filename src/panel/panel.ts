/**
 * A panel as it was read: named columns of equal length, in file order.
 * Numbers are Float64Arrays with NaN for missing; everything else is a coded text column.
 */
export interface Panel {
  /** What messages call it: the file's name. */
  readonly source: string;
  readonly rows: number;
  /** In file order. */
  readonly columns: ReadonlyMap<string, Column>;
  /** 1-based line on which row i starts; absent where the file has no lines (Arrow). */
  readonly lines?: Int32Array;
  /** The ids that the file itself declares, as Stata's `xtset` does. */
  readonly ids?: { readonly unit?: string; readonly time?: string };
}

/** What a date counts, since the beginning of 1960 as in Stata; years are themselves, and a year has 52 weeks. */
export type DateUnit = "millisecond" | "day" | "week" | "month" | "quarter" | "halfyear" | "year";

/** A column of numbers or of text. */
export type Column = NumberColumn | TextColumn;

/** A column of numbers. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** NaN where missing. */
  readonly values: Float64Array;
  /** What the file says the variable is, for tables. */
  readonly label?: string;
  /** Names of values, as Stata's value labels; the values stay numbers. */
  readonly valueLabels?: ReadonlyMap<number, string>;
  /** Set where the values are dates: what they count. */
  readonly date?: DateUnit;
}

/** A column of text, coded. */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  /** Index into `levels`, -1 where missing. */
  readonly codes: Int32Array;
  /** Distinct values in order of first appearance. */
  readonly levels: readonly string[];
  /** The first row whose cell is not a number: where to point when a number was wanted. */
  readonly firstText: number;
  /** What the file says the variable is, for tables. */
  readonly label?: string;
}

/** `city.csv, line 12` or `panel.arrow, row 11`: where row `row` (0-based) of a panel stands. */
export function place(panel: Panel, row: number): string {
  const line = panel.lines?.[row];
  return line === undefined ? `${panel.source}, row ${row + 1}` : `${panel.source}, line ${line}`;
}
