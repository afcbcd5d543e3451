import type { DeriveChoice } from "../derive/derive.js";
import { InputError, suggestion } from "../errors.js";
import { type Column, type Panel, place } from "../panel/panel.js";
import type { NamedColumn } from "../panel/periods.js";
import { optionPlace, placeOf, type StudyText } from "./lines.js";
import { allControls, clustersOf, givenColumns, type DescribeTable, type Specification, type Study, type Table } from "./specification.js";
import { sourcesOf } from "./prepare.js";
import { postEstimationColumns } from "./postEstimation.js";
import { columnsOf, evaluateMask, parseExpression, printName } from "./where.js";

/** The columns of a product such as `zone*year`. A column whose own name holds a star goes before a product. */
export function factorsOf(name: string, panel: Panel): readonly string[] {
  return panel.columns.has(name) ? [name] : name.split("*").map((part) => part.trim());
}

/** A fixed effect as it is written: levels of a column or a product, and behind `#` what each has a slope on: `zone*crop#year`. */
export interface WrittenEffect {
  readonly factors: readonly string[];
  readonly slope: string | null;
}

/** Takes a fixed effect apart. A column whose own name holds a `#` goes before a slope. */
export function writtenEffect(name: string, panel: Panel): WrittenEffect {
  const at = panel.columns.has(name) ? -1 : name.lastIndexOf("#");
  if (at < 0) return { factors: factorsOf(name, panel), slope: null };
  return { factors: factorsOf(name.slice(0, at).trim(), panel), slope: name.slice(at + 1).trim() };
}

/**
 * Checks every column that a study names against its panel: that it exists, and that it holds numbers where numbers
 * are wanted; and the types in each `where`. Throws an `InputError` with the line of the study. Cost: a look-up a name.
 */
export function checkColumns(study: Study, panel: Panel): void {
  const { source, data, tables } = study;
  for (const id of ["unit", "time"] as const) requireColumns(panel, data[id] === null ? [] : [data[id]], () => `${placeOf(source, `/data/${id}`)}, \`${id}\``);
  tables.forEach((table, t) => {
    if (table.kind === "describe") checkDescribed(table, panel, (key) => `${placeOf(source, `/tables/${t}/${key}`)}, \`${key}\``);
    for (const { specification, at } of specificationsIn(table, t, source)) checkSpecification(specification, panel, at);
  });
}

/** The specifications of a table, of a curve a few that have all its options, and where theirs are written. */
function specificationsIn(table: Table, t: number, source: StudyText): readonly { readonly specification: Specification; readonly at: Locate }[] {
  if (table.kind === "estimates") return table.specifications.map((specification, c) => ({ specification, at: (option) => optionPlace(source, t, c, option) }));
  if (table.kind === "curve") return table.covering.map((i) => ({ specification: table.specification(i), at: (option) => table.place(i, option) }));
  return [];
}

/** Every name that a study uses as a column of numbers or in a `where`; lags and leads may be among them. */
export function namesIn({ tables, source }: Study): readonly NamedColumn[] {
  return tables.flatMap((table, t): readonly NamedColumn[] => {
    if (table.kind === "describe") {
      const named = (key: string, names: readonly string[]): readonly NamedColumn[] => names.map((name) => ({ name, place: () => `${placeOf(source, `/tables/${t}/${key}`)}, \`${key}\`` }));
      return [...named("describe", table.variables), ...named("where", namesOfWhere(table.where))];
    }
    return specificationsIn(table, t, source).flatMap(({ specification: one, at }) => {
      const named = (option: string, names: readonly string[]): readonly NamedColumn[] => names.map((name) => ({ name, place: () => at(option) }));
      return [
        ...named("outcome", [one.outcome]), ...named("treatment", one.treatments), ...named("instrument", one.instruments), ...named("mediator", one.mediators), ...named("prepare", one.prepare.flatMap(sourcesOf)), ...named("controls", allControls(one)),
        ...named("weights", one.weights === null ? [] : [one.weights]), ...named("learner", givenColumns(one)),
        ...named("effect", postEstimationColumns(one.postEstimation).numeric), ...named("where", namesOfWhere(one.where)),
      ];
    });
  });
}

function namesOfWhere(where: string | null): readonly string[] {
  return where === null ? [] : columnsOf(parseExpression(where));
}

/** Says where an option stands. */
type Locate = (option: string) => string;

function checkDescribed(table: DescribeTable, panel: Panel, at: Locate): void {
  requireColumns(panel, table.variables, () => at("describe"));
  for (const name of table.variables) {
    if (panel.columns.get(name)?.kind === "text") {
      throw new InputError(`${at("describe")}: the column \`${name}\` of ${panel.source} holds text and has no moments. Describe columns of numbers.`);
    }
  }
  checkWhere(table.where, panel, at);
}

