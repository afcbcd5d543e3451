import type { CurveFindings } from "../../../curve/findings.js";
import { pText } from "../../numbers.js";
import { linear } from "../scale.js";
import { type Figure, fitted, line, tag, text, TITLE } from "../svg.js";
import type { Palette } from "../palette.js";
import { percentOf } from "./layout.js";

const WIDTH = 680;
const LEFT = 170;
const RIGHT = 130;
const ROW = 30;

/** Which choices drive the spread: bars of the shares of the variance, and in each what noise alone would make; null where there is no spread. */
export function driversFigure({ id, title, inference }: CurveFindings): Figure | null {
  if (inference === null || inference.spread.dimensions.length === 0 || !(inference.spread.sd > 0)) return null;
  const { dimensions, interactions, sd } = inference.spread;
  const least = 1 / inference.choice.draws;
  const bars = [
    ...dimensions.toSorted((a, b) => b.share - a.share).map((one) => ({ ...one, label: one.name, aside: `p ${pText(one.p, least)}` })),
    { ...interactions, label: "interactions", aside: "" },
  ];
  const noiseOf = ({ noise }: { readonly noise: number }): number => (noise * noise) / (sd * sd);
  const most = bars.reduce((top, bar) => Math.max(top, bar.share, noiseOf(bar)), 0);
  const x = linear([0, most], [LEFT, WIDTH - RIGHT]);
  const top = TITLE + 30;
  const draw = (palette: Palette): string => [
    tag("rect", { x: LEFT, y: TITLE + 3, width: 14, height: 10, fill: palette.main }), text("share of the variance of the estimates", LEFT + 20, TITLE + 12, { fill: palette.muted, "font-size": 11 }),
    line(LEFT + 268, TITLE + 1, LEFT + 268, TITLE + 15, { stroke: palette.second, "stroke-width": 3 }), text("what noise alone would make", LEFT + 276, TITLE + 12, { fill: palette.muted, "font-size": 11 }),
    ...bars.map((bar, j) => {
      const y = top + j * ROW;
      const isNamed = j < bars.length - 1;
      return [
        text(fitted(bar.label, LEFT - 24), LEFT - 10, y + 16, { fill: palette.ink, "text-anchor": "end" }),
        tag("rect", { x: LEFT, y: y + 3, width: Math.max(0.5, x(bar.share) - LEFT), height: ROW - 10, fill: isNamed ? palette.main : palette.muted, "fill-opacity": isNamed ? 1 : 0.6 }),
        line(x(noiseOf(bar)), y, x(noiseOf(bar)), y + ROW - 4, { stroke: palette.second, "stroke-width": 3 }),
        text(percentOf(bar.share), WIDTH - RIGHT + 52, y + 16, { fill: palette.ink, "text-anchor": "end", "font-weight": 600 }),
        text(bar.aside, WIDTH - 12, y + 16, { fill: palette.muted, "text-anchor": "end", "font-size": 11 }),
      ].join("");
    }),
    line(LEFT, top - 2, LEFT, top + bars.length * ROW, { stroke: palette.muted }),
  ].join("");
  return {
    id: `${id}-drivers`, title: `${title}: which choices drive the spread`, width: WIDTH, height: top + bars.length * ROW + 14, draw,
    caption: "Shares of the variance of the estimates by choice. The upright line: what noise alone would make on average were all true effects one; a choice matters as far as its bar goes beyond. p: that the mean estimate is the same with each of its options.",
  };
}
