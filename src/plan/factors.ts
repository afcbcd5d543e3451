import { createDemeaner } from "../kernels/demean.js";
import type { Group } from "../kernels/design.js";
import type { Kernels } from "../kernels/instance.js";
import { leastSquares } from "../kernels/ols.js";
import { createSpecial } from "../kernels/special.js";
import { componentsOf, type PeriodMatrix } from "./principalComponents.js";

/** A panel whose common factors are wanted; columns by row, finite. */
export interface FactorPanel {
  readonly units: Group;
  readonly times: Group;
  /** Unit and time effects and whatever else is removed. */
  readonly effects: readonly Group[];
  /** Share the factors: outcome and treatments. */
  readonly columns: readonly Float64Array[];
  readonly controls: readonly Float64Array[];
}

/** Factors by period, orthonormal; the largest number of each is positive. */
export interface Factors {
  readonly factors: readonly Float64Array[];
  /** Of the periods' cross-products at the end, largest first. */
  readonly eigenvalues: readonly number[];
}

/** The sum of squares changes by less than this share: loadings and slopes then change by less than 1e-6 of themselves. */
const SETTLED = 1e-13;
/** With strong factors some tens are needed; weakly determined factors are taken as they then are. */
const MOST_ITERATIONS = 500;

/**
 * r factors F_t with unit-specific loadings, common to several columns, beside effects and linear controls: least
 * squares over all of them in turn. Given the rest, slopes and effects are least squares and F the first principal
 * components of what is left, columns scaled to equal length, cells without a row filled with the fit before. With one
 * column and its regressors as controls that is Bai's interactive fixed-effects estimator. Observation weights do not enter.
 * Cost of an iteration: a demeaning a column, O(rows controls^2 + units periods^2 + periods^3).
 * Source: Bai (2009), Econometrica 77, section 4 and, for cells without rows, supplement section B (EM).
 */
export function estimateFactors(kernels: Kernels, panel: FactorPanel, r: number): Factors {
  const { units, times, effects, columns, controls } = panel;
  return kernels.heap.scope(() => {
    const demeaner = createDemeaner(kernels, effects);
    const targets = demeaner.demeanColumns(columns);
    const regressors = demeaner.demeanColumns(controls);
    const scales = targets.map((column) => 1 / Math.sqrt(squares(column)));
    let fits = targets.map((column) => new Float64Array(column.length));
    let matrices: readonly PeriodMatrix[] | null = null;
    let before = Infinity;
    for (let done = 1; ; done++) {
      const net = demeaner.demeanColumns(fits).map((fit, v) => (targets[v] ?? fit).map((value, i) => value - (fit[i] ?? NaN)));
      const { residuals } = leastSquares(kernels, { columns: regressors, targets: net, intercept: false });
      const left = residuals.map((values, v) => values.map((value, i) => (value + (fits[v]?.[i] ?? NaN)) * (scales[v] ?? NaN)));
      const { factors, eigenvalues, filled } = componentsOf(left, units, times, r, matrices);
      matrices = filled;
      fits = left.map((values, v) => values.map((_, i) => cell(filled, v, units, times, i) / (scales[v] ?? NaN)));
      const now = left.reduce((sum, values, v) => sum + squares(values.map((value, i) => value - (fits[v]?.[i] ?? NaN) * (scales[v] ?? NaN))), 0);
      if (!(before - now > SETTLED * now) || done === MOST_ITERATIONS) return { factors, eigenvalues };
      before = now;
    }
  });
}

/** The largest number of factors looked for: 8, and fewer than half the periods. */
export function mostFactors(periods: number): number {
  return Math.min(8, Math.ceil(periods / 2) - 1);
}

/**
 * The number of factors, 0 .. `most`, after which eigenvalues fall most steeply (the first of equals); before the first
 * stands their sum over ln m, m the smaller side of the matrix.
 * Source: Ahn and Horenstein (2013), Econometrica 81, the ER estimator and its mock eigenvalue.
 */
export function eigenvalueRatio(kernels: Kernels, eigenvalues: readonly number[], most: number, m: number): number {
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  const path = [total / createSpecial(kernels).log(m), ...eigenvalues];
  let best = 0;
  for (let k = 1; k <= most; k++) if (ratio(path, k) > ratio(path, best)) best = k;
  return best;
}

function ratio(path: readonly number[], k: number): number {
  return (path[k] ?? NaN) / (path[k + 1] ?? NaN);
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** The fit at a row. */
function cell(filled: readonly PeriodMatrix[], v: number, units: Group, times: Group, row: number): number {
  return filled[v]?.[units.codes[row] ?? 0]?.[times.codes[row] ?? 0] ?? NaN;
}
