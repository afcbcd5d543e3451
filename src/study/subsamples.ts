import { InputError } from "../errors.js";
import { codesOf } from "../panel/check.js";
import type { Column, Panel } from "../panel/panel.js";
import { valueLabel } from "./labels.js";
import type { EstimateTable, JointTable, Specification, Study, Table } from "./specification.js";
import { type Expression, parseExpression, printExpression } from "./where.js";

/** More columns make no table. */
const MOST = 60;

/**
 * A study whose specifications `by` a column have become one for each of its values, each on its own rows: numbers
 * ascending, texts by code unit. Columns are counted anew, and joint tables hold the new ones for the old.
 * Throws an InputError where a column has more than 60 values.
 */
export function withSubsamples(study: Study, panel: Panel): Study {
  const renamed = new Map<string, readonly string[]>();
  const tables = study.tables.map((table) => (table.kind === "estimates" ? expandTable(table, panel, renamed) : table));
  return renamed.size === 0 ? study : { ...study, tables: tables.map((table) => (table.kind === "joint" ? renameMembers(table, renamed) : table)) };
}

function expandTable(table: EstimateTable, panel: Panel, renamed: Map<string, readonly string[]>): Table {
  if (table.specifications.every((one) => one.by === null)) return table;
  const expanded = table.specifications.map((one) => ({ id: one.id, parts: one.by === null ? [one] : partsOf(one, one.by, panel) }));
  let column = 0;
  const numbered = expanded.map(({ id, parts }) => {
    const own = parts.map((part): Specification => {
      column++;
      return Object.freeze({ ...part, id: `${table.id}.${column}`, column, label: part.label.startsWith("(") ? `(${column})` : part.label });
    });
    renamed.set(id, own.map((part) => part.id));
    return own;
  });
  const families = numbered.flatMap((parts) => (parts.length > 1 ? [{ by: parts[0]?.by ?? "", members: parts.map((part) => part.id) }] : []));
  return Object.freeze({ ...table, specifications: numbered.flat(), families });
}

function partsOf(specification: Specification, by: string, panel: Panel): readonly Specification[] {
  const column = panel.columns.get(by) as Column;
  const values = valuesOf(column);
  if (values.length > MOST) throw new InputError(`\`by: ${by}\`: the column has ${values.length} values, and a table takes ${MOST} columns at most. Choose rows by \`where\`, or group the values.`);
  const before = specification.where === null ? [] : [parseExpression(specification.where)];
  return values.map((value) => {
    const is: Expression = typeof value === "number" ? { kind: "number", value } : { kind: "text", value };
    const own: Expression = { kind: "compare", operators: ["=="], operands: [{ kind: "name", name: by }, is] };
    const where = printExpression(before.length === 0 ? own : { kind: "and", operands: [...before, own] });
    const shown = valueLabel(column, value);
    const named = shown === String(value) && typeof value === "number" ? `${by} = ${shown}` : shown; // a number says nothing by itself
    const label = specification.label.startsWith("(") ? named : `${specification.label}, ${named}`;
    return { ...specification, where, label };
  });
}

function valuesOf(column: Column): readonly (number | string)[] {
  if (column.kind === "text") return [...codesOf(column).labels].sort((a, b) => (a < b ? -1 : 1));
  return [...new Set(column.values)].filter(Number.isFinite).sort((a, b) => a - b);
}

function renameMembers(table: JointTable, renamed: ReadonlyMap<string, readonly string[]>): JointTable {
  const members = table.members.flatMap((id) => renamed.get(id) ?? [id]);
  const one = (id: string): string => {
    const [only, ...others] = renamed.get(id) ?? [id];
    if (only === undefined || others.length > 0) throw new InputError(`\`differences\` of the joint table \`${table.id}\` name \`${id}\`, which stands for several columns. Compare columns that have no \`by\`, or set \`equal: true\`.`);
    return only;
  };
  return { ...table, members, differences: table.differences.map(([a, b]) => [one(a), one(b)] as const) };
}
