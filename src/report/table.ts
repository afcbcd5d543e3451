import type { NamedEffect } from "../inference/repetitions.js";
import type { NamedOverlap } from "../inference/diagnostics/diagnostics.js";
import type { EffectCheck } from "../inference/diagnostics/panelCheck.js";
import type { Estimate } from "../inference/estimate.js";
import type { CurveTable } from "../study/curve/table.js";
import type { OutputChoice } from "../study/output.js";
import { allControls, type DescribeTable, type EstimateTable, type JointTable, productsOf, sourceName, type Specification } from "../study/specification.js";
import { curvePrinted } from "./curve.js";
import { curveTests } from "./curveTests.js";
import { besideId } from "./besideId.js";
import { derivedTables } from "./derived.js";
import { curveTable, groupTable, predictorTable } from "./heterogeneity.js";
import { equalityNotes } from "./equality.js";
import { comparisonNotes, jointTable } from "./joint.js";
import { effectLabel, labelOf, rowNotes } from "./notes.js";
import { belowCells, belowPair, legendOf } from "./below.js";
import { levelsOf } from "./levels.js";
import { decimal, integer, placesFor, stars } from "./numbers.js";
import { balanceTable, overlapTable } from "./overlap.js";
import type { ResultRow, StudyResult } from "./results.js";
import type { PrintedTable, Row } from "./text.js";

/** What `derive` made, then every table of a study, in its order, each followed by those that its columns ask for. */
export function printedTables(result: StudyResult): readonly PrintedTable[] {
  const derived = derivedTables(result.derived, (name) => labelOf(result, name)).map((table) => ({ ...table, id: besideId(result, table.id) }));
  return [...derived, ...result.study.tables.flatMap((table): readonly PrintedTable[] => {
    switch (table.kind) {
      case "describe":
        return [describeTable(table, result)];
      case "joint":
        return [jointPrinted(table, result)];
      case "curve":
        return curveTables(table, result);
      case "estimates":
        return [estimateTable(table, result), ...furtherTables(table, result)];
    }
  })];
}

function curveTables(table: CurveTable, result: StudyResult): readonly PrintedTable[] {
  const curve = result.curves.get(table.id);
  if (curve === undefined) return [];
  const tests = curveTests(table, curve.inference).map((one) => ({ ...one, id: besideId(result, one.id) }));
  return [curvePrinted(table, curve), ...tests].map((printed) => ({ ...printed, notes: [...printed.notes, ...notesOf(result, table)] }));
}

function jointPrinted(table: JointTable, result: StudyResult): PrintedTable {
  const joint = result.joint.get(table.id);
  if (joint === undefined || "error" in joint) return { id: table.id, title: table.title, rows: [], notes: [`Not estimated: ${joint?.error.message ?? ""}`] };
  const printed = jointTable(joint, table);
  return { ...printed, notes: [...printed.notes, ...comparisonNotes(joint), ...notesOf(result, table)] };
}

/** Effects by group, along a basis and over a grid, and overlap where it is poor: a table each. */
function furtherTables({ specifications, title }: EstimateTable, result: StudyResult): readonly PrintedTable[] {
  return specifications.flatMap((specification) => {
    const estimate = result.rows.find((row) => row.specification.id === specification.id)?.estimate;
    const { id, column, level, postEstimation } = specification;
    const { groups, predictor, curve } = estimate?.heterogeneity ?? { groups: null, predictor: null, curve: null };
    const overlaps = estimate?.overlap ?? [];
    const of = `${title} (${column})`;
    return [
      ...overlaps.flatMap((overlap, i) => (overlap.warnings.length === 0 ? [] : overlapTables(overlap, i, overlaps.length, { id, of, name: labelOf(result, overlap.name) }))),
      ...(groups === null ? [] : [groupTable(`${id}-groups`, `${of}: effects by ${labelOf(result, postEstimation.groups ?? "")}`, groups, level, result.study.output)]),
      ...(predictor === null ? [] : [predictorTable(`${id}-effect`, `${of}: how the effect differs`, predictor, level, result.study.output)]),
      ...(curve === null ? [] : [curveTable(`${id}-curve`, `${of}: the effect along ${labelOf(result, curve.column)}`, labelOf(result, curve.column), curve, level, result.study.output)]),
    ].map((printed) => ({ ...printed, notes: [...printed.notes, ...notesOf(result)] }));
  });
}

/** Of several propensities each has its number, that of its figure. */
function overlapTables(overlap: NamedOverlap, i: number, count: number, { id, of, name }: { readonly id: string; readonly of: string; readonly name: string }): readonly PrintedTable[] {
  const number = i === 0 ? "" : `-${i + 1}`;
  return [
    overlapTable(`${id}-overlap${number}`, `${of}: overlap by ${name}`, overlap),
    balanceTable(`${id}-balance${number}`, count === 1 ? `${of}: balance` : `${of}: balance by ${name}`, overlap),
  ];
}

const HEADINGS: Readonly<Record<string, string>> = { n: "Obs", mean: "Mean", p25: "p25", p50: "p50", p75: "p75", sd: "SD", min: "Min", max: "Max" };

