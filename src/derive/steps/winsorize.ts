import { heldWithin, limitsOf } from "../../indices/winsor.js";
import { numbersOf, oneColumn, type RowsStep, textOf } from "../step.js";

/** `winsorize`: a column within percentiles of its own. */
export const winsorize: RowsStep = {
  name: "winsorize",
  about: "A column whose values beyond percentiles are set to them; missing values stay.",
  options: {
    column: { type: "string", minLength: 1 },
    lower: { type: "number", minimum: 0, maximum: 100, default: 1, description: "Percentile in per cent; 0 leaves the lower tail." },
    upper: { type: "number", minimum: 0, maximum: 100, default: 99, description: "100 leaves the upper tail." },
  },
  required: ["column"],
  run: (options, context) => {
    const column = textOf(options, "column");
    const [lower, upper] = [Number(options["lower"] ?? 1), Number(options["upper"] ?? 99)];
    if (!(lower < upper)) throw context.refuse("lower", `the lower percentile, ${lower}, must be below the upper one, ${upper}.`);
    const values = numbersOf(context, "column", column);
    const limits = limitsOf(values, lower, upper);
    const made = heldWithin(values, limits);
    const { least, most } = limits;
    const moved = made.reduce((count, value, row) => count + (value !== values[row] && !Number.isNaN(value) ? 1 : 0), 0);
    return oneColumn(made, [`\`${column}\` held within ${Number(least.toPrecision(6))} and ${Number(most.toPrecision(6))} (percentiles ${lower} and ${upper} of all rows): ${moved} values moved.`]);
  },
};
