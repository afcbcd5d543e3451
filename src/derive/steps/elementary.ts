import { momentsOf } from "../../indices/normalise.js";
import { place } from "../../panel/panel.js";
import { type DeriveContext, type DeriveStep, numbersOf, oneColumn, type RowsStep, textOf } from "../step.js";

const column = { type: "string", minLength: 1 } as const;

/** `log`: the natural logarithm. */
export const log: DeriveStep = {
  name: "log",
  about: "The natural logarithm of a column, of which all values must be positive once `plus` is added.",
  options: { column, plus: { type: "number", default: 0, description: "Added first, as in log(1 + x)." } },
  required: ["column"],
  run: (options, context) => {
    const plus = Number(options["plus"] ?? 0);
    const values = numbersOf(context, "column", textOf(options, "column"));
    const row = values.findIndex((value) => value + plus <= 0);
    if (row >= 0) throw context.refuse("column", `${place(context.panel, row)} has ${values[row] ?? NaN} in \`${textOf(options, "column")}\`, which has no logarithm. Mend the cell, or add a number with \`plus\`.`);
    return oneColumn(values.map((value) => context.special.log(value + plus)));
  },
};

/** `exp`: the exponential function, for columns that are logarithms. */
export const exp: DeriveStep = {
  name: "exp",
  about: "The exponential function of a column: what it is the natural logarithm of.",
  options: { column },
  required: ["column"],
  run: (options, context) => oneColumn(numbersOf(context, "column", textOf(options, "column")).map((value) => finite(context.special.exp(value)))),
};

/** `ratio`: one column over another. */
export const ratio: DeriveStep = {
  name: "ratio",
  about: "One column over another; missing where the divisor is 0.",
  options: { of: column, to: column },
  required: ["of", "to"],
  run: (options, context) => {
    const divisor = numbersOf(context, "to", textOf(options, "to"));
    return oneColumn(numbersOf(context, "of", textOf(options, "of")).map((value, row) => finite(value / (divisor[row] ?? NaN))));
  },
};

/** `interaction`: the product of columns. */
export const interaction: DeriveStep = {
  name: "interaction",
  about: "The product of columns, each less its mean if `centre` says so.",
  options: {
    columns: { type: "array", items: column, minItems: 2 },
    centre: { type: "boolean", default: false, description: "Means of all rows are taken off first, so that the terms by themselves keep their meaning." },
  },
  required: ["columns"],
  run: (options, context) => {
    const columns = (options["columns"] as readonly string[]).map((name) => numbersOf(context, "columns", name)).map((values) => (options["centre"] === true ? minus(values, meanOf(values)) : values));
    return oneColumn(Float64Array.from({ length: context.panel.rows }, (_, row) => columns.reduce((product, values) => product * (values[row] ?? NaN), 1)));
  },
};

/** `standardize`: mean 0, standard deviation 1. */
export const standardize: RowsStep = {
  name: "standardize",
  about: "A column less its mean, over its standard deviation (of n - 1), both of all rows.",
  options: { column },
  required: ["column"],
  run: (options, context) => {
    const values = numbersOf(context, "column", textOf(options, "column"));
    const { mean, sd } = momentsOf(values.filter((value) => !Number.isNaN(value)));
    if (!(sd > 0)) throw context.refuse("column", `\`${textOf(options, "column")}\` does not vary, so it cannot be standardised.`);
    return oneColumn(minus(values, mean).map((value) => value / sd), [`\`${textOf(options, "column")}\`: mean ${Number(mean.toPrecision(6))}, standard deviation ${Number(sd.toPrecision(6))}, of all rows.`]);
  },
};

/** `expression`: what the `where` language can compute. */
export const expression: DeriveStep = {
  name: "expression",
  about: "An expression of the `where` language, such as `gdp / people` or `treated * (year >= 2015)`; a condition counts 1 or 0.",
  options: { formula: column },
  required: ["formula"],
  run: (options, context: DeriveContext) => oneColumn(context.evaluate(textOf(options, "formula"))),
};

function minus(values: Float64Array, mean: number): Float64Array {
  return values.map((value) => value - mean);
}

function meanOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
