import { DETERMINED } from "../../kernels/demean.js";
import { constantEffect, dot, leftAfter } from "../../fit/residuals.js";
import type { Group } from "../../kernels/design.js";
import type { Kernels } from "../../kernels/instance.js";
import { leastSquares } from "../../kernels/ols.js";
import type { Special } from "../../kernels/special.js";
import { absorbedParameters, absorbedRank } from "../errors/degrees.js";
import { type FinalStage, finalStage } from "../finalStage.js";
import { type ErrorSetting, standardErrors } from "../errors/covariance.js";
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
 * are not nested in the clusters. Throws an EstimationError where a treatment or an instrument has nothing left.
 */
export function twoWayTsls(model: LinearModel, setting: ErrorSetting, kernels: Kernels, special: Special): LinearFit {
  const { outcome, treatments, instruments, controls } = model;
  const effects = model.effects.length > 0 ? model.effects : [constantEffect(outcome.length)];
  const left = (columns: readonly Float64Array[]): readonly Float64Array[] => leftAfter(kernels, effects, columns, model.weights);
  const observed = [outcome, ...treatments.map(valuesOf), ...instruments.map(valuesOf)];
  const fit = leastSquares(kernels, {
    columns: left(controls.map(valuesOf)), targets: left(observed), intercept: false,
    floors: Float64Array.from(controls, ({ values }) => DETERMINED * Math.sqrt(dot(values, values))),
  });
  const [y, ...rest] = fit.residuals as readonly [Float64Array, ...Float64Array[]];
  const [x, z] = [rest.slice(0, treatments.length), rest.slice(treatments.length)];
  const absorbed = absorbedParameters(effects, setting.kind === "cluster" ? setting.clusters : [], absorbedRank(kernels, effects));
  const counted = { ...setting, parameters: treatments.length + fit.rank + absorbed };
  const dropped = controls.filter((_, j) => fit.dropped[j]).map(({ name }) => name);
  if (z.length === 0) return result(finalStage(y, x, x), [], counted, dropped);
  checkInstruments(instruments.map(({ name }) => name), z, instruments.map(valuesOf));
  const own = independentInstruments(kernels, { y, x, z, ones: constantColumn(model), constant: false });
  const names = own.dropped.map((q) => instruments[q]?.name ?? "");
  return result(twoStageLeastSquares(kernels, own.system), firstStages(own.system, counted, special), counted, [...dropped, ...names]);
}

function result(stage: FinalStage, first: readonly FirstStage[], setting: ErrorSetting, dropped: readonly string[]): LinearFit {
  return { coefficients: stage.coefficients, errors: standardErrors(stage, setting), stage, firstStages: first, dropped };
}

/** Roots of the weights: what is demeaned is orthogonal to it. */
function constantColumn({ outcome, weights }: LinearModel): Float64Array {
  return weights?.map(Math.sqrt) ?? new Float64Array(outcome.length).fill(1);
}

function valuesOf({ values }: Named): Float64Array {
  return values;
}
