import type { Sensitivity } from "../../inference/sensitivity/sensitivity.js";
import { decimal } from "../numbers.js";
import { axes, type Frame, frameOf } from "./frame.js";
import type { Palette } from "./palette.js";
import { ticksOf } from "./scale.js";
import { type Figure, fitted, round, tag, text, TITLE } from "./svg.js";

type Grid = NonNullable<Sensitivity["contour"]>;

/** The bound of the effect over the strength of a supposed confounder; where it reaches the effect asked about, and the benchmarks. */
export function contourFigure(id: string, title: string, found: Sensitivity & { readonly contour: Grid }): Figure {
  const { contour, effect, confounding, benchmarks } = found;
  const values = contour.values.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const levels = ticksOf([low, high], 9);
  const others = levels.values.filter((level) => Math.abs(level - effect) > 1e-12);
  const marks = [
    { label: "supposed", cfY: confounding.cfY, cfD: confounding.cfD },
    ...benchmarks.map(({ controls, benchmark }) => ({ label: controls.join(", "), cfY: benchmark.cfY, cfD: benchmark.cfD })),
  ];
  const draw = (palette: Palette): string => {
    const frame = frameOf({
      left: 72, top: TITLE + 30, width: 520, height: 380,
      xRange: [contour.cfD[0] ?? 0, contour.cfD.at(-1) ?? 1], yRange: [contour.cfY[0] ?? 0, contour.cfY.at(-1) ?? 1],
    });
    const shown = marks.filter(({ cfY, cfD }) => cfD >= frame.xRange[0] && cfD <= frame.xRange[1] && cfY >= frame.yRange[0] && cfY <= frame.yRange[1]);
    return [
      axes(frame, { x: "cf_d: share of the treatment's (or representer's) variance", y: "cf_y: share of the outcome's variance" }, palette),
      ...others.map((level) => isoline(contour, level, frame, { stroke: palette.main, "stroke-width": 1.4 }, decimal(level, levels.places), palette)),
      isoline(contour, effect, frame, { stroke: palette.second, "stroke-width": 2.6 }, decimal(effect, levels.places), palette),
      ...shown.map(({ cfY, cfD }, i) => tag("circle", { cx: frame.x(cfD), cy: frame.y(cfY), r: 8, fill: palette.third, "fill-opacity": 0.9 }) + text(String(i + 1), frame.x(cfD), frame.y(cfY) + 4, { fill: halo(palette), "font-size": 11, "font-weight": 600, "text-anchor": "middle" })),
      text(fitted(shown.map(({ label }, i) => `${i + 1}: ${label}`).join("   "), frame.width), frame.left, frame.top - 8, { fill: palette.third, "font-weight": 600 }),
    ].join("");
  };
  return {
    id, title, width: 620, height: TITLE + 466, draw,
    caption: `The bound of the effect under an omitted confounder of each strength; on the thick line it is ${effect}. Numbered: the supposed confounder, and ones as strong as the named controls.`,
  };
}

/** A level's line through the grid, cell by cell (marching squares with linear interpolation), and its label where it leaves. */
function isoline(grid: Grid, level: number, frame: Frame, stroke: Readonly<Record<string, string | number>>, label: string, palette: Palette): string {
  let d = "";
  let last: readonly [number, number] | null = null;
  for (let i = 0; i + 1 < grid.cfY.length; i++) {
    for (let j = 0; j + 1 < grid.cfD.length; j++) {
      const points = crossings(grid, level, i, j).map(([cfD, cfY]) => [frame.x(cfD), frame.y(cfY)] as const);
      for (let k = 0; k + 1 < points.length; k += 2) {
        const [a, b] = [points[k], points[k + 1]];
        if (a === undefined || b === undefined) continue;
        d += `M${round(a[0])} ${round(a[1])}L${round(b[0])} ${round(b[1])}`;
        for (const end of [a, b]) if (last === null || end[0] > last[0] || (end[0] === last[0] && end[1] > last[1])) last = end;
      }
    }
  }
  if (last === null) return "";
  return tag("path", { d, fill: "none", ...stroke }) + text(label, last[0] - 4, last[1] - 4, { fill: stroke["stroke"] ?? palette.ink, "font-size": 11, "text-anchor": "end", stroke: halo(palette), "stroke-width": 3, "paint-order": "stroke" });
}

function halo({ paper }: Palette): string {
  return paper === "none" ? "var(--paper)" : paper;
}

/** Where a level crosses the edges of a cell: two points, or four at a saddle, in pairs. */
function crossings({ cfY, cfD, values }: Grid, level: number, i: number, j: number): readonly (readonly [number, number])[] {
  const corner = (a: number, b: number): readonly [number, number, number] => [cfD[j + b] ?? NaN, cfY[i + a] ?? NaN, values[i + a]?.[j + b] ?? NaN];
  const around = [corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0)];
  return around.flatMap((from, k): readonly (readonly [number, number])[] => {
    const to = around[(k + 1) % 4] as readonly [number, number, number];
    if (!(from[2] < level !== to[2] < level)) return [];
    const share = (level - from[2]) / (to[2] - from[2]);
    return [[from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
  });
}
