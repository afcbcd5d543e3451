import type { Density, MeanPoint, Scatter } from "../../inference/diagnostics/scatter.js";
import type { Estimate } from "../../inference/estimate.js";
import { decimal } from "../numbers.js";
import { axes, type Frame, frameOf, panelPlaces } from "./frame.js";
import type { Palette } from "./palette.js";
import { type Figure, line, round, tag, TITLE } from "./svg.js";

const PANEL = { width: 300, height: 292, top: TITLE + 8 };

/** Names of a specification's variables as plots print them. */
export interface ScatterLabels {
  readonly id: string;
  readonly title: string;
  readonly outcome: string;
  readonly treatment: string;
}

/** Out-of-fold fit of each nuisance and, where the final stage is one regression, residual on residual. */
export function fitFigure({ fits, residuals }: Scatter, { nuisances, coef }: Estimate, { id, title, outcome, treatment }: ScatterLabels): Figure {
  const panels = fits.length + (residuals === null ? 0 : 1);
  const perRow = 2;
  const places = panelPlaces(panels, PANEL, perRow);
  const frameAt = (i: number, density: Density): Frame => {
    const { left, top } = places[i] ?? { left: 0, top: 0 };
    return frameOf({ left: left + 66, top: top + 26, width: PANEL.width - 82, height: PANEL.height - 84, xRange: density.x, yRange: density.y });
  };
  const draw = (palette: Palette): string => [
    ...fits.map(({ nuisance, density, means }, i) => {
      const frame = frameAt(i, density);
      const name = `${nuisance}: out-of-fold R² ${decimal(nuisances[nuisance]?.r2, 3)}`;
      return axes(frame, { title: name, x: "prediction", y: "observed" }, palette) + cells(density, frame, palette) + slope(frame, 0, 1, palette.second) + dots(means, frame, palette);
    }),
    ...(residuals === null ? [] : [residualPanel(residuals, frameAt(fits.length, residuals.density), coef, { outcome, treatment }, palette)]),
  ].join("");
  return {
    id, title, draw, width: PANEL.width * Math.min(perRow, Math.max(2, panels)) + 8, height: PANEL.top + Math.ceil(panels / perRow) * PANEL.height,
    caption: `Rows by cells, the darker the more (the central 99 %). Dots: means by twentieths of what is across. Fits are without absorbed effects; the line is where prediction and value agree.${residuals === null ? "" : " Residuals: the line is that of the estimate."}`,
  };
}

function residualPanel({ density, means }: NonNullable<Scatter["residuals"]>, frame: Frame, coef: number, { outcome, treatment }: Pick<ScatterLabels, "outcome" | "treatment">, palette: Palette): string {
  const centre = { x: mean(means.map(({ x }) => x)), y: mean(means.map(({ y }) => y)) };
  return [
    axes(frame, { title: "Residual on residual", x: `residual of ${treatment}`, y: `residual of ${outcome}` }, palette), cells(density, frame, palette),
    slope(frame, centre.y - coef * centre.x, coef, palette.second),
    dots(means, frame, palette),
  ].join("");
}

function dots(means: readonly MeanPoint[], frame: Frame, palette: Palette): string {
  const inside = means.filter(({ x, y }) => within(x, frame.xRange) && within(y, frame.yRange));
  return inside.map(({ x, y }) => tag("circle", { cx: frame.x(x), cy: frame.y(y), r: 3.2, fill: palette.second, stroke: palette.paper === "none" ? "var(--paper)" : palette.paper })).join("");
}

const SHADES = [0.12, 0.25, 0.42, 0.62, 0.85];

/** One path a shade; cells of a shade that stand side by side are one rectangle. */
function cells({ cells: count, counts }: Density, frame: Frame, palette: Palette): string {
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const shades = counts.map((value) => (value === 0 ? -1 : Math.min(SHADES.length - 1, Math.floor(Math.sqrt(value / most) * SHADES.length))));
  const [width, height] = [frame.width / count, frame.height / count];
  const all = Array.from({ length: count }, (_, i) => i); // numbers are written once, not for each rectangle
  const lefts = all.map((column) => `${round(frame.left + column * width)}`);
  const across = all.map((columns) => `h${round((columns + 1) * width)}v${round(height)}H`);
  const paths = SHADES.map(() => "");
  for (let row = 0; row < count; row++) {
    const top = ` ${round(frame.top + frame.height - (row + 1) * height)}`;
    for (let column = 0; column < count;) {
      const shade = shades[row * count + column] ?? -1;
      let end = column + 1;
      while (end < count && shades[row * count + end] === shade) end++;
      if (shade >= 0) paths[shade] = `${paths[shade] ?? ""}M${lefts[column] ?? ""}${top}${across[end - column - 1] ?? ""}${lefts[column] ?? ""}z`;
      column = end;
    }
  }
  return paths.map((d, shade) => (d === "" ? "" : tag("path", { d, fill: palette.main, "fill-opacity": SHADES[shade] ?? 1 }))).join("");
}

/** y = a + b x within the frame. */
function slope({ x, y, xRange, yRange }: Frame, a: number, b: number, stroke: string): string {
  const ends = xRange.map((at) => [at, a + b * at] as const);
  const crossings = b === 0 ? [] : yRange.map((value) => [(value - a) / b, value] as const);
  const inside = [...ends, ...crossings].filter(([u, v]) => within(u, xRange) && within(v, yRange)).sort(([u], [v]) => u - v);
  const [first, last] = [inside[0], inside.at(-1)];
  return first === undefined || last === undefined ? "" : line(x(first[0]), y(first[1]), x(last[0]), y(last[1]), { stroke, "stroke-width": 2 });
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  const slack = (high - low) * 1e-9;
  return value >= low - slack && value <= high + slack;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
