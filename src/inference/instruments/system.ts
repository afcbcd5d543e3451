import { EstimationError } from "../../errors.js";
import { dot, isNothing } from "../../fit/residuals.js";
import type { Kernels } from "../../kernels/instance.js";
import { DETERMINED } from "../../kernels/demean.js";
import { leastSquares } from "../../kernels/ols.js";

/**
 * What instruments work on: residuals by row, less absorbed effects and times the root of the weights
 * (`leftAfter` of src/fit/residuals.ts).
 */
export interface InstrumentalVariables {
  /** What is left of the outcome. */
  readonly y: Float64Array;
  /** What is left of each treatment, J of them. */
  readonly x: readonly Float64Array[];
  /** What is left of each instrument, Q of them, Q >= J. */
  readonly z: readonly Float64Array[];
  /** The column of a constant: roots of the weights, or ones. */
  readonly ones: Float64Array;
  /** Whether the second stage has a constant. */
  readonly constant: boolean;
}

/** A system whose instruments are independent, and the numbers of those left out. */
export interface IndependentInstruments {
  readonly system: InstrumentalVariables;
  /** By position among the instruments given, from 0. */
  readonly dropped: readonly number[];
}

/** Squared sine of an instrument's angle to the others up to which it counts as determined: below, Z'Z has no six digits left. */
const COLLINEAR = 1e-10;

/**
 * Leaves out instruments that are constant or linear combinations of the others (of two that are alike the later one).
 * Throws an EstimationError where fewer are left than there are treatments. Cost O(n Q^2).
 */
export function independentInstruments(kernels: Kernels, system: InstrumentalVariables): IndependentInstruments {
  const { x, z, ones } = system;
  const floors = Float64Array.from(z, (column) => DETERMINED * Math.sqrt(dot(column, column)));
  const columns = lessConstant(z, ones);
  const { dropped } = leastSquares(kernels, { columns, targets: columns.slice(0, 1), intercept: false, floors, tolerance: COLLINEAR });
  const kept = z.filter((_, q) => dropped[q] === false);
  if (kept.length < x.length) throw tooFew(kept.length, x.length);
  return { system: { ...system, z: kept }, dropped: [...z.keys()].filter((q) => dropped[q]) };
}

function tooFew(instruments: number, treatments: number): EstimationError {
  return new EstimationError(
    "too-few-instruments",
    `${instruments} independent instruments cannot identify the effects of ${treatments} treatments; give an instrument that varies after the controls and effects for each treatment.`,
  );
}

/**
 * Throws an EstimationError that names the first instrument of which nothing but rounding is left after controls and
 * effects. `left` and `of` (what was observed) hold one column by instrument, `names` its name.
 */
export function checkInstruments(names: readonly string[], left: readonly Float64Array[], of: readonly Float64Array[]): void {
  const gone = left.findIndex((column, q) => isNothing(column, of[q] ?? column));
  if (gone < 0) return;
  throw new EstimationError(
    "no-instrument-variation",
    `The instrument \`${names[gone] ?? ""}\` has no variation left after the controls and effects, so it can identify nothing; leave it out or choose another.`,
  );
}

/** The same system with the constant, where there is one, taken out of every column (Frisch and Waugh). */
export function withoutConstant(system: InstrumentalVariables): InstrumentalVariables {
  if (!system.constant) return system;
  const [y = system.y] = lessConstant([system.y], system.ones);
  return { ...system, y, x: lessConstant(system.x, system.ones), z: lessConstant(system.z, system.ones) };
}

/** Columns less their projection on the constant's column: less the mean, where there are no weights. */
export function lessConstant(columns: readonly Float64Array[], ones: Float64Array): readonly Float64Array[] {
  const total = dot(ones, ones);
  return columns.map((column) => {
    const mean = dot(ones, column) / total;
    return column.map((value, i) => value - mean * (ones[i] ?? NaN));
  });
}
