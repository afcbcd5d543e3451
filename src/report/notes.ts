import type { UnitInfluence } from "../inference/diagnostics/influence.js";
import type { ShortLevels } from "../plan/singletons.js";
import type { WildBootstrap } from "../inference/wild/wildClusterBootstrap.js";
import { learners } from "../learners/registry.js";
import { startsLinear } from "../study/linear.js";
import { type NuisanceSource, productsOf } from "../study/specification.js";
import { comparisonTexts } from "./comparison.js";
import { firstRepetitionLines } from "./firstRepetition.js";
import { influenceLines, supportLine } from "./influence.js";
import { instrumentLines } from "./instruments.js";
import { percent } from "./levels.js";
import { decimal, integer, placesFor, pValue } from "./numbers.js";
import { overlapNotes } from "./overlap.js";
import { prepareText } from "./prepare.js";
import type { ResultRow, StudyResult } from "./results.js";
import { sensitivityLines } from "./sensitivity.js";

/** Errors, warnings and dropped rows, each with the columns it belongs to. */
export function rowNotes(columns: readonly ResultRow[], result: StudyResult): readonly string[] {
  const notes = new Map<string, string[]>();
  const add = (text: string, row: ResultRow): void => void notes.set(text, [...new Set([...(notes.get(text) ?? []), `(${row.specification.column})`])]);
  for (const row of columns) {
    if (row.error !== null) add(`Not estimated: ${row.error.message}`, row);
    const prepared = prepareText(row.specification.prepare, (name) => labelOf(result, name));
    if (prepared !== "") add(prepared, row);
    const dropped = droppedText(row, result);
    if (dropped !== null) add(dropped, row);
    for (const warning of row.estimate?.warnings ?? []) add(`Warning: ${warning}`, row);
    for (const note of notesOf(row)) add(note, row);
    const places = placesFor(row.estimate?.se ?? NaN);
    for (const text of comparisonTexts(row, (name) => labelOf(result, name), places)) add(text, row);
    for (const text of weightTexts(row)) add(text, row);
    for (const text of diagnosticTexts(row, result, places)) add(text, row);
    const kept = keptText(row, result);
    if (kept !== null) add(kept, row);
  }
  return [...notes].map(([text, owners]) => `${owners.join(", ")} ${text}`);
}

/** Results of earlier versions have none. */
function notesOf({ estimate }: ResultRow): readonly string[] {
  return (estimate as { readonly notes?: readonly string[] } | null)?.notes ?? [];
}

/** Lines about instruments, propensities, sensitivity, few clusters, the split, and single units that decide. */
function diagnosticTexts({ estimate, specification }: ResultRow, result: StudyResult, places: number): readonly string[] {
  if (estimate === null) return [];
  const { instruments, overlap, sensitivity, wild, split, influence, n, support } = estimate;
  const [first, ...others] = estimate.effects;
  const ofFirst = first === undefined || others.length === 0 ? "" : ` of ${effectLabel(result, specification, first.name)}`;
  const shown = { influence: influence !== null && decides(influence, estimate.se), support: support !== null && support.effectiveRows <= n / 20 };
  const labels = specification.treatments.map((name) => labelOf(result, name));
  return [
    ...(instruments === null ? [] : instrumentLines(instruments, labels, errorWord(specification), places)),
    ...(overlap ?? []).flatMap((one) => overlapNotes(one.name, one)),
    ...(sensitivity === null ? [] : sensitivityLines(sensitivity, specification.model, places)),
    ...(wild === null ? [] : [wildLine(wild, specification.level, places, ofFirst)]),
    ...(split === null ? [] : [split.sentence]),
    ...(influence !== null && shown.influence ? influenceLines(influence, places, ofFirst) : []),
    ...moveLines(specification),
    ...startLines(specification),
    ...mediationLines(specification, result),
    ...(support !== null && shown.support ? [supportLine(support, n)] : []),
    ...firstRepetitionLines(estimate, shown),
  ];
}

/** How far the treatment is moved for an average partial effect, to three figures. */
function moveLines({ model, score, step, shift }: ResultRow["specification"]): readonly string[] {
  if (model !== "ape") return [];
  const shown = (value: number | null): string => String(Number((value ?? NaN).toPrecision(3)));
  return [score === "shift" ? `The effect of a shift by ${shown(shift)}.` : `The derivative is a difference over ${shown(step)} to either side.`];
}

/** Why columns with and without squares may have the same estimate. */
function startLines(specification: ResultRow["specification"]): readonly string[] {
  const { encode, nuisances } = specification;
  if (encode !== "effects" || productsOf(specification).length === 0 || !Object.values(nuisances).every(startsLinear)) return [];
  return ["The learners start from the controls, their squares and products in any case: `degree` and `interactions` change least squares alone."];
}

/** What parts of an effect rest on. */
function mediationLines({ model, treatments, mediators }: ResultRow["specification"], result: StudyResult): readonly string[] {
  if (mediators.length === 0) return [];
  const through = mediators.map((name) => labelOf(result, name)).join(", ");
  const shape = model === "mediation" ? ", and where the treatment does not change what a mediator does" : "";
  return [`Direct and indirect effects through ${through} are causal only where, given the controls, nothing unobserved moves ${treatments.map((name) => labelOf(result, name)).join(", ")} or a mediator together with the outcome${shape}.`];
}

