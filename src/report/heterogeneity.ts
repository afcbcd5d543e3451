import type { Curve } from "../inference/heterogeneity/curve.js";
import type { GroupEffects } from "../inference/heterogeneity/groups.js";
import type { LinearPredictor } from "../inference/heterogeneity/predictor.js";
import type { Effect } from "../inference/repetitions.js";
import type { WaldTest } from "../inference/heterogeneity/wald.js";
import { DEFAULT_OUTPUT, type OutputChoice } from "../study/output.js";
import { percent } from "./levels.js";
import { decimal, integer, placesFor, pValue, stars, starsNote } from "./numbers.js";
import type { PrintedTable, Row } from "./text.js";

/** Effects by group, one a line, the test of equal effects and what could not be estimated as notes. `level`: of the intervals. */
export function groupTable(id: string, title: string, effects: GroupEffects, level: number, style: OutputChoice = DEFAULT_OUTPUT): PrintedTable {
  const lines = effects.groups.map(({ label, n, effect }): Row => [label, integer(n), ...(effect === null ? ["not estimated", "", ""] : effectCells(effect, style))]);
  const errors = effects.groups.flatMap(({ label, error }) => (error === null ? [] : [`${label}: ${error}`]));
  const notes = [...testNote("Equal effects", effects.equal), ...errors, ...effects.warnings.map((warning) => `Warning: ${warning}`)];
  return framed(id, title, ["Group", "Rows", ...headings(level)], lines, [...starsNote(style.stars), ...notes]);
}

/** The coefficients of the effect's best linear predictor, one a line, and the test that it is the same everywhere. */
export function predictorTable(id: string, title: string, predictor: Omit<LinearPredictor, "fits">, level: number, style: OutputChoice = DEFAULT_OUTPUT): PrintedTable {
  const lines = predictor.coefficients.map((coefficient): Row => [coefficient.name, ...effectCells(coefficient, style)]);
  return framed(id, title, ["Effect along", ...headings(level)], lines, [...starsNote(style.stars), ...testNote("The effect is the same everywhere", predictor.heterogeneity)]);
}

/** The effect at each point of a curve, with its interval and the band that holds for all of them. */
export function curveTable(id: string, title: string, column: string, curve: Curve, level: number, style: OutputChoice = DEFAULT_OUTPUT): PrintedTable {
  const lines = curve.points.map((point): Row => [decimal(point.at, 3), ...effectCells(point, style), interval(point.band, placesFor(point.se, style.digits))]);
  const note = `The band covers the whole curve with ${percent(level)} probability: ${decimal(curve.quantile, 3)} standard errors to each side.`;
  return framed(id, title, [column, ...headings(level), "joint band"], lines, [...starsNote(style.stars), note]);
}

function framed(id: string, title: string, header: readonly string[], lines: readonly Row[], notes: readonly string[]): PrintedTable {
  return { id, title, rows: ["thick", header, "rule", ...lines, "thick"], notes };
}

function headings(level: number): readonly string[] {
  return ["Effect", "s.e.", `${percent(level)} interval`];
}

function effectCells({ coef, se, p, ci }: Effect, style: OutputChoice): readonly string[] {
  const places = placesFor(se, style.digits);
  return [decimal(coef, places) + stars(p, style.stars), decimal(se, places), interval(ci, places)];
}

function interval([low, high]: readonly [number, number], places: number): string {
  return `[${decimal(low, places)}, ${decimal(high, places)}]`;
}

function testNote(hypothesis: string, test: WaldTest | null): readonly string[] {
  if (test === null) return [];
  const { statistic, df, freedom, p } = test;
  const text = freedom === null ? `chi-square(${df}) = ${decimal(statistic, 2)}` : `F(${df}, ${integer(freedom)}) = ${decimal(statistic / df, 2)}`;
  return [`${hypothesis}: ${text}, p ${pValue(p, 4, "= ")}.`];
}
