import { inner, times, transposed } from "../../fit/matrix.js";
import type { Special } from "../../kernels/special.js";
import { semidefiniteRoot } from "../matrices/cholesky.js";
import { studentOfNormal } from "../errors/critical.js";
import { type Effect, median } from "../repetitions.js";
import type { Basis } from "./basis.js";
import { normalDraw } from "./draws.js";
import { effectsAt, type LinearPredictor, pointsOf } from "./predictor.js";
import { quantileOf, sorted } from "../quantile.js";
import { combination, type HeterogeneitySetting, type LinearFit } from "./setting.js";

/** An effect at a point of a curve. */
export interface CurvePoint extends Effect {
  readonly at: number;
  /** Covers the whole curve at once. */
  readonly band: readonly [number, number];
}

/** The effect along one column (CATE). */
export interface Curve {
  readonly points: readonly CurvePoint[];
  /** How many standard errors the band is wide to each side; the median over repetitions of the folds. */
  readonly quantile: number;
}

/** What decides the joint band. */
export interface BandOptions {
  readonly level: number;
  readonly draws: number;
  readonly seed: number;
}

/**
 * The predicted effect over a grid of one column; `at` is the basis there. The band's half width is the quantile of
 * max |t| over the grid, from normal draws of the coefficients with their covariance; where points are judged by Student's t,
 * the t of the same probability.
 * Cost: O(draws (p^2 + points p)). Source: Semenova and Chernozhukov (2021), theorem 3; DoubleML's `confint(joint=True)`.
 */
export function effectCurve(predictor: LinearPredictor, grid: Float64Array, at: Basis, options: BandOptions, setting: HeterogeneitySetting): Curve {
  const points = pointsOf(at);
  const drawn = median(predictor.fits.map((fit) => jointQuantile(fit, points, options, setting.special)));
  const quantile = studentOfNormal(setting.special, drawn, setting.critical.freedom);
  const effects = effectsAt(predictor, at, setting);
  return {
    quantile,
    points: effects.map((effect, i) => ({
      at: grid[i] ?? NaN, ...effect, band: [effect.coef - quantile * effect.se, effect.coef + quantile * effect.se],
    })),
  };
}

/** So many points, evenly from the lower to the upper share of a column's values (0.01 and 0.99 leave its tails out). */
export function evenGrid(values: Float64Array, points: number, lower: number, upper: number): Float64Array {
  const ascending = sorted(values);
  const [from, to] = [quantileOf(ascending, lower), quantileOf(ascending, upper)];
  // Rounding must not carry the last point over the end, where a spline is not defined.
  return Float64Array.from({ length: points }, (_, i) => Math.min(to, from + ((to - from) * i) / (points - 1)));
}

/** A pivot below this share of its variance is rounding: what it belongs to follows from the coefficients before it. */
const ROUNDING = 1e-14;

/** The level-quantile of max over points of |b'e| / se, e normal with the fit's covariance; points without error count nothing. */
function jointQuantile(fit: LinearFit, points: readonly (readonly number[])[], { level, draws, seed }: BandOptions, special: Special): number {
  const root = semidefiniteRoot(fit.covariance, ROUNDING);
  const scaled = points.flatMap((b) => {
    const { se } = combination(fit, b);
    return se === 0 ? [] : [times(transposed(root), b).map((value) => value / se)];
  });
  const largest = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const normals = root.map((_, j) => normalDraw(special, seed, draw, j));
    for (const row of scaled) largest[draw] = Math.max(largest[draw] ?? 0, Math.abs(inner(row, normals)));
  }
  return quantileOf(sorted(largest), level);
}
