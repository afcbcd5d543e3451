import type { Curve } from "../inference/heterogeneity/curve.js";
import type { GroupEffects } from "../inference/heterogeneity/groups.js";
import type { LinearPredictor } from "../inference/heterogeneity/predictor.js";
import type { Effect } from "../inference/heterogeneity/setting.js";
import type { WaldTest } from "../inference/heterogeneity/wald.js";
import { decimal, integer, placesFor, stars } from "./numbers.js";
import type { PrintedTable, Row } from "./text.js";

/** Effects by group, one a line, the test of equal effects and what could not be estimated as notes. `level`: of the intervals. */
export function groupTable(id: string, title: string, effects: GroupEffects, level: number): PrintedTable {
  const lines = effects.groups.map(({ label, n, effect }): Row => [label, integer(n), ...(effect === null ? ["not estimated", "", ""] : effectCells(effect))]);
  const errors = effects.groups.flatMap(({ label, error }) => (error === null ? [] : [`${label}: ${error}`]));
  const notes = [...testNote("Equal effects", effects.equal), ...errors, ...effects.warnings.map((warning) => `Warning: ${warning}`)];
  return framed(id, title, ["Group", "Rows", ...headings(level)], lines, notes);
}

/** The coefficients of the effect's best linear predictor, one a line, and the test that it is the same everywhere. */
export function predictorTable(id: string, title: string, predictor: Omit<LinearPredictor, "fits">, level: number): PrintedTable {
  const lines = predictor.coefficients.map((coefficient): Row => [coefficient.name, ...effectCells(coefficient)]);
  return framed(id, title, ["Effect along", ...headings(level)], lines, testNote("The effect is the same everywhere", predictor.heterogeneity));
}

/** The effect at each point of a curve, with its interval and the band that holds for all of them. */
export function curveTable(id: string, title: string, column: string, curve: Curve, level: number): PrintedTable {
  const lines = curve.points.map((point): Row => [decimal(point.at, 3), ...effectCells(point), interval(point.band, placesFor(point.se))]);
  const note = `The band covers the whole curve with ${percent(level)} probability: ${decimal(curve.quantile, 3)} standard errors to each side.`;
  return framed(id, title, [column, ...headings(level), "joint band"], lines, [note]);
}

function framed(id: string, title: string, header: readonly string[], lines: readonly Row[], notes: readonly string[]): PrintedTable {
  return { id, title, rows: ["thick", header, "rule", ...lines, "thick"], notes: ["* p < 0.10, ** p < 0.05, *** p < 0.01.", ...notes] };
}

function headings(level: number): readonly string[] {
  return ["Effect", "s.e.", `${percent(level)} interval`];
}

function effectCells({ coef, se, p, ci }: Effect): readonly string[] {
  const places = placesFor(se);
  return [decimal(coef, places) + stars(p), decimal(se, places), interval(ci, places)];
}

function interval([low, high]: readonly [number, number], places: number): string {
  return `[${decimal(low, places)}, ${decimal(high, places)}]`;
}

function testNote(hypothesis: string, test: WaldTest | null): readonly string[] {
  if (test === null) return [];
  return [`${hypothesis}: chi-square(${test.df}) = ${decimal(test.statistic, 2)}, p = ${decimal(test.p, 4)}.`];
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
