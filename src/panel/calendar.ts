import { InputError } from "../errors.js";
import type { NumberColumn } from "./panel.js";

/**
 * Refuses dates as the time of lags where their periods are not multiples of the least step: a month is 28 to 31 days, so
 * lags by days would miss most rows. Cost: a sort of the periods.
 */
export function requireEvenSteps({ name, values, date }: NumberColumn): void {
  if (date !== "day" && date !== "millisecond") return;
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const steps = distinct.slice(1).map((value, i) => value - (distinct[i] ?? NaN));
  const least = Math.min(...steps);
  if (steps.every((step) => step % least === 0)) return;
  throw new InputError(`\`${name}\` counts ${date}s, and its periods are ${least} to ${Math.max(...steps)} apart, so lags by period have no meaning. Use a time that counts months, quarters or years (Stata: \`mofd()\`, pandas: \`dt.year * 12 + dt.month\`).`);
}
