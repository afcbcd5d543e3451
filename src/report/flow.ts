import type { DroppedRows } from "../plan/sample.js";
import type { EstimateTable } from "../study/specification.js";
import { besideId } from "./besideId.js";
import { labelOf } from "./notes.js";
import { integer } from "./numbers.js";
import type { ResultRow, StudyResult } from "./results.js";
import type { PrintedTable, Row } from "./text.js";

/** For each table of estimates: the rows of the file, those that are dropped and why, and those that are used. */
export function flowTables(result: StudyResult): readonly PrintedTable[] {
  return result.study.tables.flatMap((table) => (table.kind === "estimates" ? [flowTable(table, result)] : []));
}

function flowTable({ id, title, specifications }: EstimateTable, result: StudyResult): PrintedTable {
  const columns = specifications.flatMap((specification) => result.rows.filter((row) => row.specification.id === specification.id));
  const line = (name: string, cell: (dropped: DroppedRows, row: ResultRow) => string): Row => [name, ...columns.map((row) => (row.dropped === null ? "" : cell(row.dropped as unknown as DroppedRows, row)))];
  const less = (count: number): string => (count === 0 ? "" : `-${integer(count)}`);
  const some = (count: (dropped: DroppedRows) => number, name: string): readonly Row[] =>
    columns.some((row) => row.dropped !== null && count(row.dropped as unknown as DroppedRows) > 0) ? [line(name, (dropped) => less(count(dropped)))] : [];
  const missing = [...new Set(columns.flatMap((row) => Object.keys((row.dropped?.["missingBy"] ?? {}) as DroppedRows["missingBy"])))];
  const shortLevels = columns.flatMap((row) => (row.dropped === null ? [] : shortOf(row.dropped as unknown as DroppedRows)))
    .filter(({ of, least }, i, all) => all.findIndex((one) => one.of === of && one.least === least) === i);
  const rows: readonly Row[] = [
    "thick", ["", ...columns.map((row) => `(${row.specification.column})`)],
    ...(columns.some((row) => !row.specification.label.startsWith("(")) ? [["", ...columns.map(({ specification: { label } }) => (label.startsWith("(") ? "" : label))]] : []),
    "rule",
    line("Rows in the file", () => integer(result.panel.rows)),
    ...some(({ where }) => where, "not chosen by `where`"),
    ...some((dropped) => dropped.missing, "with missing values"),
    ...missing.map((name) => line(`of these in ${labelOf(result, name)}`, ({ missingBy }) => (missingBy[name] === undefined ? "" : `(${integer(missingBy[name])})`))),
    ...some(({ noPeriodBefore }) => noPeriodBefore, "without their unit's period before"),
    ...some(({ singletons }) => singletons, "alone in a level of a fixed effect"),
    ...shortLevels.map(({ of, least }) => line(`${labelOf(result, of)} with fewer than ${least} rows`, (dropped) => less(shortOf(dropped).find((one) => one.of === of && one.least === least)?.rows ?? 0))),
    "rule",
    line("Rows used", (_, row) => (row.estimate === null ? "" : integer(row.estimate.n))),
    ...(columns.some((row) => row.estimate?.units != null) ? [line("Units", (_, row) => (row.estimate?.units == null ? "" : integer(row.estimate.units)))] : []),
    ...(columns.some((row) => row.estimate?.clusters != null) ? [line("Clusters", (_, row) => (row.estimate?.clusters == null ? "" : integer(row.estimate.clusters)))] : []),
    "thick",
  ];
  const notes = missing.length > 1 ? ["A row may miss several variables."] : [];
  return { id: besideId(result, `${id}-sample`), title: `${title}: rows used and dropped`, rows, notes: [...notes, ...(result.study.note === "" ? [] : [result.study.note])] };
}

/** Results stored by earlier versions have none. */
function shortOf({ short }: { readonly short?: DroppedRows["short"] }): DroppedRows["short"] {
  return short ?? [];
}
