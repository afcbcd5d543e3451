import { escapeMarkup } from "../markup.js";
import { width } from "../text.js";
import type { Palette } from "./palette.js";

/** A picture as plain data, and how it is drawn in some colours. Sizes are in CSS pixels. */
export interface Figure {
  /** Its file's name, and unique in a study. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in words: for readers of the page and for those who hear it. */
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  readonly draw: (palette: Palette) => string;
}

/** Height of the line that holds a figure's title. */
export const TITLE = 34;

/** Without quotes, which resvg does not take within a list. */
const FONT = "Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, Noto Sans CJK SC, Noto Sans SC, WenQuanYi Micro Hei, Microsoft YaHei, sans-serif";

/** A figure as one SVG element: an image on a page and a whole file. The same text for the same figure. */
export function svgText(figure: Figure, palette: Palette): string {
  const { id, title, caption, width: across, height, draw } = figure;
  const back = palette.paper === "none" ? "" : tag("rect", { width: across, height, fill: palette.paper });
  const shown = text(title, 12, 21, { fill: palette.ink, "font-size": 14, "font-weight": 600 });
  return tag(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${across} ${height}`, width: across, height, role: "img", "aria-labelledby": `${id}-t ${id}-d`, "font-family": FONT, "font-size": 12 },
    `<title id="${escapeMarkup(id)}-t">${escapeMarkup(title)}</title><desc id="${escapeMarkup(id)}-d">${escapeMarkup(caption)}</desc>`, back, shown, draw(palette),
  );
}

/** An element; numbers are rounded to a hundredth of a pixel. */
export function tag(name: string, attributes: Readonly<Record<string, string | number>>, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${typeof value === "number" ? round(value) : escapeMarkup(value)}"`).join("");
  const inside = children.join("");
  return inside === "" ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

/** A line of text, its baseline at y. */
export function text(content: string, x: number, y: number, attributes: Readonly<Record<string, string | number>>): string {
  return tag("text", { x, y, ...attributes }, escapeMarkup(content));
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, attributes: Readonly<Record<string, string | number>>): string {
  return tag("line", { x1, y1, x2, y2, ...attributes });
}

/** Path data through points. */
export function through(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
}

/** At most two decimals. */
export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** Roughly how wide a text is drawn, on the safe side. */
export function textWidth(content: string, size = 12): number {
  return width(content) * size * 0.58;
}

/** A text that fits: cut, with an ellipsis, where it is wider. */
export function fitted(content: string, pixels: number, size = 12): string {
  if (textWidth(content, size) <= pixels) return content;
  const characters = [...content];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, size) > pixels) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
