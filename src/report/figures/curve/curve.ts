import type { CurveFindings } from "../../../curve/findings.js";
import { sortedCurve } from "../../../curve/sorted.js";
import { decimal, integer, placesFor } from "../../numbers.js";
import { frameOf } from "../frame.js";
import type { Palette } from "../palette.js";
import { extent, ticksOf } from "../scale.js";
import { type Figure, line, tag, text, textWidth, TITLE } from "../svg.js";
import { binnedEstimates, envelopeArea, paperOf, preferredMark, singleEstimates } from "./estimates.js";
import { binsOf, LEFT, linesOf, MOST_SINGLE, PLOT } from "./layout.js";
import { matrix, matrixHeight } from "./matrix.js";

const TOP = TITLE + 34;
const HEIGHT = 270;

/**
 * The specification curve (Simonsohn, Simmons and Nelson 2020): estimates sorted, with their intervals, over the choices
 * that made them; null where no specification has an estimate. Up to 400 each is drawn by itself, beyond that in bins, so
 * that the drawing stays below 400 kB.
 */
export function specificationCurve(found: CurveFindings): Figure | null {
  const { id, title, rows, inference } = found;
  const sorted = sortedCurve(rows);
  const size = sorted.numbers.length;
  if (size === 0) return null;
  const bins = binsOf(size);
  const lines = linesOf(found, sorted);
  const limits = [...sorted.numbers].flatMap((i) => [rows.theta[i] ?? NaN, rows.lower[i] ?? NaN, rows.upper[i] ?? NaN]);
  const frame = frameOf({ left: LEFT, top: TOP, width: PLOT, height: HEIGHT, xRange: [0, size], yRange: extent([0, ...limits, ...(inference?.envelope.low ?? []), ...(inference?.envelope.high ?? [])], 0.04) });
  const bottom = TOP + HEIGHT + 14;
  const end = bottom + matrixHeight(lines);
  const single = size <= MOST_SINGLE;
  const draw = (palette: Palette): string => [
    scale(frame, palette), envelopeArea(found, frame, palette),
    line(LEFT, frame.y(0), LEFT + PLOT, frame.y(0), { stroke: palette.ink, "stroke-width": 1 }),
    matrix(lines, bins, size, bottom, palette),
    single ? singleEstimates(found, sorted, frame, palette) : binnedEstimates(found, sorted, bins, frame, palette),
    preferredMark(found, sorted, frame, end, palette), legend(found, sorted.preferred, single, palette),
  ].join("");
  return { id: `${id}-curve`, title, caption: captionOf(found, size, single), width: LEFT + PLOT + 18, height: Math.ceil(end + 16), draw };
}

/** Ticks of the estimates; ranks need none. */
function scale(frame: ReturnType<typeof frameOf>, palette: Palette): string {
  const ticks = ticksOf(frame.yRange, 7);
  return ticks.values.map((value) => line(LEFT, frame.y(value), LEFT + PLOT, frame.y(value), { stroke: palette.grid }) + text(decimal(value, ticks.places), LEFT - 10, frame.y(value) + 4, { fill: palette.muted, "font-size": 11, "text-anchor": "end" })).join("");
}

function legend({ rows, inference }: CurveFindings, preferred: number | null, single: boolean, palette: Palette): string {
  const y = TITLE + 12;
  let x = LEFT;
  const entry = (mark: (x: number) => string, label: string): string => {
    const drawn = mark(x) + text(label, x + 18, y, { fill: palette.muted, "font-size": 11 });
    x += 34 + textWidth(label, 11);
    return drawn;
  };
  const dot = (colour: string, inner: string) => (at: number): string => tag("circle", { cx: at + 6, cy: y - 4, r: 4, fill: inner, stroke: colour, "stroke-width": 2 });
  const stroke = (colour: string, width: number) => (at: number): string => line(at, y - 4, at + 13, y - 4, { stroke: colour, "stroke-width": width });
  const value = preferred === null || rows.preferred === null ? "" : ` ${decimal(rows.theta[rows.preferred] ?? NaN, placesFor(rows.se[rows.preferred] ?? NaN))}`;
  return [
    entry(single ? dot(palette.main, palette.main) : stroke(palette.main, 3.6), single ? "interval leaves 0 out" : "most intervals leave 0 out"),
    entry(single ? dot(palette.muted, paperOf(palette)) : stroke(palette.muted, 1.6), single ? "holds 0" : "most hold 0"),
    ...(single && rows.warned.some((count) => count > 0) ? [entry((at) => tag("path", { d: `M${at + 6} ${y - 9}l5 5l-5 5l-5 -5z`, fill: palette.second }), "with warnings")] : []),
    ...(inference === null ? [] : [entry((at) => tag("rect", { x: at, y: y - 9, width: 13, height: 10, fill: palette.muted, "fill-opacity": 0.25 }), "if there were no effect")]),
    ...(preferred === null ? [] : [entry((at) => tag("circle", { cx: at + 6, cy: y - 4, r: 4.5, fill: paperOf(palette), stroke: palette.third, "stroke-width": 2.5 }), `preferred${value}`)]),
  ].join("");
}

function captionOf({ rows, inference }: CurveFindings, size: number, single: boolean): string {
  const level = `${Math.round((inference?.choice.level ?? 0.95) * 1000) / 10} %`;
  const how = single ? "each with its interval" : "with their intervals (light: all, dark: the middle ones of each column), the matrix the darker the commoner an option is than in the whole curve";
  const envelope = inference === null ? "" : ` Shaded: where ${level} of such curves lie, rank by rank, if no specification has an effect.`;
  const failed = size === rows.size ? "" : ` ${integer(rows.size - size)} have no estimate.`;
  return `${integer(size)} specifications from the least estimate to the largest, ${how}.${envelope}${failed}`;
}
