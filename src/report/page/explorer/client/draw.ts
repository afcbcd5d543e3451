import type { Curve } from "./data.js";

/** What is drawn: which estimates, and which of them is looked at. */
export interface View {
  readonly shown: Uint32Array;
  /** Place within `shown`, or -1. */
  readonly at: number;
}

const CHART = 250;
const LINE = 13;
const HEADING = 19;

/** Pixels left of the curve. */
export function marginOf(width: number): number {
  return Math.round(Math.min(200, Math.max(92, width * 0.26)));
}

/** Height of the drawing. */
export function heightOf({ data }: Curve): number {
  return CHART + 22 + data.dimensions.reduce((sum, { options }) => sum + HEADING + options.length * LINE, 0);
}

/** Draws the curve over the matrix of choices, pixel column by pixel column. O(K D). */
export function drawCurve(context: CanvasRenderingContext2D, curve: Curve, { shown, at }: View, width: number): void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const left = marginOf(width);
  const plot = width - left - 8;
  const size = shown.length;
  const xOf = (place: number): number => left + ((place + 0.5) / Math.max(1, size)) * plot;
  context.clearRect(0, 0, width, heightOf(curve));
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  if (size === 0) return;
  const { low, high } = rangeOf(curve, shown);
  const yOf = (value: number): number => 10 + ((high - value) / (high - low)) * (CHART - 20);
  axis(context, { low, high, yOf, left, right: left + plot, ink: colour("ink"), muted: colour("muted"), grid: colour("grid") });
  estimates(context, curve, shown, { xOf, yOf, main: colour("main"), muted: colour("muted"), second: colour("second"), plot });
  choices(context, curve, shown, { left, plot, ink: colour("ink"), muted: colour("muted"), main: colour("main"), grid: colour("grid") });
  marks(context, curve, { shown, at }, { xOf, yOf, third: colour("third"), ink: colour("ink"), paper: colour("paper") });
}

function rangeOf({ theta, lower, upper }: Curve, shown: Uint32Array): { readonly low: number; readonly high: number } {
  let [low, high] = [0, 0];
  for (const i of shown) {
    for (const value of [theta[i] ?? 0, lower[i] ?? 0, upper[i] ?? 0]) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low === high ? { low: -1, high: 1 } : { low, high };
}

interface AxisPlace {
  readonly low: number;
  readonly high: number;
  readonly yOf: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
}

function axis(context: CanvasRenderingContext2D, { low, high, yOf, left, right, ink, muted, grid }: AxisPlace): void {
  const power = 10 ** Math.floor(Math.log10((high - low) / 5));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => (high - low) / one <= 6) ?? power;
  context.textAlign = "right";
  for (let k = Math.ceil(low / step); k * step <= high; k++) {
    context.fillStyle = k === 0 ? ink : grid;
    context.fillRect(left, Math.round(yOf(k * step)), right - left, 1);
    context.fillStyle = muted;
    context.fillText((k * step).toFixed(Math.max(0, -Math.floor(Math.log10(step)))).replace("-", "−"), left - 8, yOf(k * step));
  }
}

interface Scales {
  readonly xOf: (place: number) => number;
  readonly yOf: (value: number) => number;
}

function estimates(context: CanvasRenderingContext2D, { theta, lower, upper, flags }: Curve, shown: Uint32Array, { xOf, yOf, main, muted, second, plot }: Scales & { readonly main: string; readonly muted: string; readonly second: string; readonly plot: number }): void {
  const wide = Math.max(1, Math.min(6, (plot / shown.length) * 0.6));
  // Two in a pixel say all that is to be seen; over each other light intervals make a ribbon.
  const stride = Math.max(1, Math.floor(shown.length / plot / 2));
  context.globalAlpha = Math.max(0.18, Math.min(0.5, plot / shown.length / 3));
  for (let place = 0; place < shown.length; place += stride) {
    const i = shown[place] ?? 0;
    context.fillStyle = isClear(lower[i], upper[i]) ? main : muted;
    const top = yOf(upper[i] ?? NaN);
    context.fillRect(xOf(place) - Math.min(1, wide / 2), top, Math.min(2, wide), yOf(lower[i] ?? NaN) - top);
  }
  context.globalAlpha = 1;
  for (let place = 0; place < shown.length; place += stride) {
    const i = shown[place] ?? 0;
    const [x, y] = [xOf(place), yOf(theta[i] ?? NaN)];
    const clear = isClear(lower[i], upper[i]);
    const warned = ((flags[i] ?? 0) & 1) === 1 && shown.length <= 400;
    context.fillStyle = warned ? second : clear ? main : muted;
    if (clear || wide < 3) context.fillRect(x - wide / 2, y - Math.max(1, wide / 2), wide, Math.max(clear ? 3 : 1.5, wide));
    else {
      context.strokeStyle = context.fillStyle;
      context.strokeRect(x - wide / 2 + 0.5, y - wide / 2 + 0.5, wide - 1, wide - 1);
    }
  }
}

