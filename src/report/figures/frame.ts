import { decimal } from "../numbers.js";
import type { Palette } from "./palette.js";
import { linear, type Scale, ticksOf } from "./scale.js";
import { fitted, line, text } from "./svg.js";

/** A rectangle of a figure with its two scales. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly x: Scale;
  readonly y: Scale;
}

/** What a frame is made of. */
export type FrameShape = Pick<Frame, "left" | "top" | "width" | "height" | "xRange" | "yRange">;

/** Scales over a rectangle; y grows upwards. */
export function frameOf(shape: FrameShape): Frame {
  const { left, top, width, height, xRange, yRange } = shape;
  return { ...shape, x: linear(xRange, [left, left + width]), y: linear(yRange, [top + height, top]) };
}

/** What is written beside the axes. */
export interface AxisLabels {
  readonly x?: string;
  readonly y?: string;
  /** Over the frame. */
  readonly title?: string;
  /** Periods and the like: no commas, whole numbers. */
  readonly wholeX?: boolean;
}

/** Grid lines, ticks and labels. */
export function axes(frame: Frame, { x, y, title, wholeX }: AxisLabels, palette: Palette): string {
  const { left, top, width, height } = frame;
  const small = { fill: palette.muted, "font-size": 11 };
  const across = ticksOf(frame.xRange, Math.min(8, Math.max(2, Math.floor(width / 45))));
  const up = ticksOf(frame.yRange, Math.max(2, Math.floor(height / 38)));
  const shown = wholeX === true ? across.values.filter(Number.isInteger) : across.values;
  return [
    ...up.values.map((value) => line(left, frame.y(value), left + width, frame.y(value), { stroke: palette.grid })),
    ...up.values.map((value) => text(decimal(value, up.places), left - 6, frame.y(value) + 4, { ...small, "text-anchor": "end" })),
    line(left, top + height, left + width, top + height, { stroke: palette.muted }),
    ...shown.map((value) => line(frame.x(value), top + height, frame.x(value), top + height + 4, { stroke: palette.muted })),
    ...shown.map((value) => text(decimal(value, wholeX === true ? 0 : across.places), frame.x(value), top + height + 17, { ...small, "text-anchor": "middle" })),
    ...(title === undefined ? [] : [text(fitted(title, width + 20), left, top - 8, { fill: palette.ink, "font-weight": 600 })]),
    ...(x === undefined ? [] : [text(fitted(x, width + 60, 11), left + width / 2, top + height + 34, { ...small, "text-anchor": "middle" })]),
    ...(y === undefined ? [] : [text(fitted(y, height + 40, 11), 0, 0, { ...small, "text-anchor": "middle", transform: `translate(${left - 46} ${top + height / 2}) rotate(-90)` })]),
  ].join("");
}

/** Where so many panels of one size stand, three a row. */
export function panelPlaces(count: number, { width, height, top }: { readonly width: number; readonly height: number; readonly top: number }, perRow = 3): readonly { readonly left: number; readonly top: number }[] {
  return Array.from({ length: count }, (_, i) => ({ left: (i % perRow) * width, top: top + Math.floor(i / perRow) * height }));
}