function checkSpecification(specification: Specification, data: Panel, at: Locate): void {
  checkWhere(specification.where, data, at);
  const panel = specification.prepare.reduce((known, choice) => withPrepared(choice, known, at), data);
  const { outcome, treatments, instruments, mediators, weights, fixedEffects, folds, errors } = specification;
  requireNumbers(panel, [outcome], () => at("outcome"), mendVariable);
  requireNumbers(panel, treatments, () => at("treatment"), mendVariable);
  requireNumbers(panel, instruments, () => at("instrument"), mendVariable);
  requireNumbers(panel, mediators, () => at("mediator"), mendVariable);
  requireNumbers(panel, weights === null ? [] : [weights], () => at("weights"));
  requireNumbers(panel, allControls(specification), () => at("controls"), mendControl);
  requireNumbers(panel, givenColumns(specification), () => at("learner"));
  fixedEffects.forEach((name) => refuseDouble(name, data, at));
  const effects = fixedEffects.map((name) => writtenEffect(name, data));
  requireColumns(data, effects.flatMap(({ factors }) => factors), () => at("fixedEffects"));
  requireNumbers(data, effects.flatMap(({ slope }) => slope ?? []), () => at("fixedEffects"));
  if (folds.kind === "column") requireColumns(data, [folds.column], () => at("folds.column"));
  else requireColumns(data, folds.by, () => at("folds.by"));
  if (specification.encode === "fd") requireNumbers(data, specification.time === null ? [] : [specification.time], () => `${at("encode")}: differences are by period`);
  requireColumns(data, clustersOf(specification), () => at("errors"));
  requireColumns(data, specification.by === null ? [] : [specification.by], () => at("by"));
  const { numeric, categorical } = postEstimationColumns(specification.postEstimation);
  requireNumbers(panel, numeric, () => at("effect"));
  requireColumns(data, categorical, () => at("groups"));
  if (errors.kind === "conley") requireNumbers(panel, [errors.latitude, errors.longitude], () => at("errors"));
}

/** Stata's `id##t` is both levels and slopes, which are two effects here. */
function refuseDouble(name: string, panel: Panel, at: Locate): void {
  const [levels = "", slope = ""] = name.split("##").map((part) => part.trim());
  if (panel.columns.has(name) || !name.includes("##")) return;
  throw new InputError(`${at("fixedEffects")}: \`${name}\` is not known. Write two effects: \`${levels}\` for its levels and \`${levels}#${slope}\` for a slope of each on ${slope}.`);
}

/** The panel with what a step makes, of which there are no values yet. */
function withPrepared(choice: DeriveChoice, panel: Panel, at: Locate): Panel {
  requireNumbers(panel, sourcesOf(choice), () => at("prepare"));
  return { ...panel, columns: new Map([...panel.columns, [choice.name, { kind: "number", name: choice.name, values: new Float64Array(0) }]]) };
}

function requireColumns(panel: Panel, names: readonly string[], at: () => string): void {
  const unknown = names.find((name) => !panel.columns.has(name));
  if (unknown === undefined) return;
  throw new InputError(`${at()}: ${panel.source} has no column \`${unknown}\`. ${suggestion(unknown, [...panel.columns.keys()])}`);
}

type TextColumn = Column & { readonly kind: "text" };

/** `mend`: what is to be done where a column holds text, of which `cell` is the first. */
function requireNumbers(panel: Panel, names: readonly string[], at: () => string, mend: (column: TextColumn, cell: string) => string = mendCell): void {
  requireColumns(panel, names, at);
  for (const name of names) {
    const column = panel.columns.get(name);
    if (column?.kind !== "text") continue;
    const cell = column.levels[column.codes[column.firstText] ?? -1] ?? "";
    throw new InputError(`${at()}: the column \`${name}\` must hold numbers, but ${place(panel, column.firstText)} has ${JSON.stringify(cell)}. ${mend(column, cell)}.`);
  }
}

function mendCell(_: TextColumn, cell: string): string {
  return `Mend the cell, or list it under \`data: { missing: [${JSON.stringify(cell)}] }\``;
}

/** A word among numbers is a cell to be mended; a column of words is a variable that wants numbers. */
function mendVariable(column: TextColumn, cell: string): string {
  const words = [...column.levels].sort();
  if (words.length < 2 || words.some((word) => Number.isFinite(Number(word)))) return mendCell(column, cell);
  const name = `${column.name}_1`;
  const formula = `${printName(column.name)} == ${JSON.stringify(words.at(-1) ?? "")}`.replaceAll("'", "''");
  return `It holds words: \`derive: [{ name: ${JSON.stringify(name)}, expression: { formula: '${formula}' } }]\` makes 0 and 1 of ${words.length > 2 ? "one of them" : "them"}; name \`${name}\` here`;
}

function mendControl(column: TextColumn, cell: string): string {
  return `${mendVariable(column, cell)}, or move it to \`fixedEffects\``;
}

/** Types alone: an expression is tried on no rows. */
function checkWhere(where: string | null, panel: Panel, at: Locate): void {
  if (where === null) return;
  try {
    evaluateMask(parseExpression(where), { ...panel, rows: 0 });
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${at("where")}: ${error.message}`) : error;
  }
}