/** Whether a single unit cannot be missed, or moves the estimate by its standard error. */
function decides({ most: [first], essential }: UnitInfluence, se: number): boolean {
  return essential.length > 0 || Math.abs(first?.change ?? 0) > se;
}

/** How the first stage's own errors are called. */
function errorWord({ errors }: ResultRow["specification"]): string {
  return errors.kind === "cluster" ? "clustered" : errors.kind;
}

function wildLine({ p, ci, weights, draws, enumerated, clusters }: WildBootstrap, level: number, places: number, of: string): string {
  const limit = (value: number): string => (Number.isFinite(value) ? decimal(value, places) : value < 0 ? "-inf" : "inf");
  return `Wild cluster bootstrap${of}: p ${pValue(p)}, ${percent(level)} interval [${limit(ci[0])}, ${limit(ci[1])}] (${weights}, ${enumerated ? `all ${integer(draws)}` : integer(draws)} draws, ${integer(clusters)} clusters).`;
}

function droppedText(row: ResultRow, result: StudyResult): string | null {
  const dropped = row.dropped as { missing?: number; missingBy?: Readonly<Record<string, number>>; singletons?: number; short?: readonly ShortLevels[]; noPeriodBefore?: number } | null;
  if (dropped === null) return null;
  const parts: string[] = [];
  if (dropped.missing) {
    const by = Object.entries(dropped.missingBy ?? {}).map(([name, rows]) => `${labelOf(result, name)} ${integer(rows)}`);
    parts.push(`${counted(dropped.missing, "row")} with missing values (${by.join(", ")})`);
  }
  if (dropped.noPeriodBefore) parts.push(`${counted(dropped.noPeriodBefore, "row")} without their unit's period before`);
  if (dropped.singletons) parts.push(counted(dropped.singletons, "singleton"));
  parts.push(...(dropped.short ?? []).map((one) => shortText(one, row.specification, result)));
  return parts.length === 0 ? null : `Dropped: ${parts.join("; ")}.`;
}

/** A unit's rows are its periods. */
function shortText({ of, least, rows }: ShortLevels, { unit }: ResultRow["specification"], result: StudyResult): string {
  return `${counted(rows, "row")} where ${labelOf(result, of)} has fewer than ${least} ${of === unit ? "periods" : "rows"}, which its own coefficients (level, slopes, loadings on factors) fit exactly`;
}

function counted(count: number, what: string): string {
  return `${integer(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** The weights of combined learners, or how often each cell of a grid was chosen, largest first. */
function weightTexts({ estimate, specification }: ResultRow): readonly string[] {
  return Object.entries(estimate?.nuisances ?? {}).flatMap(([role, { weights }]) => {
    if (weights === undefined) return [];
    const parts = Object.entries(weights).filter(([, weight]) => weight > 0).sort(([, a], [, b]) => b - a);
    if (specification.nuisances[role]?.kind === "tuned") {
      return [`Chosen in ${role}: ${parts.map(([label, share]) => `${label} (${decimal(100 * share, 0)} % of the folds)`).join("; ")}.`];
    }
    return [`Weights in ${role}: ${parts.map(([label, weight]) => `${label} ${decimal(weight, 2)}`).join("; ")}.`];
  });
}

/** Controls whose missing cells are left to the learners, and what these make of them. */
function keptText({ estimate, specification }: ResultRow, result: StudyResult): string | null {
  const kept = Object.entries(estimate?.keptMissing ?? {});
  if (kept.length === 0) return null;
  const names = [...new Set(Object.values(specification.nuisances).flatMap(learnerNames))];
  const sides = names.filter((name) => learners[name]?.takesMissing === true);
  const others = names.filter((name) => !sides.includes(name));
  const ways = [
    ...(sides.length > 0 ? [`${sides.join(", ")}: sent to the better side`] : []),
    ...(others.length > 0 ? [`${others.join(", ")}: the mean and an indicator`] : []),
  ];
  return `Missing cells kept: ${kept.map(([name, rows]) => `${labelOf(result, name)} ${integer(rows)}`).join(", ")} (${ways.join("; ")}).`;
}

function learnerNames(source: NuisanceSource): readonly string[] {
  switch (source.kind) {
    case "learner":
      return [source.name];
    case "tuned":
      return [source.learner.name];
    case "stack":
      return source.learners.flatMap(learnerNames);
    case "column":
      return [];
  }
}

/** An effect as tables print it: `AI through Gtfe` with the labels of both. */
export function effectLabel(result: StudyResult, { treatments, mediators }: ResultRow["specification"], name: string): string {
  const known = result.study.labels[name];
  if (known !== undefined) return known;
  const [treatment = ""] = treatments;
  const own = mediators.find((mediator) => [` on ${mediator}`, ` through ${mediator}`].some((end) => name === treatment + end)) ?? "";
  if (!name.startsWith(treatment) || mediators.length === 0) return name;
  const between = name.slice(treatment.length, name.length - own.length);
  return labelOf(result, treatment) + between + labelOf(result, own);
}

/** A variable as tables print it. */
export function labelOf(result: StudyResult, name: string): string {
  return result.study.labels[name] ?? name;
}