function describeTable(table: DescribeTable, result: StudyResult): PrintedTable {
  const described = result.described.get(table.id) ?? [];
  const rows = described.map(({ variable, stats }) => [
    labelOf(result, variable),
    ...table.stats.map((stat) => (stat === "n" ? integer(stats.n) : decimal(stats[stat], 3))),
  ]);
  const header = ["Variable", ...table.stats.map((stat) => HEADINGS[stat] ?? stat)];
  return { id: table.id, title: table.title, rows: ["thick", header, "rule", ...rows, "thick"], notes: notesOf(result, table) };
}

function estimateTable(table: EstimateTable, result: StudyResult): PrintedTable {
  const columns = table.specifications.map((specification) => result.rows.find((row) => row.specification.id === specification.id) as ResultRow);
  const line = (name: string, cell: (row: ResultRow) => string): Row => [name, ...columns.map(cell)];
  const estimated = (cell: (estimate: Estimate, specification: Specification) => string) => (row: ResultRow) =>
    row.estimate === null ? "" : cell(row.estimate, row.specification);
  const rows: Row[] = [
    "thick",
    line("", (row) => `(${row.specification.column})`),
    ...(columns.some((row) => !row.specification.label.startsWith("(")) ? [line("", (row) => (row.specification.label.startsWith("(") ? "" : row.specification.label))] : []),
    line("", (row) => labelOf(result, row.specification.outcome)),
    "rule",
    ...effectLines(columns, result),
    ...constantLines(columns, result.study.output),
    "rule",
    line("Model, score", (row) => `${row.specification.model.toUpperCase()}, ${shortScore(row.specification.score)}`),
    line("Learners", (row) => learnersOf(row.specification)),
    line("Controls", (row) => controlsText(row.specification)),
    line("Fixed effects", (row) => effectsOf(row.specification)),
    line("removed by", (row) => (row.specification.encode === "none" ? "" : row.specification.encode)),
    line("Folds", (row) => foldsOf(row.specification)),
    ...(columns.some((row) => row.specification.weights !== null) ? [line("Weights", (row) => labelOf(result, row.specification.weights ?? ""))] : []),
    line("Standard errors", (row) => errorsOf(row.specification)),
    line("Rows", estimated((estimate) => integer(estimate.n))),
    ...(columns.some((row) => row.estimate?.units !== null) ? [line("Units", estimated((estimate) => (estimate.units === null ? "" : integer(estimate.units))))] : []),
    ...fitLines(columns),
    ...underRule([...checkLines(columns, result), ...linearLines(columns, result.study.output)]),
    "thick",
  ];
  return { id: table.id, title: table.title, rows, notes: [...legend(columns, result.study.output), ...rowNotes(columns, result), ...equalityNotes(table.id, result), ...notesOf(result, table)] };
}

function effectLines(columns: readonly ResultRow[], result: StudyResult): readonly Row[] {
  const names = [...new Set(columns.flatMap(namesOf))];
  const { output } = result.study;
  return names.flatMap((name): readonly Row[] => {
    const cells = (text: (effect: NamedEffect, places: number) => string, otherwise: string): string[] =>
      columns.map((row) => {
        if (!namesOf(row).includes(name)) return "";
        const effect = row.estimate?.effects.find((one) => one.name === name);
        return effect === undefined ? otherwise : text(effect, placesFor(effect.se, output.digits));
      });
    return [
      [nameOf(columns, result, name), ...cells(({ coef, p }, places) => decimal(coef, places) + stars(p, output.stars), "not estimated")],
      ...belowCells(output.below).map((text): Row => ["", ...cells(text, "")]),
    ];
  });
}

/** As the first column that has the effect calls it. */
function nameOf(columns: readonly ResultRow[], result: StudyResult, name: string): string {
  const owner = columns.find((row) => namesOf(row).includes(name));
  return owner === undefined ? labelOf(result, name) : effectLabel(result, owner.specification, name);
}

/** What a column estimates; where it could not, its treatments. */
function namesOf({ specification, estimate }: ResultRow): readonly string[] {
  return estimate?.effects.map((effect) => effect.name) ?? specification.treatments;
}

function constantLines(columns: readonly ResultRow[], output: OutputChoice): readonly Row[] {
  return pairLines("Constant", columns.map((row) => row.estimate?.constant ?? null), output);
}

/**
 * The estimates once unit and time means are taken out of all residuals; an exclamation mark where the check trips. A line,
 * and where a column has several treatments a line for each.
 */
