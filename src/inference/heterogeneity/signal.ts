import { EstimationError, listed } from "../../errors.js";
import { isNothing, leftAfter } from "../../fit/residuals.js";
import { createDemeaner } from "../../kernels/demean.js";
import { type Group, groupAt, valuesAt } from "../../kernels/design.js";
import type { Kernels } from "../../kernels/instance.js";
import { type FinalStage, finalStage } from "../finalStage.js";
import type { Basis } from "./basis.js";

/** The moment equation sum z (y - x theta) = 0 of one effect, by row: one of a model's systems with one parameter. */
export interface LinearScore {
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly z: Float64Array;
}

/**
 * What one repetition of the folds says of the effect, by row: the moment sum_i z_i (y_i - x_i theta) = 0 becomes
 * sum_i b(w_i) z_i (y_i - x_i b(w_i)' beta) = 0 along a basis b.
 * IRM: y the orthogonal signal, x and z one. PLR, partialling-out: y less l, and v for x and z; iv-type: see below.
 * Instruments: y less l, treatment less r, instrument less m.
 * Under `effects` the iv-type score as it is, the treatment for x: an undersmoothed m leaves noise in v, sum v^2 counts it, and
 * effects would be drawn to their mean (groups whose effects are .6 apart: by .11; bench/README.md).
 */
export interface Signal extends LinearScore {
  /** Effects that are taken out of residuals; empty: none. */
  readonly absorbed: readonly Group[];
}

/**
 * The iv-type score (y less g, treatment, v) made orthogonal where effects differ: y - g - theta m on v, theta the
 * estimated effect. As it stands, its residual holds (theta_0 - theta(w)) m(x), so that errors of m would enter at
 * first order. With b = 1 both give theta. Source: DoubleML for Python 0.11, plr.py, `_partial_out`.
 */
export function ivTypeSignal({ y, x, z }: LinearScore, theta: number): LinearScore {
  return { y: y.map((value, i) => value - theta * ((x[i] ?? NaN) - (z[i] ?? NaN))), x: z, z };
}

/** A signal at some rows of its sample. */
export function signalAt({ y, x, z, absorbed }: Signal, rows: Uint32Array): Signal {
  const instruments = valuesAt(z, rows);
  const regressors = x === z ? instruments : valuesAt(x, rows);
  return { y: valuesAt(y, rows), x: regressors, z: instruments, absorbed: absorbed.map((effect) => groupAt(effect, rows)) };
}

/**
 * The final stage of a signal along a basis, one coefficient a column; weights by row, or null. Absorbed effects are
 * taken out of x and z before they are multiplied by the basis, else the effects' products with it would pass for
 * variation of the treatment, and out of the products and y after.
 * Throws an EstimationError where the treatment does not vary along a column, or the columns determine each other.
 * Cost: O(n p^2), and one demeaning for each column. Source: Semenova and Chernozhukov (2021), Econometrics Journal 24.
 */
export function stageAlong(signal: Signal, basis: Basis, weights: Float64Array | null, kernels: Kernels): FinalStage {
  const { absorbed } = signal;
  const [ownZ = signal.z, ownX = ownZ] = withoutEffects(kernels, absorbed, signal.x === signal.z ? [signal.z] : [signal.z, signal.x], weights);
  const z = along(basis, ownZ);
  const x = ownX === ownZ ? [] : along(basis, ownX);
  const [y = signal.y, ...left] = leftAfter(kernels, absorbed, [signal.y, ...z, ...x], weights);
  const instruments = left.slice(0, z.length);
  const still = instruments.findIndex((column, j) => isNothing(column, z[j] ?? column));
  if (still >= 0) {
    throw new EstimationError("no-variation", `The treatment has no variation left along \`${basis.names[still] ?? ""}\` after the controls and effects, so no effect can be estimated there.`);
  }
  return solve(y, x.length === 0 ? instruments : left.slice(z.length), instruments, basis);
}

/** By column of the basis: whether a signal's instrument varies along it, once the absorbed effects are out. */
export function varies({ z, absorbed }: Signal, basis: Basis, weights: Float64Array | null, kernels: Kernels): readonly boolean[] {
  const [own = z] = withoutEffects(kernels, absorbed, [z], weights);
  const before = along(basis, own);
  return leftAfter(kernels, absorbed, before, weights).map((column, j) => !isNothing(column, before[j] ?? column));
}

function solve(y: Float64Array, x: readonly Float64Array[], z: readonly Float64Array[], { names }: Basis): FinalStage {
  try {
    return finalStage(y, x, z);
  } catch (error) {
    if (!(error instanceof EstimationError) || names.length === 1) throw error;
    throw new EstimationError("singular-basis", `The terms ${listed(names)} determine each other where the treatment varies. Leave one out, or take fewer knots.`);
  }
}

function withoutEffects(kernels: Kernels, effects: readonly Group[], columns: readonly Float64Array[], weights: Float64Array | null): readonly Float64Array[] {
  if (effects.length === 0) return columns;
  return kernels.heap.scope(() => createDemeaner(kernels, effects, { weights: weights ?? undefined }).demeanColumns(columns));
}

function along({ columns }: Basis, factor: Float64Array): readonly Float64Array[] {
  return columns.map((values) => values.map((value, i) => value * (factor[i] ?? NaN)));
}
