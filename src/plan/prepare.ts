import type { DeriveChoice } from "../derive/derive.js";
import { prepareSteps } from "../derive/registry.js";
import { EstimationError, InputError } from "../errors.js";
import { valuesAt } from "../kernels/design.js";
import type { Special } from "../kernels/special.js";
import type { Column, Panel } from "../panel/panel.js";
import { sourcesOf } from "../study/prepare.js";

/** Columns to be changed or made on the rows of a specification, in their order. */
export interface Preparation {
  readonly steps: readonly DeriveChoice[];
  readonly unit: string | null;
  readonly time: string | null;
}

/**
 * The panel with prepared columns, which know of the rows `used` (0-based, ascending) alone and are missing elsewhere.
 * Throws an EstimationError where a step cannot be made of these rows.
 */
export function prepared(panel: Panel, used: Uint32Array, { steps, unit, time }: Preparation, special: Special): Panel {
  const names = [...steps.flatMap(sourcesOf), ...[unit, time].filter((name) => name !== null)];
  let own: Panel = { source: panel.source, rows: used.length, columns: new Map(names.flatMap((name) => columnAt(panel.columns.get(name), used) ?? [])) };
  for (const { name, step, options } of steps) {
    const refuse = (_: string, message: string): InputError => new InputError(`\`prepare\`, ${step} of \`${name}\`: ${message}`);
    const values = attempt(() => prepareSteps[step]?.run(options, { panel: own, unit, time, special, refuse }).columns.get(""));
    if (values === undefined) throw new Error(`No step ${step}.`);
    own = { ...own, columns: new Map([...own.columns, [name, { kind: "number", name, values }]]) };
  }
  const made = new Map([...new Set(steps.map(({ name }) => name))].map((name) => [name, everywhere(own.columns.get(name) as Column & { readonly kind: "number" }, used, panel)]));
  return { ...panel, columns: new Map([...panel.columns, ...made]) };
}

/** What the rows of one specification cannot give must not stop the others. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? new EstimationError("cannot-prepare", error.message) : error;
  }
}

function columnAt(column: Column | undefined, rows: Uint32Array): readonly [readonly [string, Column]] | null {
  if (column === undefined) return null;
  const own: Column = column.kind === "number"
    ? { ...column, values: valuesAt(column.values, rows) }
    : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] ?? -1) };
  return [[column.name, own]];
}

function everywhere(column: Column & { readonly kind: "number" }, used: Uint32Array, panel: Panel): Column {
  const values = new Float64Array(panel.rows).fill(NaN);
  used.forEach((row, i) => (values[row] = column.values[i] ?? NaN));
  return { ...panel.columns.get(column.name), kind: "number", name: column.name, values };
}
