import type { Palette } from "../palette.js";
import { fitted, line, tag, text } from "../svg.js";
import { type Bin, LEFT, type Line, MOST_SINGLE, placeOf, PLOT, WIDTH } from "./layout.js";

const HEIGHT = { heading: 22, marks: 13 } as const;

/** Height of the lines together. */
export function matrixHeight(lines: readonly Line[]): number {
  return lines.reduce((sum, { kind }) => sum + HEIGHT[kind], 0);
}

/**
 * Lines of marks under the curve: one mark a specification, or, where there are too many, bins the darker the commoner
 * something is in them, against the whole curve.
 */
export function matrix(lines: readonly Line[], bins: readonly Bin[], size: number, top: number, palette: Palette): string {
  const drawn: string[] = [];
  let y = top;
  for (const one of lines) {
    const bottom = y + HEIGHT[one.kind];
    if (one.kind === "heading") {
      drawn.push(
        line(12, y + 5, WIDTH - 18, y + 5, { stroke: palette.grid }),
        text(fitted(one.label, LEFT + 200, 11), 12, bottom - 3, { fill: palette.ink, "font-size": 11, "font-weight": 600 }),
        ...(one.aside === "" ? [] : [text(one.aside, WIDTH - 18, bottom - 3, { fill: palette.muted, "font-size": 11, "text-anchor": "end" })]),
      );
    } else {
      const colour = one.emphasis ? palette.second : palette.main;
      drawn.push(
        text(fitted(one.label, LEFT - 34, 10.5), LEFT - 10, bottom - 3, { fill: palette.muted, "font-size": 10.5, "text-anchor": "end" }),
        size <= MOST_SINGLE ? singles(one.holds, size, y, colour) : shades(one.holds, bins, size, y, colour),
      );
    }
    y = bottom;
  }
  return drawn.join("");
}

/** One upright stroke a specification, all one path. */
function singles(holds: (rank: number) => boolean, size: number, y: number, stroke: string): string {
  let d = "";
  for (let rank = 0; rank < size; rank++) if (holds(rank)) d += `M${tenth(placeOf(rank, size))} ${y + 3}v8`;
  return d === "" ? "" : tag("path", { d, stroke, "stroke-width": Math.min(5, Math.max(1, (PLOT / size) * 0.7)), fill: "none" });
}

/** Ratios to the share in the whole curve from which a shade holds, and its opacity. */
const SHADES = [[0, 0.1], [0.5, 0.24], [0.8, 0.42], [1.25, 0.64], [1.8, 0.95]] as const;

/** Rectangles of one shade are one path; those side by side are one rectangle. */
function shades(holds: (rank: number) => boolean, bins: readonly Bin[], size: number, y: number, fill: string): string {
  const counts = bins.map(({ from, to }) => {
    let count = 0;
    for (let rank = from; rank < to; rank++) if (holds(rank)) count++;
    return count;
  });
  const whole = counts.reduce((sum, count) => sum + count, 0) / size;
  const shadeOf = (b: number): number => {
    const { from, to } = bins[b] as Bin;
    const count = counts[b] ?? 0;
    return count === 0 ? -1 : count === to - from ? SHADES.length - 1 : SHADES.findLastIndex(([ratio]) => count / (to - from) >= ratio * whole);
  };
  const paths = SHADES.map(() => "");
  for (let b = 0; b < bins.length;) {
    const shade = shadeOf(b);
    let end = b + 1;
    while (end < bins.length && shadeOf(end) === shade) end++;
    const [left, right] = [edge(bins[b]?.from ?? 0, size), edge(bins[end]?.from ?? size, size)];
    if (shade >= 0) paths[shade] = `${paths[shade] ?? ""}M${tenth(left)} ${y + 2}H${tenth(right)}v10H${tenth(left)}z`;
    b = end;
  }
  return paths.map((d, shade) => (d === "" ? "" : tag("path", { d, fill, "fill-opacity": SHADES[shade]?.[1] ?? 1 }))).join("");
}

/** Where a rank's column begins. */
function edge(rank: number, size: number): number {
  return LEFT + (rank / size) * PLOT;
}

/** At most one decimal: a tenth of a pixel is not seen, and paths are long. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
