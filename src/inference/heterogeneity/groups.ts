import { EstimationError } from "../../errors.js";
import { valuesAt } from "../../kernels/design.js";
import type { LabelledGroup } from "../../plan/sample.js";
import { FEW_CLUSTERS } from "../errors/critical.js";
import { rowsByLevel } from "../errors/sums.js";
import { type Effect, effectOf, median } from "../repetitions.js";
import { equalCoefficients } from "../restrictions.js";
import type { Basis } from "./basis.js";
import { allRows, fitOf, type HeterogeneitySetting, type LinearFit } from "./setting.js";
import { type Signal, signalAt, stageAlong, varies } from "./signal.js";
import { type WaldTest, waldTest } from "./wald.js";

/** A column that must vary within a group for it to have an effect: the treatment, an instrument. */
export interface MustVary {
  readonly name: string;
  readonly values: Float64Array;
}

/** An average effect, whose p and ci rest on its group alone. */
export interface GroupAverage extends Effect {
  /** Degrees of freedom of t; null: the normal. */
  readonly freedom: number | null;
}

/** The average effect in one group, or why there is none. */
export interface GroupEffect {
  readonly label: string;
  readonly n: number;
  readonly effect: GroupAverage | null;
  readonly error: string | null;
}

/** Average effects by group (GATE). */
export interface GroupEffects {
  readonly groups: readonly GroupEffect[];
  /** Of equal effects in the groups that have one; null for fewer than two, or fewer clusters than groups. */
  readonly equal: WaldTest | null;
  readonly warnings: readonly string[];
}

/** A group of fewer rows or clusters has an interval on paper only (DoubleML warns below six rows). */
const FEW = 6;

/**
 * Group average effects from the signals of one or several repetitions: the basis is one indicator a group. Groups in
 * which nothing varies leave the sample with their rows, and say why. Nothing is fitted.
 * Throws an EstimationError where no group is left. Cost: O(n groups^2), and two demeanings for each group.
 * Source: Semenova and Chernozhukov (2021), Econometrics Journal 24, section 2.
 */
export function groupEffects(
  signals: readonly Signal[], groups: LabelledGroup, mustVary: readonly MustVary[], setting: HeterogeneitySetting,
): GroupEffects {
  const counts = rowsByLevel(groups);
  const reasons = reasonsAgainst(signals, groups, counts, mustVary, setting);
  const kept = groups.labels.flatMap((_, level) => (reasons[level] === null ? [level] : []));
  if (kept.length === 0) throw new EstimationError("no-group", `No group has an effect that can be estimated. ${groups.labels[0] ?? ""}: ${reasons[0] ?? ""}`);
  const fits = fitGroups(signals, groups, kept, setting);
  const repetitions = fits.map(({ fit }) => fit);
  const places = kept.flatMap((_, j) => (fits.every((one) => hasError(one, j)) ? [j] : []));
  const effect = (j: number): GroupAverage => {
    const freedom = median(fits.map((one) => one.freedom(j)));
    return { ...effectOf(repetitions.map((fit) => entryOf(fit, j)), setting.aggregate, groups.codes.length, setting.criticalOf(freedom)), freedom: freedom === Infinity ? null : freedom };
  };
  const row = (label: string, level: number): GroupEffect => {
    const j = kept.indexOf(level);
    const error = j < 0 ? (reasons[level] ?? null) : places.includes(j) ? null : NO_ERROR;
    return { label, n: counts[level] ?? 0, effect: error === null ? effect(j) : null, error };
  };
  return {
    groups: groups.labels.map(row),
    equal: waldTest(repetitions, equalCoefficients(places, kept.length), setting),
    warnings: smallGroups(groups, kept, setting),
  };
}

const NO_ERROR = "Its rows are in one cluster, or fit exactly, so its effect has no standard error.";

interface GroupFit {
  readonly fit: LinearFit;
  /** By coefficient: the sum of its squared influence. */
  readonly squares: readonly number[];
  /** By coefficient: degrees of freedom of its t. */
  readonly freedom: (coefficient: number) => number;
}

