/** Dates as numbers and as text. All counts are Stata's: since the beginning of 1960. */
import type { DateUnit } from "./panel.js";

/** Days from 1960-01-01 to 1970-01-01, the beginning of everyone else's counts. */
export const DAYS_TO_1970 = 3653;
/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** How many of each unit make a year, and how ISO 8601 or usage separates the two. */
const parts: Readonly<Record<"week" | "month" | "quarter" | "halfyear", readonly [number, string]>> = {
  week: [52, "W"], month: [12, "-"], quarter: [4, "Q"], halfyear: [2, "H"],
};

/** A date as text: `2009-01-31`, `2009-01-31T12:30:00`, `2009-01`, `2009Q1`, `2009W05`, `2009H1`, `2009`; `` where missing or beyond the calendar. */
export function dateText(value: number, unit: DateUnit): string {
  if (!Number.isFinite(value)) return "";
  if (unit === "day" || unit === "millisecond") return instantText(value, unit);
  if (unit === "year") return String(value);
  const [perYear, sign] = parts[unit];
  const year = 1960 + Math.floor(value / perYear);
  const part = String(Math.floor(value) - (year - 1960) * perYear + 1);
  return `${String(year).padStart(4, "0")}${sign}${perYear >= 10 ? part.padStart(2, "0") : part}`;
}

function instantText(value: number, unit: "day" | "millisecond"): string {
  const instant = new Date(unit === "day" ? (Math.floor(value) - DAYS_TO_1970) * DAY : value - DAYS_TO_1970 * DAY);
  if (Number.isNaN(instant.getTime())) return "";
  const text = instant.toISOString();
  return unit === "day" ? text.slice(0, -14) : text.replace(/(\.000)?Z$/, "");
}

/** Instants in milliseconds since 1970 (UTC, NaN where missing) as dates: days where all are midnights. The array is used up. */
export function datesOf(instants: Float64Array): { readonly values: Float64Array; readonly date: "day" | "millisecond" } {
  const midnights = instants.every((value) => Number.isNaN(value) || value % DAY === 0);
  for (let i = 0; i < instants.length; i++) {
    const value = instants[i] ?? NaN;
    instants[i] = midnights ? value / DAY + DAYS_TO_1970 : value + DAYS_TO_1970 * DAY;
  }
  return { values: instants, date: midnights ? "day" : "millisecond" };
}

/** Whether all values are whole or missing, as the date types of other formats are. */
export function areWhole(values: Float64Array): boolean {
  return values.every((value) => Number.isNaN(value) || Number.isInteger(value));
}