/** Whether an interval leaves zero out. */
export function isClear(lower: number | undefined, upper: number | undefined): boolean {
  return (lower ?? NaN) > 0 || (upper ?? NaN) < 0;
}

function choices(context: CanvasRenderingContext2D, { data, choices: chosen }: Curve, shown: Uint32Array, { left, plot, ink, muted, main, grid }: { readonly left: number; readonly plot: number; readonly ink: string; readonly muted: string; readonly main: string; readonly grid: string }): void {
  const columns = Math.min(shown.length, Math.floor(plot));
  const columnOf = (place: number): number => Math.floor((place * columns) / shown.length);
  const totals = new Float64Array(columns);
  for (let place = 0; place < shown.length; place++) totals[columnOf(place)] = (totals[columnOf(place)] ?? 0) + 1;
  const width = data.dimensions.length;
  let y = CHART + 8;
  data.dimensions.forEach(({ name, options }, d) => {
    const counts = options.map(() => new Float64Array(columns));
    shown.forEach((i, place) => {
      const own = counts[chosen[i * width + d] ?? -1];
      if (own !== undefined) own[columnOf(place)] = (own[columnOf(place)] ?? 0) + 1;
    });
    context.globalAlpha = 1;
    context.fillStyle = grid;
    context.fillRect(0, y + 2, left + plot, 1);
    context.fillStyle = ink;
    context.textAlign = "left";
    context.fillText(name, 0, y + HEADING - 6);
    y += HEADING;
    options.forEach((option, o) => {
      context.globalAlpha = 1;
      context.fillStyle = muted;
      context.textAlign = "right";
      context.fillText(shortened(context, option, left - 12), left - 8, y + LINE / 2);
      context.fillStyle = main;
      const whole = (counts[o] ?? new Float64Array(0)).reduce((sum: number, count: number) => sum + count, 0) / shown.length;
      for (let c = 0; c < columns; c++) {
        const share = (counts[o]?.[c] ?? 0) / (totals[c] ?? 1);
        if (share === 0) continue;
        context.globalAlpha = Math.min(1, 0.1 + 0.45 * (share / whole)); // the darker the commoner, against the whole curve
        const pixels = plot / columns;
        context.fillRect(left + c * pixels, y + 2, pixels > 4 ? pixels * 0.7 : pixels, LINE - 4);
      }
      y += LINE;
    });
  });
  context.globalAlpha = 1;
}

function shortened(context: CanvasRenderingContext2D, label: string, width: number): string {
  if (context.measureText(label).width <= width) return label;
  const characters = [...label];
  while (characters.length > 1 && context.measureText(`${characters.join("")}…`).width > width) characters.pop();
  return `${characters.join("")}…`;
}

function marks(context: CanvasRenderingContext2D, curve: Curve, { shown, at }: View, { xOf, yOf, third, ink, paper }: Scales & { readonly third: string; readonly ink: string; readonly paper: string }): void {
  const mark = (place: number, colour: string, radius: number): void => {
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.strokeRect(xOf(place), 4, 0.01, heightOf(curve) - 8);
    context.lineWidth = 2.5;
    context.fillStyle = paper;
    context.beginPath();
    context.arc(xOf(place), yOf(curve.theta[shown[place] ?? 0] ?? NaN), radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  };
  const preferred = shown.indexOf(curve.data.preferred);
  if (at >= 0) mark(at, ink, 6.5);
  if (preferred >= 0) mark(preferred, third, 4);
}
