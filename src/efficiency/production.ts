import { EstimationError } from "../errors.js";

/** What decision-making units use and make. Each column has one finite number, not negative, a unit (a DMU; of a panel, a row). */
export interface Production {
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
  /** Outputs of which less is better. */
  readonly undesirable: readonly Float64Array[];
}

/** Sum of the peers' weights: free (constant returns to scale), 1 (variable), at most 1 (non-increasing), at least 1 (non-decreasing). */
export type Returns = "crs" | "vrs" | "nirs" | "ndrs";

/** What a score may change: inputs, outputs (with the undesirable ones), or both. */
export type Orientation = "none" | "input" | "output";

/** What a column is. */
export type Kind = "input" | "output" | "undesirable";

/** One value an input, an output and an undesirable output. */
export interface Quantities {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly undesirable: readonly number[];
}

/** All columns in the order of the programs' rows: inputs, outputs, undesirable outputs. */
export function columnsOf({ inputs, outputs, undesirable }: Production): readonly Float64Array[] {
  return [...inputs, ...outputs, ...undesirable];
}

/** What each of `columnsOf` is. */
export function kindsOf({ inputs, outputs, undesirable }: Production): readonly Kind[] {
  return [...inputs.map(() => "input" as const), ...outputs.map(() => "output" as const), ...undesirable.map(() => "undesirable" as const)];
}

/** Numbers in the order of `columnsOf` by what they belong to. */
export function quantitiesOf(production: Production, values: readonly number[]): Quantities {
  const [m, s] = [production.inputs.length, production.inputs.length + production.outputs.length];
  return { inputs: values.slice(0, m), outputs: values.slice(m, s), undesirable: values.slice(s) };
}

/** The number of units. */
export function unitCount(production: Production): number {
  return columnsOf(production)[0]?.length ?? 0;
}

/**
 * Refuses what no model can use: no inputs or no outputs at all, no units, values that are negative or not finite, and,
 * for models that divide by a unit's own values (`positive`), zeros. Throws an EstimationError that says where.
 */
export function checkProduction(production: Production, positive: boolean): void {
  const count = unitCount(production);
  if (production.inputs.length === 0) throw new EstimationError("no-inputs", "Efficiency needs at least one input: name one (a column of ones where there is none).");
  if (production.outputs.length + production.undesirable.length === 0) throw new EstimationError("no-outputs", "Efficiency needs at least one output: name one.");
  if (count === 0) throw new EstimationError("no-units", "There are no units whose efficiency could be measured: check the rows that are left.");
  const kinds = kindsOf(production);
  columnsOf(production).forEach((column, c) => checkColumn(column, `${kinds[c] ?? ""} column ${c + 1}`, positive, count));
}

function checkColumn(column: Float64Array, name: string, positive: boolean, count: number): void {
  if (column.length !== count) throw new RangeError(`The ${name} has ${column.length} values, expected ${count}.`);
  const wrong = column.findIndex((value) => !(value >= 0 && value < Infinity));
  if (wrong >= 0) throw new EstimationError("not-a-quantity", `Unit ${wrong + 1} has ${column[wrong] ?? NaN} in the ${name}: quantities are finite and not negative. Leave the unit out or shift the column.`);
  const zero = positive ? column.indexOf(0) : -1;
  if (zero >= 0) throw new EstimationError("zero-quantity", `Unit ${zero + 1} has 0 in the ${name}, and the measure divides by it: leave the unit out, or use a radial or directional measure.`);
}
