import { type Effect, effectOf, type NamedEffect } from "../repetitions.js";
import { zeroCoefficients } from "../restrictions.js";
import type { Basis } from "./basis.js";
import { allRows, combination, fitOf, type HeterogeneitySetting, type LinearFit } from "./setting.js";
import { type Signal, stageAlong } from "./signal.js";
import { type WaldTest, waldTest } from "./wald.js";

/** The best linear predictor of the effect along a basis. */
export interface LinearPredictor {
  readonly n: number;
  readonly coefficients: readonly NamedEffect[];
  /** That the effect is the same everywhere: all but the constant are zero; null where there is nothing to test. */
  readonly heterogeneity: WaldTest | null;
  /** By repetition of the folds, for effects at points. */
  readonly fits: readonly LinearFit[];
}

/**
 * The best linear predictor of the effect given covariates, theta(w) ~ b(w)' beta, from the signals of one or several
 * repetitions; nothing is fitted. A column of ones is called `constant`; along a product of treatment and variable
 * (moderation) the basis is that and the variable, less its mean if the constant is to be the effect at the mean.
 * Throws an EstimationError where the columns determine each other. Cost: O(n p^2), two demeanings for each column.
 * Source: Semenova and Chernozhukov (2021), Econometrics Journal 24, theorem 1.
 */
export function linearPredictor(signals: readonly Signal[], basis: Basis, setting: HeterogeneitySetting): LinearPredictor {
  const n = signals[0]?.y.length ?? 0;
  const rows = allRows(n);
  const fits = signals.map((signal) => fitOf(stageAlong(signal, basis, setting.weights, setting.kernels), rows, setting));
  const k = basis.names.length;
  const unit = (place: number): readonly number[] => basis.names.map((_, j) => (j === place ? 1 : 0));
  const varying = basis.names.flatMap((name, j) => (name === "constant" ? [] : [j]));
  return {
    n, fits,
    coefficients: basis.names.map((name, j) => ({ name, ...effectOf(fits.map((fit) => combination(fit, unit(j))), setting.aggregate, n, setting.critical) })),
    heterogeneity: waldTest(fits, zeroCoefficients(varying, k), setting),
  };
}

/** The predicted effect at points: `at` holds the basis there. The interval is of each point by itself. */
export function effectsAt(predictor: LinearPredictor, at: Basis, setting: HeterogeneitySetting): readonly Effect[] {
  return pointsOf(at).map((b) => effectOf(predictor.fits.map((fit) => combination(fit, b)), setting.aggregate, predictor.n, setting.critical));
}

/** The basis by point. */
export function pointsOf({ columns }: Basis): readonly (readonly number[])[] {
  return Array.from(columns[0] ?? [], (_, i) => columns.map((values) => values[i] ?? NaN));
}
