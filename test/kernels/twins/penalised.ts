/** A penalised problem on an explicit matrix, every dummy a column. */
export interface DenseProblem {
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  readonly weights: Float64Array;
  /** By column: what its coefficient is multiplied by where it is penalised. */
  readonly penalties: Float64Array;
  readonly lasso: number;
  readonly ridge: number;
}

/** Textbook coordinate descent, the constant unpenalised and centred out, run until nothing moves. */
export function coordinateDescent(problem: DenseProblem): { coefficients: Float64Array; constant: number } {
  const { weights, penalties, lasso, ridge } = problem;
  const columns = problem.columns.map((column) => centred(column, weights));
  const target = centred(problem.target, weights);
  const left = target.slice();
  const coefficients = new Float64Array(columns.length);
  const squares = columns.map((column) => weightedDot(column, column, weights));
  for (let sweep = 0; sweep < 200_000; sweep++) {
    let furthest = 0;
    columns.forEach((column, j) => {
      const whole = squares[j] ?? 0;
      if (whole < 1e-12) return;
      const before = coefficients[j] ?? 0;
      const penalty = penalties[j] ?? 0;
      const point = weightedDot(column, left, weights) + whole * before;
      const size = Math.max(0, Math.abs(point) - lasso * penalty);
      const after = (Math.sign(point) * size) / (whole + ridge * penalty * penalty);
      if (after === before) return;
      coefficients[j] = after;
      column.forEach((x, i) => (left[i] = (left[i] ?? 0) - (after - before) * x));
      furthest = Math.max(furthest, Math.abs(after - before) * Math.sqrt(whole));
    });
    if (furthest < 1e-13) break;
  }
  const constant = mean(problem.target, weights) - coefficients.reduce((sum, b, j) => sum + b * mean(problem.columns[j] as Float64Array, weights), 0);
  return { coefficients, constant };
}

/** The objective without its constant part: what is to be least. */
export function objective(problem: DenseProblem, fitted: Float64Array, coefficients: Float64Array): number {
  const { target, weights, penalties, lasso, ridge } = problem;
  const squares = target.reduce((sum, y, i) => sum + (weights[i] ?? 0) * (y - (fitted[i] ?? NaN)) ** 2, 0);
  return coefficients.reduce((sum, b, j) => sum + lasso * Math.abs(b) * (penalties[j] ?? 0) + (ridge / 2) * (b * (penalties[j] ?? 0)) ** 2, squares / 2);
}

function centred(column: Float64Array, weights: Float64Array): Float64Array {
  const level = mean(column, weights);
  return column.map((value) => value - level);
}

function mean(values: Float64Array, weights: Float64Array): number {
  return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / weights.reduce((sum, weight) => sum + weight, 0);
}

function weightedDot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0) * (weights[i] ?? 0), 0);
}
