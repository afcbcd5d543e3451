import { expect, it } from "vitest";
import type { Column, DateUnit, Panel } from "../../src/panel/panel.js";
import { dateText } from "../../src/panel/dates.js";
import { withTimeOperators } from "../../src/panel/periods.js";
import { messageOf } from "../helpers/errors.js";

const panel = (times: readonly number[], date: DateUnit): Panel => {
  const columns: Column[] = [
    { kind: "number", name: "unit", values: new Float64Array(times.length) },
    { kind: "number", name: "time", values: Float64Array.from(times), date },
    { kind: "number", name: "x", values: Float64Array.from(times, (_, i) => i) },
  ];
  return { source: "p", rows: times.length, columns: new Map(columns.map((column) => [column.name, column])) };
};
const lag = (times: readonly number[], date: DateUnit): unknown => (withTimeOperators(panel(times, date), [{ name: "L.x", place: () => "study, line 1" }], { unit: "unit", time: "time" }).columns.get("L.x") as { values: Float64Array }).values;

it("lags by months, and by days that are equally far apart, are lags", () => {
  expect(lag([588, 589, 591], "month")).toEqual(Float64Array.of(NaN, 0, NaN));
  expect(lag([7, 14, 28], "day")).toEqual(Float64Array.of(NaN, 0, NaN));
});

it("lags by days that are months apart are refused", () => {
  expect(messageOf(() => lag([0, 31, 60], "day"))).toContain("`time` counts days, and its periods are 29 to 31 apart, so lags by period have no meaning.");
});

it("dates are ISO 8601 text, and what has no such form is Stata's", () => {
  const shown: readonly (readonly [number, DateUnit, string])[] = [
    [0, "day", "1960-01-01"], [-1, "day", "1959-12-31"], [17898.5, "day", "2009-01-01"], [1546387200123, "millisecond", "2009-01-01T00:00:00.123"], [0, "millisecond", "1960-01-01T00:00:00"],
    [588, "month", "2009-01"], [-1, "month", "1959-12"], [197, "quarter", "2009Q2"], [-1, "quarter", "1959Q4"], [99, "halfyear", "2009H2"], [52, "week", "1961W01"], [2009, "year", "2009"], [NaN, "day", ""], [1e15, "day", ""],
  ];
  for (const [value, unit, text] of shown) expect(dateText(value, unit)).toBe(text);
});
