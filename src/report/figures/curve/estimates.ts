import type { CurveFindings } from "../../../curve/findings.js";
import { isSignificant, type SortedCurve } from "../../../curve/sorted.js";
import type { Frame } from "../frame.js";
import type { Palette } from "../palette.js";
import { tag } from "../svg.js";
import { type Bin, placeOf, PLOT } from "./layout.js";
import { tenth } from "./matrix.js";

/** Where the sorted curve lies if nothing has an effect: shaded, its middle dashed. */
export function envelopeArea({ inference }: CurveFindings, frame: Frame, palette: Palette): string {
  if (inference === null) return "";
  const { ranks, low, middle, high } = inference.envelope;
  const points = (values: Float64Array): string[] => Array.from(ranks, (rank, j) => `${tenth(placeOf(rank, inference.judged))} ${tenth(frame.y(values[j] ?? NaN))}`);
  return [
    tag("path", { d: `M${points(low).join("L")}L${points(high).reverse().join("L")}z`, fill: palette.muted, "fill-opacity": 0.17 }),
    tag("path", { d: `M${points(middle).join("L")}`, fill: "none", stroke: palette.muted, "stroke-width": 1, "stroke-dasharray": "3 3" }),
  ].join("");
}

/** One interval and one mark a specification: filled where the interval leaves zero out, else hollow; a diamond where there are warnings. */
export function singleEstimates({ rows }: CurveFindings, { numbers }: SortedCurve, frame: Frame, palette: Palette): string {
  const size = numbers.length;
  const wide = Math.min(9, Math.max(2, (PLOT / size) * 0.75));
  const paths = { clear: "", unclear: "", filled: "", hollow: "", warnedFilled: "", warnedHollow: "" };
  numbers.forEach((i, rank) => {
    const x = placeOf(rank, size);
    const y = frame.y(rows.theta[i] ?? NaN);
    const clear = isSignificant(rows, i);
    const [low, high] = [rows.lower[i] ?? NaN, rows.upper[i] ?? NaN];
    if (Number.isFinite(low + high)) paths[clear ? "clear" : "unclear"] += `M${tenth(x)} ${tenth(frame.y(low))}V${tenth(frame.y(high))}`;
    if ((rows.warned[i] ?? 0) > 0) {
      const half = tenth(wide * 0.62);
      paths[clear ? "warnedFilled" : "warnedHollow"] += `M${tenth(x)} ${tenth(y - half)}l${half} ${half}l${-half} ${half}l${-half} ${-half}z`;
    } else paths[clear ? "filled" : "hollow"] += `M${tenth(x)} ${tenth(y)}h0`;
  });
  const strokes = (d: string, colour: string, opacity: number): string => (d === "" ? "" : tag("path", { d, fill: "none", stroke: colour, "stroke-opacity": opacity, "stroke-width": Math.min(2, wide * 0.35) }));
  // A line of no length with round ends is a dot.
  const dots = (d: string, colour: string, width: number): string => (d === "" ? "" : tag("path", { d, fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round" }));
  const diamonds = (d: string, fill: string): string => (d === "" ? "" : tag("path", { d, fill, stroke: palette.second, "stroke-width": Math.min(1.3, wide * 0.2) }));
  const paper = paperOf(palette);
  return [
    strokes(paths.unclear, palette.muted, 0.55), strokes(paths.clear, palette.main, 0.6),
    dots(paths.filled, palette.main, wide), dots(paths.hollow, palette.muted, wide), dots(paths.hollow, paper, wide * 0.55),
    diamonds(paths.warnedFilled, palette.second), diamonds(paths.warnedHollow, paper),
  ].join("");
}

/** Ribbons of the intervals of each bin, all and the middle ones, and the curve: thick where most intervals leave zero out. */
export function binnedEstimates({ rows }: CurveFindings, { numbers }: SortedCurve, bins: readonly Bin[], frame: Frame, palette: Palette): string {
  const size = numbers.length;
  const columns = bins.map(({ from, to }) => {
    const own = numbers.subarray(from, to);
    const sorted = (of: Float64Array): Float64Array => Float64Array.from(own, (i) => of[i] ?? NaN).filter(Number.isFinite).sort();
    const [low, high] = [sorted(rows.lower), sorted(rows.upper)];
    return {
      x: placeOf((from + to - 1) / 2, size), theta: rows.theta[numbers[(from + to) >> 1] ?? 0] ?? NaN,
      least: low[0] ?? NaN, low: low[low.length >> 1] ?? NaN, high: high[high.length >> 1] ?? NaN, most: high.at(-1) ?? NaN,
      isClear: 2 * own.reduce((sum, i) => sum + (isSignificant(rows, i) ? 1 : 0), 0) >= own.length,
    };
  });
  const point = (x: number, value: number): string => `${tenth(x)} ${tenth(frame.y(value))}`;
  const known = columns.filter(({ least, most }) => Number.isFinite(least + most));
  const ribbon = (low: "least" | "low", high: "high" | "most", opacity: number): string => known.length === 0 ? "" : tag("path", {
    d: `M${known.map((one) => point(one.x, one[low])).join("L")}L${known.toReversed().map((one) => point(one.x, one[high])).join("L")}z`, fill: palette.main, "fill-opacity": opacity,
  });
  const runs = { clear: "", unclear: "" };
  columns.forEach(({ x, theta, isClear }, b) => {
    const before = columns[b - 1];
    runs[isClear ? "clear" : "unclear"] += before?.isClear === isClear ? `L${point(x, theta)}` : `M${before === undefined ? "" : `${point(before.x, before.theta)}L`}${point(x, theta)}`;
  });
  const curve = (d: string, stroke: string, width: number): string => (d === "" ? "" : tag("path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linejoin": "round" }));
  return [ribbon("least", "most", 0.13), ribbon("low", "high", 0.22), curve(runs.unclear, palette.muted, 1.6), curve(runs.clear, palette.main, 3.6)].join("");
}

/** The preferred specification: a line through the whole figure and a ring on the curve. */
export function preferredMark({ rows }: CurveFindings, { numbers, preferred }: SortedCurve, frame: Frame, bottom: number, palette: Palette): string {
  if (preferred === null) return "";
  const [x, y] = [placeOf(preferred, numbers.length), frame.y(rows.theta[numbers[preferred] ?? 0] ?? NaN)];
  return [
    tag("path", { d: `M${tenth(x)} ${frame.top}V${bottom}`, stroke: palette.third, "stroke-width": 1.2, "stroke-dasharray": "5 3", fill: "none" }),
    tag("circle", { cx: x, cy: y, r: 5.5, fill: paperOf(palette), stroke: palette.third, "stroke-width": 2.5 }),
  ].join("");
}

/** What hollow marks are filled with. */
export function paperOf({ paper }: Palette): string {
  return paper === "none" ? "var(--paper)" : paper;
}
