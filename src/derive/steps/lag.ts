import { rowsAtLag } from "../../panel/periods.js";
import { type DeriveContext, type DeriveStep, numbersOf, oneColumn, type StepOptions, textOf } from "../step.js";

const options = {
  column: { type: "string", minLength: 1 },
  periods: { type: "integer", minimum: 1, maximum: 100, default: 1, description: "How many steps of time, by period and not by row." },
} as const;

/** `lag`: a column of earlier periods. */
export const lag: DeriveStep = {
  name: "lag", about: "A column's value some periods earlier; missing where the unit has no such row.", options, required: ["column"],
  run: (given, context) => oneColumn(moved(given, context, 1)),
};

/** `lead`: a column of later periods. */
export const lead: DeriveStep = {
  name: "lead", about: "A column's value some periods later; missing where the unit has no such row.", options, required: ["column"],
  run: (given, context) => oneColumn(moved(given, context, -1)),
};

/** `difference`: the change over periods. */
export const difference: DeriveStep = {
  name: "difference", about: "The change of a column over some periods; missing where the unit has no such row.", options, required: ["column"],
  run: (given, context) => {
    const earlier = moved(given, context, 1);
    return oneColumn(numbersOf(context, "column", textOf(given, "column")).map((value, row) => value - (earlier[row] ?? NaN)));
  },
};

function moved(given: StepOptions, context: DeriveContext, sign: 1 | -1): Float64Array {
  const { panel, unit, time, refuse } = context;
  const values = numbersOf(context, "column", textOf(given, "column"));
  if (unit === null || time === null || panel.columns.get(time)?.kind !== "number") {
    throw refuse("", "lags, leads and differences go by unit and period: name `unit` and `time` under `data`, the time a column of numbers.");
  }
  const all = Uint32Array.from({ length: panel.rows }, (_, row) => row);
  const other = rowsAtLag(panel, all, { unit, time }, sign * Number(given["periods"] ?? 1));
  return Float64Array.from(other, (row) => (row < 0 ? NaN : (values[row] ?? NaN)));
}
