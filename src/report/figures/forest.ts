import { decimal } from "../numbers.js";
import type { Palette } from "./palette.js";
import { extent, linear, ticksOf } from "./scale.js";
import { type Figure, fitted, line, tag, text, textWidth, TITLE } from "./svg.js";

/** An estimate with its interval. */
export interface Interval {
  readonly coef: number;
  readonly ci: readonly [number, number];
}

/** One line of the plot: an estimate, another beside it, or neither. */
export interface ForestRow {
  readonly label: string;
  readonly estimate: Interval | null;
  /** Drawn below it, hollow. */
  readonly beside: Interval | null;
}

/** A plot of estimates with intervals, one a line. */
export interface ForestChoice {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
  /** What the filled and the hollow marks are; the second null where there are none. */
  readonly marks: readonly [string, string | null];
}

const ROW = 34;
const WIDTH = 680;

/** Dots with whiskers from top to bottom, zero marked; the estimates stand as numbers on the right. */
export function forestFigure(rows: readonly ForestRow[], { id, title, caption, axis, marks }: ForestChoice): Figure {
  const widest = rows.reduce((most, { label }) => Math.max(most, textWidth(label)), 0);
  const left = Math.min(240, 24 + widest);
  const right = 92;
  const top = TITLE + 30;
  const height = top + rows.length * ROW + 52;
  const intervals = rows.flatMap(({ estimate, beside }) => [estimate, beside].filter((one) => one !== null));
  const range = extent([0, ...intervals.flatMap(({ coef, ci }) => [coef, ...ci])]);
  const x = linear(range, [left, WIDTH - right]);
  const bottom = top + rows.length * ROW;
  const ticks = ticksOf(range, 6);
  const draw = (palette: Palette): string => [
    ...ticks.values.map((value) => line(x(value), top - 6, x(value), bottom, { stroke: palette.grid })),
    ...ticks.values.map((value) => text(decimal(value, ticks.places), x(value), bottom + 17, { fill: palette.muted, "font-size": 11, "text-anchor": "middle" })),
    line(x(0), top - 6, x(0), bottom, { stroke: palette.muted, "stroke-width": 1.5 }),
    text(fitted(axis, WIDTH - left - 12, 11), (left + WIDTH - right) / 2, bottom + 36, { fill: palette.muted, "font-size": 11, "text-anchor": "middle" }),
    legend(marks, left, palette),
    ...rows.map((row, i) => rowText(row, top + i * ROW + ROW / 2, left, x, palette)),
  ].join("");
  return { id, title, caption, width: WIDTH, height, draw };
}

function rowText({ label, estimate, beside }: ForestRow, y: number, left: number, x: (value: number) => number, palette: Palette): string {
  const name = text(fitted(label, left - 20), left - 12, y + 4, { fill: palette.ink, "text-anchor": "end" });
  if (estimate === null) return name + text("not estimated", WIDTH - 12, y + 4, { fill: palette.muted, "text-anchor": "end" });
  const places = placesOf(estimate);
  const up = beside === null ? y : y - 4;
  return [
    name,
    line(x(estimate.ci[0]), up, x(estimate.ci[1]), up, { stroke: palette.main, "stroke-width": 2.5, "stroke-linecap": "round" }),
    tag("circle", { cx: x(estimate.coef), cy: up, r: 4.5, fill: palette.main }),
    ...(beside === null ? [] : [
      line(x(beside.ci[0]), y + 7, x(beside.ci[1]), y + 7, { stroke: palette.second, "stroke-width": 1.5 }),
      tag("path", { d: `M${x(beside.coef).toFixed(2)} ${y + 3}l4 4l-4 4l-4 -4z`, fill: palette.paper === "none" ? "var(--paper)" : palette.paper, stroke: palette.second, "stroke-width": 1.5 }),
    ]),
    text(decimal(estimate.coef, places), WIDTH - 12, y + 4, { fill: palette.ink, "text-anchor": "end", "font-variant-numeric": "tabular-nums" }),
  ].join("");
}

function legend([filled, hollow]: readonly [string, string | null], left: number, palette: Palette): string {
  const y = TITLE + 10;
  const second = left + 30 + textWidth(filled, 11);
  return [
    tag("circle", { cx: left + 5, cy: y - 4, r: 4.5, fill: palette.main }), text(filled, left + 16, y, { fill: palette.muted, "font-size": 11 }),
    ...(hollow === null ? [] : [
      tag("path", { d: `M${(second + 5).toFixed(2)} ${y - 8}l4 4l-4 4l-4 -4z`, fill: "none", stroke: palette.second, "stroke-width": 1.5 }),
      text(hollow, second + 16, y, { fill: palette.muted, "font-size": 11 }),
    ]),
  ].join("");
}

/** Decimals that show two figures of the interval's width. */
function placesOf({ ci }: Interval): number {
  let places = 0;
  for (let width = ci[1] - ci[0]; places < 8 && width > 0 && width < 40; width *= 10) places++;
  return places;
}
