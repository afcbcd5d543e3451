import { DETERMINED } from "../../kernels/demean.js";
import { constantEffect, dot, leftAfter } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import type { Kernels } from "../../kernels/instance.js";
import { leastSquares } from "../../kernels/ols.js";
import type { Special } from "../../kernels/special.js";
import { absorbedParameters, absorbedRank } from "../errors/degrees.js";
import { type FinalStage, finalStage } from "../finalStage.js";
import { type ErrorSetting, standardErrors } from "../errors/covariance.js";
import { orthonormal } from "../errors/leverage.js";
import { clusterSums } from "../errors/sums.js";
import { type FirstStage, firstStages } from "./firstStage.js";
import { checkInstruments, independentInstruments } from "./system.js";
import { twoStageLeastSquares } from "./twoStage.js";

/** A column with its name. */
export interface Named {
  readonly name: string;
  readonly values: Float64Array;
}

/** A linear model with fixed effects, as observed. */
export interface LinearModel {
  readonly outcome: Float64Array;
  readonly treatments: readonly Named[];
  /** None: least squares. */
  readonly instruments: readonly Named[];
  /** Finite: missing cells are filled before. */
  readonly controls: readonly Named[];
  /** None: a constant. */
  readonly effects: readonly Group[];
  /** By row, finite and not negative; null: all one. */
  readonly weights: Float64Array | null;
}

/** The linear fit beside an estimate: what a referee asks for first. */
export interface LinearFit {
  /** By treatment. */
  readonly coefficients: readonly number[];
  readonly errors: readonly number[];
  readonly stage: FinalStage;
  /** By treatment; none without instruments. */
  readonly firstStages: readonly FirstStage[];
  /** Controls and instruments left out because the others and the effects determine them. */
  readonly dropped: readonly string[];
}

/**
 * Least squares, or two-stage least squares where there are instruments, with fixed effects: all columns demeaned by
 * the effects, then less their fit on the controls (Frisch and Waugh), then `finalStage` or `twoStageLeastSquares`.
 * `setting.parameters` is counted anew, as reghdfe and ivreghdfe do: treatments, controls kept, and absorbed levels that
 * are not nested in the clusters. hc2 and hc3 have the leverage of the whole regression with one effect or none, and with several are
 * those of hc1. Throws an EstimationError where a treatment or an instrument has nothing left.
 */
export function twoWayTsls(model: LinearModel, setting: ErrorSetting, kernels: Kernels, special: Special): LinearFit {
  const { outcome, treatments, instruments, controls } = model;
  const effects = model.effects.length > 0 ? model.effects : [constantEffect(outcome.length)];
  const left = (columns: readonly Float64Array[]): readonly Float64Array[] => leftAfter(kernels, effects, columns, model.weights);
  const observed = [outcome, ...treatments.map(valuesOf), ...instruments.map(valuesOf)];
  const columns = left(controls.map(valuesOf));
  const fit = leastSquares(kernels, {
    columns, targets: left(observed), intercept: false,
    floors: Float64Array.from(controls, ({ values }) => DETERMINED * Math.sqrt(dot(values, values))),
  });
  const [y, ...rest] = fit.residuals as readonly [Float64Array, ...Float64Array[]];
  const [x, z] = [rest.slice(0, treatments.length), rest.slice(treatments.length)];
  const absorbed = absorbedParameters(effects, setting.kind === "cluster" ? setting.clusters : [], absorbedRank(kernels, effects));
  const byRow = isByRow(setting) ? leverageOf(effects, columns.filter((_, j) => !fit.dropped[j]), model.weights) : null;
  const counted = { ...(isByRow(setting) && byRow === null ? { ...setting, kind: "hc1" as const } : setting), parameters: treatments.length + fit.rank + absorbed };
  const whole = (stage: FinalStage): FinalStage =>
    (byRow === null ? stage : { ...stage, leverage: () => stage.leverage().map((own, i) => own + (byRow[i] ?? NaN)) });
  const dropped = controls.filter((_, j) => fit.dropped[j]).map(({ name }) => name);
  if (z.length === 0) return result(whole(finalStage(y, x, x)), [], counted, dropped);
  checkInstruments(instruments.map(({ name }) => name), z, instruments.map(valuesOf));
  const own = independentInstruments(kernels, { y, x, z, ones: constantColumn(model), constant: false });
  const names = own.dropped.map((q) => instruments[q]?.name ?? "");
  return result(whole(twoStageLeastSquares(kernels, own.system)), firstStages(own.system, counted, special), counted, [...dropped, ...names]);
}

function result(stage: FinalStage, first: readonly FirstStage[], setting: ErrorSetting, dropped: readonly string[]): LinearFit {
  return { coefficients: stage.coefficients, errors: standardErrors(stage, setting), stage, firstStages: first, dropped };
}

function isByRow({ kind }: ErrorSetting): boolean {
  return kind === "hc2" || kind === "hc3";
}

/**
 * By row: the leverage of the effect's dummies and of the controls that they leave, which are orthogonal to it and to the treatments that
 * these leave, so that leverages add up. Null with several effects, whose leverage would need as many solutions as rows.
 */
function leverageOf(effects: readonly Group[], controls: readonly Float64Array[], weights: Float64Array | null): Float64Array | null {
  const [effect, ...others] = effects;
  if (effect === undefined || others.length > 0 || effect.slope !== undefined) return null;
  const own = weights ?? new Float64Array(effect.codes.length).fill(1);
  const totals = clusterSums(own, effect);
  const basis = orthonormal(controls);
  return own.map((weight, i) => basis.reduce((sum, unit) => sum + (unit[i] ?? NaN) * (unit[i] ?? NaN), weight / (totals[effect.codes[i] ?? 0] ?? NaN)));
}

/** Roots of the weights: what is demeaned is orthogonal to it. */
function constantColumn({ outcome, weights }: LinearModel): Float64Array {
  return weights?.map(Math.sqrt) ?? new Float64Array(outcome.length).fill(1);
}

function valuesOf({ values }: Named): Float64Array {
  return values;
}
