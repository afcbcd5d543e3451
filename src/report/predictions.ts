import { EstimationError } from "../errors.js";
import { full, type Lookup } from "../fit/fitTask.js";
import { extrapolate } from "../fit/extrapolate.js";
import { type Column, type Panel } from "../panel/panel.js";
import type { Plan, PlannedSpecification } from "../plan/plan.js";
import type { Predictions, Repetition } from "../plan/task.js";
import type { Specification } from "../study/specification.js";

/**
 * predictions.arrow: a row for each specification, repetition and row of its sample, with the row's number in the data
 * file (from 1), its ids, its fold (from 1) and the out-of-fold prediction of each nuisance; missing where the model has
 * no such nuisance or its fit failed.
 */
export function predictionsPanel({ plan, study }: { readonly plan: Plan; readonly study: { readonly data: { readonly unit: string | null; readonly time: string | null } } }, panel: Panel, lookup: Lookup): Panel {
  const blocks = plan.specifications.flatMap((planned) => ("refused" in planned ? [] : planned.repetitions.map((repetition, r): Block => ({ planned, repetition, number: r + 1 }))));
  const rows = blocks.reduce((sum, { planned }) => sum + planned.sample.rows.length, 0);
  const numbers = (name: string, of: (block: Block) => ArrayLike<number> | null): Column => ({ kind: "number", name, values: filled(blocks, rows, of) });
  const ids = [...new Set([study.data.unit, study.data.time])].filter((id) => id !== null);
  const roles = [...new Set(blocks.flatMap(({ repetition }) => Object.keys(repetition.predictions)))];
  const columns: readonly Column[] = [
    specificationIds(blocks, rows),
    numbers("repetition", ({ planned, number }) => new Float64Array(planned.sample.rows.length).fill(number)),
    numbers("row", ({ planned }) => Array.from(planned.sample.rows, (row) => row + 1)),
    ...ids.map((id) => selected(panel.columns.get(id) as Column, Int32Array.from(blocks.flatMap(({ planned }) => [...planned.sample.rows])))),
    numbers("fold", ({ repetition }) => Array.from(repetition.folds.folds, (fold) => (fold < 0 ? NaN : fold + 1))),
    ...roles.map((role) => numbers(role, ({ planned, repetition }) => predictionsOf(repetition.predictions[role], planned.specification, lookup))),
  ];
  return { source: "predictions", rows, columns: new Map(columns.map((column) => [column.name, column])) };
}

/** One repetition of a specification: as many rows as its sample. */
interface Block {
  readonly planned: PlannedSpecification;
  readonly repetition: Repetition;
  /** From 1. */
  readonly number: number;
}

function filled(blocks: readonly Block[], rows: number, of: (block: Block) => ArrayLike<number> | null): Float64Array {
  const all = new Float64Array(rows).fill(NaN);
  let start = 0;
  for (const block of blocks) {
    all.set(of(block) ?? [], start);
    start += block.planned.sample.rows.length;
  }
  return all;
}

function specificationIds(blocks: readonly Block[], rows: number): Column {
  const levels = [...new Set(blocks.map(({ planned }) => planned.specification.id))];
  const codes = Int32Array.from(filled(blocks, rows, ({ planned }) => new Float64Array(planned.sample.rows.length).fill(levels.indexOf(planned.specification.id))));
  return { kind: "text", name: "id", codes, levels, firstText: 0 };
}

/** A column at some rows. */
function selected(column: Column, rows: Int32Array): Column {
  if (column.kind === "text") return { ...column, codes: rows.map((row) => column.codes[row] ?? -1) };
  return { ...column, values: Float64Array.from(rows, (row) => column.values[row] ?? NaN) };
}

/** As the estimate takes them, by row of the sample; with `rounds: stable` the last. Null where there are none, or their fit failed. */
export function predictionsOf(predictions: Predictions | undefined, { rounds, encode }: Specification, lookup: Lookup): Float64Array | null {
  if (predictions === undefined) return null;
  try {
    return (rounds === "extrapolated" && encode === "effects" ? extrapolate : full)(lookup(predictions));
  } catch (error) {
    if (error instanceof EstimationError) return null;
    throw error;
  }
}
