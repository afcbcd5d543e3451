import type { NamedOverlap } from "../../inference/diagnostics/diagnostics.js";
import type { Described } from "../describe.js";
import { decimal } from "../numbers.js";
import { labelOf } from "../notes.js";
import type { StudyResult } from "../results.js";
import { axes, type Frame, frameOf, panelPlaces } from "./frame.js";
import type { Palette } from "./palette.js";
import { extent } from "./scale.js";
import { type Figure, line, tag, text, TITLE } from "./svg.js";

/** Propensities of the treated upwards and of the untreated downwards, each as shares of its arm, and where they are clipped. */
export function overlapFigure(id: string, title: string, { arms: [untreated, treated] }: NamedOverlap, clip: number): Figure {
  const shares = ({ histogram, n }: typeof treated): readonly number[] => histogram.map((count) => (100 * count) / n);
  const [up, down] = [shares(treated), shares(untreated)];
  const highest = Math.max(...up, ...down) * 1.08;
  const draw = (palette: Palette): string => {
    const frame = frameOf({ left: 62, top: TITLE + 26, width: 560, height: 250, xRange: [0, 1], yRange: [-highest, highest] });
    const bar = (share: number, i: number, sign: 1 | -1, fill: string): string => {
      const [from, to] = [frame.x(i / up.length), frame.x((i + 1) / up.length)];
      return tag("rect", { x: from + 0.5, width: to - from - 1, y: sign === 1 ? frame.y(share) : frame.y(0), height: frame.y(0) - frame.y(share), fill, "fill-opacity": 0.85 });
    };
    const cut = (at: number): string => line(frame.x(at), frame.top, frame.x(at), frame.top + frame.height, { stroke: palette.muted, "stroke-dasharray": "4 3" });
    return [
      axes(frame, { x: "out-of-fold propensity", y: "% of the arm" }, palette).replaceAll(/>-(\d)/g, ">$1"),
      ...up.map((share, i) => bar(share, i, 1, palette.main)), ...down.map((share, i) => bar(share, i, -1, palette.second)),
      line(frame.left, frame.y(0), frame.left + frame.width, frame.y(0), { stroke: palette.ink }), cut(clip), cut(1 - clip),
      text(`treated (${treated.n})`, frame.x(1 - clip) - 8, frame.top + 12, { fill: palette.main, "text-anchor": "end", "font-weight": 600 }),
      text(`untreated (${untreated.n})`, frame.x(1 - clip) - 8, frame.top + frame.height - 6, { fill: palette.second, "text-anchor": "end", "font-weight": 600 }),
    ].join("");
  };
  return { id, title, caption: `Propensities of the treated (up) and the untreated (down), shares of each arm. Dashed: clipped at ${clip} and ${decimal(1 - clip, 2)}.`, width: 640, height: TITLE + 330, draw };
}

const PANEL = { width: 236, height: 178, top: TITLE + 8 };

/** How each variable of a descriptive table is distributed. */
export function distributionFigure(id: string, title: string, described: readonly Described[], result: StudyResult): Figure {
  const places = panelPlaces(described.length, PANEL);
  const draw = (palette: Palette): string => described.map(({ variable, stats, histogram }, i) => {
    const { left, top } = places[i] ?? { left: 0, top: 0 };
    const frame = frameOf({
      left: left + 58, top: top + 24, width: PANEL.width - 72, height: PANEL.height - 62,
      xRange: extent([stats.min, stats.max], 0), yRange: [0, Math.max(1, ...histogram) * 1.06],
    });
    return axes(frame, { title: labelOf(result, variable) }, palette) + bars(histogram, frame, palette);
  }).join("");
  return {
    id, title: `${title}: distributions`, caption: "Rows by the value of each variable.", draw,
    width: PANEL.width * Math.min(3, Math.max(2, described.length)) + 8, height: PANEL.top + Math.ceil(described.length / 3) * PANEL.height,
  };
}

function bars(counts: readonly number[], frame: Frame, palette: Palette): string {
  const width = frame.width / counts.length;
  return counts.map((count, i) => (count === 0 ? "" : tag("rect", { x: frame.left + i * width, width: width - 0.4, y: frame.y(count), height: frame.y(0) - frame.y(count), fill: palette.main }))).join("");
}
