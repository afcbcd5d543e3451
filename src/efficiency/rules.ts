import { EstimationError } from "../errors.js";
import type { Kind, Production } from "./production.js";

/** A column of a production, by its name. */
export interface NamedColumn {
  readonly name: string;
  readonly kind: Kind;
  /** One number a row, NaN where missing. */
  readonly values: Float64Array;
}

/**
 * What becomes of a row with a 0: `refuse`; `drop` it; `small`, a hundredth of the column's least positive value in its
 * place (Tone 2002, section 6), which moves scores where the column is undesirable; `keep` it, for measures that do not divide.
 */
export type ZeroRule = "refuse" | "drop" | "small" | "keep";

/** What becomes of a row with a negative value; slacks-based measures divide by the values, so there is no third way. */
export type NegativeRule = "refuse" | "drop";

/** Why a row is not measured. */
export type LeftOut = "missing" | "zero" | "negative";

/** The rows that can be measured. */
export interface Measurable {
  readonly production: Production;
  /** Row of each unit, ascending. */
  readonly rows: Uint32Array;
  /** By row that is left out. */
  readonly left: ReadonlyMap<number, LeftOut>;
  /** What was done, for people. */
  readonly notes: readonly string[];
}

/** Rows without a value in some column are left out, never filled; zeros and negative values go by their rules. `at` says where a row stands. */
export function measurable(columns: readonly NamedColumn[], rules: { readonly zeros: ZeroRule; readonly negatives: NegativeRule }, at: (row: number) => string): Measurable {
  refuseTwice(columns);
  const count = columns[0]?.values.length ?? 0;
  const left = new Map<number, LeftOut>();
  for (let row = 0; row < count; row++) {
    const why = whyLeftOut(columns, row, rules, at);
    if (why !== null) left.set(row, why);
  }
  const rows = Uint32Array.from({ length: count }, (_, row) => row).filter((row) => !left.has(row));
  const kept = columns.map(({ name, kind, values }) => ({ name, kind, values: Float64Array.from(rows, (row) => values[row] ?? NaN) }));
  const small = kept.map((column) => ({ ...column, ...(rules.zeros === "small" ? raised(column.values) : { zeros: 0, by: NaN }) }));
  const of = (kind: Kind): readonly Float64Array[] => small.flatMap((column) => (column.kind === kind ? [column.values] : []));
  return { production: { inputs: of("input"), outputs: of("output"), undesirable: of("undesirable") }, rows, left, notes: [...leftNotes(left), ...small.flatMap(raisedNote)] };
}

function refuseTwice(columns: readonly NamedColumn[]): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new EstimationError("column-twice", `\`${twice}\` is named twice among inputs, outputs and undesirable outputs: it would count double. Name it once; \`weights\` say what counts more.`);
}

function whyLeftOut(columns: readonly NamedColumn[], row: number, { zeros, negatives }: { readonly zeros: ZeroRule; readonly negatives: NegativeRule }, at: (row: number) => string): LeftOut | null {
  if (columns.some(({ values }) => !Number.isFinite(values[row]))) return "missing";
  const negative = columns.find(({ values }) => (values[row] ?? NaN) < 0);
  if (negative !== undefined) {
    if (negatives === "drop") return "negative";
    throw new EstimationError("negative-quantity", `${at(row)} has ${negative.values[row] ?? NaN} in \`${negative.name}\`: quantities are not negative. Mend the cell, or leave such rows out with \`negatives: drop\`; a column of balances has no slacks-based measure.`);
  }
  const zero = zeros === "small" || zeros === "keep" ? undefined : columns.find(({ values }) => values[row] === 0);
  if (zero === undefined) return null;
  if (zeros === "drop") return "zero";
  throw new EstimationError("zero-quantity", `${at(row)} has 0 in \`${zero.name}\`, and the measure divides by it. Leave such rows out with \`zeros: drop\`, or put a hundredth of the least positive value there with \`zeros: small\`.`);
}

function raised(values: Float64Array): { readonly values: Float64Array; readonly zeros: number; readonly by: number } {
  const zeros = values.filter((value) => value === 0).length;
  const by = values.reduce((least, value) => (value > 0 && value < least ? value : least), Infinity) / 100;
  return { values: zeros === 0 ? values : values.map((value) => (value === 0 ? by : value)), zeros, by };
}

function raisedNote({ name, kind, zeros, by }: { readonly name: string; readonly kind: Kind; readonly zeros: number; readonly by: number }): readonly string[] {
  if (zeros === 0) return [];
  const warning = kind === "undesirable" ? " Relative changes of so small an undesirable output are huge: look at the scores of these rows." : "";
  return [`${zeros} ${zeros === 1 ? "zero of" : "zeros of"} \`${name}\` ${zeros === 1 ? "counts" : "count"} as ${by}, a hundredth of its least positive value (zeros: small).${warning}`];
}

function leftNotes(left: ReadonlyMap<number, LeftOut>): readonly string[] {
  const words: Readonly<Record<LeftOut, string>> = { missing: "a value is missing", zero: "a value is 0 (zeros: drop)", negative: "a value is negative (negatives: drop)" };
  return (["missing", "zero", "negative"] as const).flatMap((why) => {
    const count = [...left.values()].filter((one) => one === why).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? "row has" : "rows have"} no score: ${words[why]}.`];
  });
}