function checkLines(columns: readonly ResultRow[], result: StudyResult): readonly Row[] {
  const checks = columns.map((row) => row.estimate?.panelCheck?.effects ?? []);
  const isOne = checks.every((effects) => effects.length <= 1);
  const names = [...new Set(checks.flatMap((effects) => effects.map(({ name }) => name)))];
  const cell = (row: ResultRow, effects: readonly EffectCheck[], name: string): string => {
    const check = effects.find((one) => isOne || one.name === name);
    const se = row.estimate?.effects.find((one) => one.name === check?.name)?.se;
    return check === undefined || se === undefined ? "" : `${decimal(check.coef, placesFor(se, result.study.output.digits))}${check.tripped ? " !" : ""}`;
  };
  const line = (label: string, name: string): Row => [label, ...columns.map((row, i) => cell(row, checks[i] ?? [], name))];
  if (isOne) return names.slice(0, 1).map((name) => line("unit, time means out", name));
  return names.map((name) => line(`${nameOf(columns, result, name)}, unit, time means out`, name));
}

/** Least squares and two-stage least squares beside the estimates, a line each. */
function linearLines(columns: readonly ResultRow[], output: OutputChoice): readonly Row[] {
  const names = { ols: "OLS, same effects", tsls: "2SLS, same effects" } as const;
  return (["ols", "tsls"] as const).flatMap((method) =>
    pairLines(names[method], columns.map((row) => (row.estimate?.ols?.method === method ? row.estimate.ols : null)), output),
  );
}

function underRule(lines: readonly Row[]): readonly Row[] {
  return lines.length === 0 ? [] : ["rule", ...lines];
}

/** An estimate and, below it, its standard error or t; no lines where no column has one. */
function pairLines(name: string, pairs: readonly ({ readonly coef: number; readonly se: number } | null)[], { below, digits }: OutputChoice): readonly Row[] {
  if (pairs.every((pair) => pair === null)) return [];
  return [
    [name, ...pairs.map((pair) => (pair === null ? "" : decimal(pair.coef, placesFor(pair.se, digits))))],
    ...belowPair(below).map((text): Row => ["", ...pairs.map((pair) => (pair === null ? "" : text(pair, placesFor(pair.se, digits))))]),
  ];
}

function fitLines(columns: readonly ResultRow[]): readonly Row[] {
  const roles = [...new Set(columns.flatMap((row) => Object.keys(row.estimate?.nuisances ?? {})))];
  return roles.map((role) => [`R² of ${role}, out of fold`, ...columns.map((row) => decimal(row.estimate?.nuisances[role]?.r2, 3).replace("–", ""))]);
}

function legend(columns: readonly ResultRow[], output: OutputChoice): readonly string[] {
  const stars = legendOf(output, levelsOf(columns));
  const estimated = columns.filter(({ estimate }) => estimate !== null);
  const own = estimated.filter(({ specification }) => specification.encode === "effects");
  if (own.length === 0) return stars;
  const where = own.length === estimated.length ? "" : ` in ${own.map(({ specification }) => `(${specification.column})`).join(", ")}`;
  return [...stars, `R²${where} is of the demeaned target; learners are undersmoothed on purpose, for the interval's sake, so it may be negative.`];
}

/** The table's own note, then the study's. */
function notesOf({ study }: StudyResult, table?: { readonly note: string }): readonly string[] {
  return [table?.note ?? "", study.note].filter((note) => note !== "");
}

function shortScore(score: string): string {
  return score === "partialling-out" ? "PO" : score;
}

function controlsText(specification: Specification): string {
  if (allControls(specification).length === 0) return "no";
  const products = productsOf(specification);
  const form = products.length === 0 ? "linear" : `and ${products.join(", ")}`;
  return Object.keys(specification.extraControls).length === 0 ? form : `${form}, by nuisance`;
}

function learnersOf(specification: Specification): string {
  const names = Object.entries(specification.nuisances).map(([role, source]) => [role, sourceName(source)] as const);
  const distinct = new Set(names.map(([, name]) => name));
  return distinct.size === 1 ? ([...distinct][0] ?? "") : names.map(([role, name]) => `${role}: ${name}`).join(", ");
}

function effectsOf({ fixedEffects, factors }: Specification): string {
  const interactive = factors === null ? [] : [factors === "auto" ? "factors: auto" : `${factors} ${factors === 1 ? "factor" : "factors"}`];
  return [...fixedEffects, ...interactive].join(", ") || "no";
}

function foldsOf({ folds, repetitions }: Specification): string {
  const times = repetitions > 1 ? ` × ${repetitions}` : "";
  if (folds.kind === "column") return folds.column + times;
  const size = folds.by.length > 1 ? `${folds.k} × ${folds.k}` : String(folds.k);
  return `${size} by ${folds.by.length === 0 ? "row" : folds.by.join(", ")}${times}`;
}

function errorsOf({ errors, convention }: Specification): string {
  switch (errors.kind) {
    case "cluster":
      return `clustered: ${errors.cluster.join(", ")}${errors.correction === "cr2" || errors.correction === "cr3" ? `, ${errors.correction}` : ""}${errors.cluster.length > 1 && errors.rule === "min" ? " (min)" : ""}${convention === null ? "" : `, ${convention}`}`;
    case "conley":
      return `Conley, ${errors.cutoff} km`;
    case "driscoll-kraay":
      return "Driscoll-Kraay";
    case "homoskedastic":
      return "homoskedastic";
    default:
      return errors.kind.toUpperCase();
  }
}
