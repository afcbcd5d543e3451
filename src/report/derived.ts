import type { Derivation } from "../derive/derive.js";
import type { StepReport } from "../derive/step.js";
import { decimal, integer } from "./numbers.js";
import type { PrintedTable } from "./text.js";

/** The tables of the steps that have something to say. */
export function derivedTables(derived: readonly Derivation[], labelOf: (name: string) => string): readonly PrintedTable[] {
  return derived.flatMap(({ name, step, report }) => (report === null ? [] : [reportTable(`derive-${name}`, labelOf(name) === name ? `${name} (${step})` : `${labelOf(name)} (${name}, ${step})`, report)]));
}

/** A step's report as every writer prints it. */
export function reportTable(id: string, title: string, { head, rows, notes }: StepReport): PrintedTable {
  const text = (cell: string | number | null): string => (typeof cell === "string" ? cell : typeof cell === "number" && Number.isInteger(cell) && Math.abs(cell) >= 2 ? integer(cell) : typeof cell === "number" && Number.isInteger(cell) ? String(cell) : decimal(cell, 4));
  return { id, title, rows: head.length === 0 ? [] : ["thick", head, "rule", ...rows.map((row) => row.map(text)), "thick"], notes };
}
