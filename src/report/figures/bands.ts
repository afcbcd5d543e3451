import type { PathPoint } from "../../inference/diagnostics/stability.js";
import type { Curve } from "../../inference/heterogeneity/curve.js";
import type { Described } from "../describe.js";
import { percent } from "../levels.js";
import { labelOf } from "../notes.js";
import type { ResultRow, StudyResult } from "../results.js";
import { axes, frameOf, panelPlaces } from "./frame.js";
import type { Palette } from "./palette.js";
import { extent } from "./scale.js";
import { type Figure, line, tag, through, TITLE } from "./svg.js";

/** A line with a band, or two, around it. */
interface Band {
  readonly title: string;
  readonly x: readonly number[];
  readonly middle: readonly number[];
  /** Outer first: they are drawn over each other. */
  readonly bands: readonly { readonly low: readonly number[]; readonly high: readonly number[] }[];
  /** Whether the last point is extrapolated: dashed towards it, and hollow. */
  readonly beyond?: boolean;
  /** The place of the point that is reported: large. */
  readonly marked?: number;
}

interface BandChoice {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly x: string;
  /** One range of y for all panels, zero in it. */
  readonly shared: boolean;
  readonly wholeX: boolean;
}

const PANEL = { width: 236, height: 204, top: TITLE + 8 };
const SINGLE = { width: 640, height: 340, top: TITLE + 8 };

/** Panels of lines with bands, three a row; one panel alone is large. */
function bandFigure(panels: readonly Band[], { id, title, caption, x, shared, wholeX }: BandChoice): Figure {
  const size = panels.length === 1 ? SINGLE : PANEL;
  const places = panelPlaces(panels.length, size);
  const values = ({ middle, bands }: Band): readonly number[] => [...middle, ...bands.flatMap(({ low, high }) => [...low, ...high])];
  const common = extent([0, ...panels.flatMap(values)]);
  const draw = (palette: Palette): string => panels.map((panel, i) => {
    const { left, top } = places[i] ?? { left: 0, top: 0 };
    const frame = frameOf({
      left: left + 58, top: top + 24, width: size.width - 72, height: size.height - 76,
      xRange: extent(panel.x, 0.02), yRange: shared ? common : extent(values(panel)),
    });
    const path = (ys: readonly number[]): string => through(ys.map((y, j) => [frame.x(panel.x[j] ?? 0), frame.y(y)] as const));
    const area = ({ low, high }: Band["bands"][number]): string => {
      const back = high.map((y, j) => [frame.x(panel.x[j] ?? 0), frame.y(y)] as const).reverse();
      return tag("path", { d: `${path(low)}L${through(back).slice(1)}Z`, fill: palette.main, "fill-opacity": 0.18 });
    };
    const zero = shared ? line(frame.left, frame.y(0), frame.left + frame.width, frame.y(0), { stroke: palette.muted, "stroke-width": 1.5 }) : "";
    const dots = panel.x.length > 24 ? "" : panel.middle.map((y, j) => {
      const isHollow = panel.beyond === true && j === panel.middle.length - 1;
      return tag("circle", { cx: frame.x(panel.x[j] ?? 0), cy: frame.y(y), r: j === panel.marked ? 5 : 2.6, fill: isHollow ? (palette.paper === "none" ? "var(--paper)" : palette.paper) : palette.main, ...(isHollow ? { stroke: palette.main, "stroke-width": 1.5 } : {}) });
    }).join("");
    const solid = panel.beyond === true ? panel.middle.slice(0, -1) : panel.middle;
    const dashed = panel.beyond === true ? tag("path", { d: through(panel.middle.map((y, j) => [frame.x(panel.x[j] ?? 0), frame.y(y)] as const).slice(-2)), fill: "none", stroke: palette.main, "stroke-width": 2, "stroke-dasharray": "4 3" }) : "";
    return [
      axes(frame, { title: panel.title, x, wholeX }, palette), zero, ...panel.bands.map(area),
      tag("path", { d: path(solid), fill: "none", stroke: palette.main, "stroke-width": 2 }), dashed, dots,
    ].join("");
  }).join("");
  const rows = Math.ceil(panels.length / 3);
  return { id, title, caption, width: panels.length === 1 ? SINGLE.width : PANEL.width * Math.min(3, Math.max(2, panels.length)) + 8, height: size.top + rows * size.height, draw };
}

