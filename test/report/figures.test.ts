import { Resvg } from "@resvg/resvg-js";
import fc from "fast-check";
import { expect, it } from "vitest";
import { pathFigure } from "../../src/report/figures/bands.js";
import { figuresOf } from "../../src/report/figures/figures.js";
import { DARK, LIGHT, PAGE } from "../../src/report/figures/palette.js";
import { extent, linear, ticksOf } from "../../src/report/figures/scale.js";
import { type Figure, fitted, svgText, textWidth } from "../../src/report/figures/svg.js";
import type { ResultRow } from "../../src/report/results.js";
import { smallResult } from "../helpers/outputs.js";

it("a study has the figures that its results call for", async () => {
  const ids = figuresOf(await smallResult()).map(({ id }) => id);
  expect(ids).toEqual([
    "moments-distributions", "moments-periods", "main-estimates", "main-stability", "main.1-sensitivity", "main.1-fit", "main.2-groups", "main.2-fit",
    "main.4-curve", "main.4-overlap", "main.4-fit", "zones-estimates", "zones.1-fit", "zones.2-fit", "family-joint",
  ]);
});

it("every figure is one that a renderer draws, in light and in dark, without NaN", async () => {
  for (const figure of figuresOf(await smallResult())) {
    for (const palette of [LIGHT, DARK]) {
      const svg = svgText(figure, palette);
      expect(svg, figure.id).not.toMatch(/NaN|Infinity|undefined|<script/);
      const drawn = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
      expect([drawn.width, drawn.height]).toEqual([figure.width, figure.height]);
    }
    expect(svgText(figure, PAGE)).not.toMatch(/#[0-9a-f]{6}/);
  }
});

it("colours stand out: text 4.5 to 1 against the paper, marks 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11)", () => {
  for (const palette of [LIGHT, DARK]) {
    for (const colour of [palette.ink, palette.muted]) expect(contrast(colour, palette.paper)).toBeGreaterThan(4.5);
    for (const colour of [palette.main, palette.second, palette.third]) expect(contrast(colour, palette.paper)).toBeGreaterThan(3);
  }
});

it("ticks are round numbers within the range, a few of them", () => {
  fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.integer({ min: 2, max: 10 }), (from, width, about) => {
    const { values, places } = ticksOf([from, from + width], about);
    expect(values.length).toBeLessThanOrEqual(about + 2);
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(from - width * 1e-6);
      expect(value).toBeLessThanOrEqual(from + width * (1 + 1e-6));
      // What is printed is the tick: to the rounding of doubles of this size.
      expect(Math.abs(Number(value.toFixed(places)) - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
    }
  }));
});

it("extents hold their values, and scales map ends to ends", () => {
  fc.assert(fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 }), (values) => {
    const range = extent(values);
    expect(range[0]).toBeLessThan(range[1]);
    expect(values.every((value) => value >= range[0] && value <= range[1])).toBe(true);
    expect([linear(range, [10, 90])(range[0]), linear(range, [10, 90])(range[1])]).toEqual([10, 90]);
  }));
  expect(extent([NaN, Infinity])).toEqual([0, 1]);
});

it("texts are cut where they do not fit, never in the middle of a character", () => {
  expect(fitted("城市群经济效应", 60)).toMatch(/^城市?.*…$/u);
  expect(textWidth(fitted("a very long label indeed", 80))).toBeLessThanOrEqual(80);
  expect(fitted("short", 200)).toBe("short");
});

/** WCAG's contrast ratio of two #rrggbb colours. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

it("the stability figure marks the point that the table reports, and its caption says by which rule", async () => {
  const result = await smallResult();
  const own = result.rows.filter(({ estimate }) => (estimate?.path ?? []).length > 0).slice(0, 1);
  const reporting = (place: number, rounds: "last" | "stable" | "extrapolated"): readonly ResultRow[] => own.map((row) => ({
    ...row, specification: { ...row.specification, rounds },
    estimate: row.estimate === null ? null : { ...row.estimate, path: (row.estimate.path ?? []).map((path) => ({ ...path, points: path.points.map((point, i) => ({ ...point, reported: i === place })) })) },
  }));
  const count = own[0]?.estimate?.path?.[0]?.points.length ?? 0;
  for (const [place, rounds] of [[0, "stable"], [count - 2, "last"], [count - 1, "extrapolated"]] as const) {
    const figure = pathFigure("f", "F", reporting(place, rounds), result) as Figure;
    const sizes = [...svgText(figure, LIGHT).matchAll(/<circle[^>]* r="([\d.]+)"/g)].map(([, r]) => Number(r));
    expect(sizes.map((r) => r === Math.max(...sizes))).toEqual(Array.from({ length: count }, (_, i) => i === place));
    expect(figure.caption).toContain(`\`rounds: ${rounds}\``);
  }
  const both = pathFigure("f", "F", [...reporting(0, "stable"), ...reporting(count - 1, "extrapolated")], result) as Figure;
  expect(both.caption).toContain("`rounds: stable`, the first from which the path is stable, in (2); `rounds: extrapolated`, the extrapolated, in (2)");
});
