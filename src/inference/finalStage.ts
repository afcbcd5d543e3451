import { EstimationError } from "../errors.js";
import { inverseOf } from "../fit/inverse.js";
import { type Matrix, times } from "../fit/matrix.js";
import { combine, crossProducts, dot, minus, plus, product } from "../fit/residuals.js";

/**
 * The last regression: sum_i z_i (y_i - x_i' b) = 0 with k regressors and as many instruments.
 * x = z is least squares; else two-stage least squares, just identified.
 */
export interface FinalStage {
  /** k coefficients; the effect is the last, a constant (if any) the first. */
  readonly coefficients: readonly number[];
  /** y - x' b, by row. */
  readonly residuals: Float64Array;
  /**
   * By coefficient: its influence on the estimate by row, (Z'X)^-1 z_i e_i; the sum over rows is zero and the sum of
   * squares is the HC0 variance.
   */
  readonly influence: readonly Float64Array[];
  /** (Z'X)^-1 Z'Z (X'Z)^-1: times the error variance it is the homoskedastic covariance. */
  readonly inverse: Matrix;
  /** z_i' (Z'X)^-1 x_i, by row: leverage, which HC2 and HC3 ask for. */
  readonly leverage: () => Float64Array;
  /** The columns that it was solved for, one of either a coefficient. */
  readonly x: readonly Float64Array[];
  readonly z: readonly Float64Array[];
}

/** Solves the final stage. x and z hold one array per coefficient. Cost O(n k^2). */
export function finalStage(y: Float64Array, x: readonly Float64Array[], z: readonly Float64Array[]): FinalStage {
  const zx = crossProducts(z, x);
  const squares = (columns: readonly Float64Array[]): readonly number[] => columns.map((a, j) => (x[j] === z[j] ? (zx[j]?.[j] ?? NaN) : dot(a, a)));
  const inverseZx = invert(zx, squares(z), squares(x));
  const coefficients = times(inverseZx, z.map((a) => dot(a, y)));
  const residuals = minus(y, combine(coefficients, x));
  const solved = inverseZx.map((row) => combine(row, z));
  const influence = solved.map((column) => product(column, residuals));
  const leverage = (): Float64Array => solved.map((column, j) => product(column, x[j] ?? column)).reduce((sum, column) => plus(sum, column));
  return { coefficients, residuals, influence, inverse: crossProducts(solved, solved), leverage, x, z };
}

/** Share of the columns' lengths that must be left for two by two to count as regular. */
const SINGULAR = 1e-12;

/** Two by two has a closed form, which is what most estimates rest on. */
function invert(zx: Matrix, zz: readonly number[], xx: readonly number[]): Matrix {
  const inverse = zx.length === 2 ? inverseOfTwo(zx, zz, xx) : inverseOf(zx, zz.map(Math.sqrt), xx.map(Math.sqrt));
  if (inverse === null) throw singular();
  return inverse;
}

function inverseOfTwo(zx: Matrix, zz: readonly number[], xx: readonly number[]): Matrix | null {
  const [[a = NaN, b = NaN] = [], [c = NaN, d = NaN] = []] = zx;
  const size = (j: number): number => Math.sqrt((zz[j] ?? NaN) * (xx[j] ?? NaN));
  const determinant = a * d - b * c;
  if (!(Math.abs(determinant) > SINGULAR * size(0) * size(1))) return null;
  return [[d / determinant, -b / determinant], [-c / determinant, a / determinant]];
}

function singular(): EstimationError {
  return new EstimationError(
    "singular-final-stage",
    "Nothing is left of a treatment after the controls and effects, or treatments determine each other, so no effect can be estimated.",
  );
}