/** The effect along a column: its band, and within it the interval of each point. */
export function curveFigure(id: string, title: string, column: string, { points }: Curve, level: number): Figure {
  const band = (limits: readonly (readonly [number, number])[]): Band["bands"][number] => ({ low: limits.map(([low]) => low), high: limits.map(([, high]) => high) });
  const panel: Band = {
    title: "", x: points.map(({ at }) => at), middle: points.map(({ coef }) => coef),
    bands: [band(points.map((point) => point.band)), band(points.map(({ ci }) => ci))],
  };
  const shown = percent(level);
  return bandFigure([panel], { id, title, x: column, shared: true, wholeX: false, caption: `The effect along ${column}: ${shown} intervals of each point (dark) and the ${shown} band of the whole curve (light).` });
}

/** Estimates after each stage or round, one panel a column of a table and treatment; null where no column has a path. */
export function pathFigure(id: string, title: string, columns: readonly ResultRow[], result: StudyResult): Figure | null {
  const panels = columns.flatMap(({ specification: { column, label }, estimate }): readonly Band[] => {
    const paths = estimate?.path ?? [];
    const place = label.startsWith("(") ? `(${column})` : `(${column}) ${label}`;
    return paths.map(({ name, points }) => ({
      title: paths.length > 1 ? `${place}: ${labelOf(result, name)}` : place, x: points.map((_, i) => placeOf(points, i)), middle: points.map(({ coef }) => coef),
      bands: [{ low: points.map(({ ci }) => ci[0]), high: points.map(({ ci }) => ci[1]) }], beyond: points.at(-1)?.checkpoint === null,
      marked: points.findIndex(({ reported }) => reported),
    }));
  });
  if (panels.length === 0) return null;
  return bandFigure(panels, { id, title: `${title}: stability`, x: "stages or rounds", shared: true, wholeX: true, caption: `Estimates and their intervals after each stage or round of the learners. The last point, hollow, is extrapolated: one more step on. The large point is the one that the table reports (${reportedBy(columns)}). A path that still moves at its end is not settled.` });
}

const REPORTED: Readonly<Record<ResultRow["specification"]["rounds"], string>> = {
  extrapolated: "the extrapolated", last: "the last that was fitted", stable: "the first from which the path is stable",
};

/** By which rule the columns that have a path report a point of it. */
function reportedBy(columns: readonly ResultRow[]): string {
  const withPath = columns.filter(({ estimate }) => (estimate?.path ?? []).length > 0);
  const rules = [...new Set(withPath.map(({ specification: { rounds } }) => rounds))];
  const of = (rule: (typeof rules)[number]): string => withPath.filter(({ specification }) => specification.rounds === rule).map(({ specification }) => `(${specification.column})`).join(", ");
  return rules.map((rule) => `\`rounds: ${rule}\`, ${REPORTED[rule]}${rules.length > 1 ? `, in ${of(rule)}` : ""}`).join("; ");
}

/** Rounds or stages; of the extrapolated point one more step. */
function placeOf(path: readonly PathPoint[], i: number): number {
  const at = (place: number): number => path[place]?.checkpoint ?? 0;
  return path[i]?.checkpoint ?? 2 * at(i - 1) - at(i - 2);
}

/** Means by period, with the band from the lower to the upper quartile, one panel a variable; null without periods. */
export function periodFigure(id: string, title: string, described: readonly Described[], result: StudyResult): Figure | null {
  const panels = described.filter(({ periods }) => periods.length > 1).map(({ variable, periods, histogram }): Band => ({
    title: labelOf(result, variable), x: periods.map(({ at }) => at), middle: periods.map(({ mean }) => mean),
    // Quartiles of a variable with two values say nothing.
    bands: histogram.filter((count) => count > 0).length <= 2 ? [] : [{ low: periods.map(({ p25 }) => p25), high: periods.map(({ p75 }) => p75) }],
  }));
  if (panels.length === 0) return null;
  return bandFigure(panels, { id, title: `${title} over time`, x: result.study.data.time ?? "", shared: false, wholeX: true, caption: "Means by period, and the band from the lower to the upper quartile." });
}