function fitGroups(signals: readonly Signal[], groups: LabelledGroup, kept: readonly number[], setting: HeterogeneitySetting): readonly GroupFit[] {
  const rows = allRows(groups.codes.length).filter((row) => kept.includes(groups.codes[row] ?? -1));
  const weights = setting.weights === null ? null : valuesAt(setting.weights, rows);
  const basis = indicatorsOf(groups, kept, rows);
  return signals.map((signal) => {
    const stage = stageAlong(signalAt(signal, rows), basis, weights, setting.kernels);
    const squares = stage.influence.map((values) => values.reduce((sum, value) => sum + value * value, 0));
    const freedom = setting.freedom(stage, rows);
    return { fit: fitOf(stage, rows, setting), squares, freedom: (j: number) => freedom(j, rowsOfLevel(groups, kept[j] ?? -1)) };
  });
}

/** A clustered variance of moments that sum to zero within one cluster is rounding beside the squares of its rows. */
function hasError({ fit, squares }: GroupFit, j: number): boolean {
  return (fit.covariance[j]?.[j] ?? NaN) > 1e-18 * (squares[j] ?? NaN);
}

function entryOf({ coefficients, covariance }: LinearFit, j: number): { readonly coef: number; readonly se: number } {
  return { coef: coefficients[j] ?? NaN, se: Math.sqrt(covariance[j]?.[j] ?? NaN) };
}

/** By group: why it has no effect, or null. */
function reasonsAgainst(
  signals: readonly Signal[], groups: LabelledGroup, counts: Int32Array, mustVary: readonly MustVary[], { weights, kernels }: HeterogeneitySetting,
): readonly (string | null)[] {
  const indicators = indicatorsOf(groups, groups.labels.map((_, level) => level), allRows(groups.codes.length));
  const left = signals.map((signal) => varies(signal, indicators, weights, kernels));
  return groups.labels.map((_, level) => {
    const n = counts[level] ?? 0;
    if (n < 2) return `It has ${n === 1 ? "one row" : "no rows"} in the sample; two at least are needed.`;
    const still = mustVary.find(({ values }) => isConstant(values, groups.codes, level));
    if (still !== undefined) return `The ${still.name} is the same in all its rows, so they say nothing of the effect.`;
    return left.every((flags) => flags[level]) ? null : "The treatment has no variation left in it after the controls and effects.";
  });
}

/** One 0/1 column for each of some levels. */
function indicatorsOf({ codes, labels }: LabelledGroup, levels: readonly number[], rows: Uint32Array): Basis {
  return {
    names: levels.map((level) => labels[level] ?? ""),
    columns: levels.map((level) => Float64Array.from(rows, (row) => (codes[row] === level ? 1 : 0))),
  };
}

function isConstant(values: Float64Array, codes: Int32Array, level: number): boolean {
  const first = values[codes.indexOf(level)];
  return values.every((value, row) => codes[row] !== level || value === first);
}

/** Errors rest on what is independent: rows, or clusters, of which normal quantiles need more. */
function smallGroups(groups: LabelledGroup, kept: readonly number[], { independent, critical }: HeterogeneitySetting): readonly string[] {
  const found = kept.map((level) => ({ label: groups.labels[level] ?? "", ...independent(rowsOfLevel(groups, level)) }));
  const what = found[0]?.what ?? "rows";
  const between = (from: number, to: number): readonly string[] => found.flatMap(({ label, count }) => (count >= from && count < to ? [label] : []));
  const [few, short] = [between(0, FEW), critical.freedom === Infinity && what === "clusters" ? between(FEW, FEW_CLUSTERS) : []];
  return [
    ...(few.length === 0 ? [] : [`Fewer than ${FEW} ${what} in ${few.join(", ")}: the errors there are not to be trusted.`]),
    ...(short.length === 0 ? [] : [`Fewer than ${FEW_CLUSTERS} clusters in ${short.join(", ")}: intervals there with normal quantiles are too short. Use \`correction: cr2\` (clusters in one way) or \`distribution: t\`.`]),
  ];
}

function rowsOfLevel({ codes }: LabelledGroup, level: number): Uint32Array {
  return allRows(codes.length).filter((row) => codes[row] === level);
}
