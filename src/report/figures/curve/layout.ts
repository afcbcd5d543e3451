import { optionAt } from "../../../curve/families.js";
import type { CurveFindings } from "../../../curve/findings.js";
import { isSignificant, type SortedCurve } from "../../../curve/sorted.js";

/** Width of the figure. */
export const WIDTH = 860;
/** Width of the labels left of the curve. */
export const LEFT = 196;
/** Width of the curve. */
export const PLOT = WIDTH - LEFT - 18;

/** More specifications than this are drawn in bins, each some pixels wide. */
export const MOST_SINGLE = 400;
const BINS = 260;

/** Ranks that are drawn as one column. */
export interface Bin {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Columns of the figure: single specifications, or bins of about as many each. */
export function binsOf(size: number): readonly Bin[] {
  const count = size <= MOST_SINGLE ? size : BINS;
  return Array.from({ length: count }, (_, b) => ({ from: Math.round((b * size) / count), to: Math.round(((b + 1) * size) / count) }));
}

/** Place of a rank, its column's middle, within the plot. */
export function placeOf(rank: number, size: number): number {
  return LEFT + ((rank + 0.5) / Math.max(1, size)) * PLOT;
}

/** A line of the matrix below the curve: a heading, or marks where something holds. */
export type Line =
  | { readonly kind: "heading"; readonly label: string; readonly aside: string }
  | { readonly kind: "marks"; readonly label: string; readonly holds: (rank: number) => boolean; readonly emphasis: boolean };

/** Options of one dimension, and lines in all, that are drawn at most: what is beyond is one line. */
const MOST_OPTIONS = 24;
const MOST_LINES = 72;

/** The lines of a curve: what is known of every estimate, then the choices. */
export function linesOf({ rows, inference }: CurveFindings, { numbers }: SortedCurve): readonly Line[] {
  const of = (rank: number): number => numbers[rank] ?? 0;
  const marks = (label: string, holds: (i: number) => boolean, emphasis = false): Line => ({ kind: "marks", label, holds: (rank) => holds(of(rank)), emphasis });
  const warned = numbers.some((i) => (rows.warned[i] ?? 0) > 0);
  const adjusted = inference?.romanoWolf;
  const level = inference?.choice.level ?? 0.95;
  const known: readonly Line[] = [
    { kind: "heading", label: "Estimates", aside: "" },
    marks("interval leaves zero out", (i) => isSignificant(rows, i)),
    ...(adjusted === undefined ? [] : [marks(`so among all (Romano-Wolf)`, (i) => (adjusted[i] ?? NaN) < 1 - level + 1e-12)]),
    ...(warned ? [marks("with warnings", (i) => (rows.warned[i] ?? 0) > 0, true)] : []),
  ];
  const shown = rows.dimensions.map(({ options }) => Math.min(options.length, MOST_OPTIONS));
  const most = shown.reduce((sum, count) => sum + count, 0) > MOST_LINES ? Math.max(3, Math.floor(MOST_LINES / rows.dimensions.length)) : MOST_OPTIONS;
  return [...known, ...rows.dimensions.flatMap(({ name, group, options }, d): readonly Line[] => {
    const share = inference?.spread.dimensions.find((one) => one.name === name)?.share;
    const whole = options.length <= most ? options : options.slice(0, most - 1);
    const left = options.length - whole.length;
    return [
      { kind: "heading", label: group === null ? name : `${name} (${group})`, aside: share === undefined ? "" : `${percentOf(share)} of the spread` },
      ...whole.map((option, o) => marks(option, (i) => optionAt(rows, i, d) === o)),
      ...(left === 0 ? [] : [marks(`${left} more`, (i) => optionAt(rows, i, d) >= whole.length)]),
    ];
  })];
}

/** `61 %`; what is less than one: `< 1 %`. */
export function percentOf(share: number): string {
  return share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(share * 100)} %`;
}
