/** Multipliers below this share of the largest product are rounding. */
const ROUNDING = 1e-12;

/**
 * Weights w >= 0 with sum 1 that minimise w'Aw / 2 - b'w, A = P'P and b = P'y of the learners' predictions P: constrained
 * least squares, Stata's nnls1. An active-set method: from the best single learner, the learner with the most negative
 * reduced gradient joins, and those whose weight would turn negative leave (Lawson, Hanson 1974, chapter 23, with the sum
 * as a further constraint). Each step lowers the objective, so it ends. J learners: J^3 a step.
 */
export function simplexWeights(a: readonly (readonly number[])[], b: readonly number[]): readonly number[] {
  const single = b.map((product, j) => (a[j]?.[j] ?? NaN) / 2 - product);
  let weights = b.map((_, j): number => (j === single.indexOf(Math.min(...single)) ? 1 : 0));
  const scale = Math.max(...a.map((row, j) => row[j] ?? 0), ...b.map(Math.abs));
  for (let step = 0; step < 10 * b.length; step++) {
    const gradient = a.map((row, j) => row.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), -(b[j] ?? 0)));
    const level = weights.reduce((sum, weight, j) => sum + weight * (gradient[j] ?? 0), 0);
    const inactive = gradient.map((slope, j) => ((weights[j] ?? 0) > 0 ? Infinity : slope - level));
    const least = Math.min(...inactive);
    if (!(least < -ROUNDING * scale)) break;
    weights = settle(a, b, weights, [...active(weights), inactive.indexOf(least)]);
  }
  return weights;
}

/** The least objective on the members' face of the simplex; members whose weight reaches 0 on the way leave. */
function settle(a: readonly (readonly number[])[], b: readonly number[], start: readonly number[], joined: readonly number[]): number[] {
  let members = joined;
  let weights = [...start];
  while (members.length > 0) {
    const goal = onFace(a, b, members);
    const falling = members.filter((_, i) => !((goal[i] ?? NaN) > 0));
    const shares = falling.map((j) => (weights[j] ?? 0) / ((weights[j] ?? 0) - (goal[members.indexOf(j)] ?? NaN)));
    const share = Math.min(1, ...shares);
    weights = weights.map((weight, j): number => {
      const at = members.indexOf(j);
      return at < 0 ? 0 : weight + share * ((goal[at] ?? NaN) - weight);
    });
    if (falling.length === 0) return weights;
    const out = falling[shares.indexOf(Math.min(...shares))] ?? -1;
    weights[out] = 0;
    members = members.filter((j) => j !== out);
  }
  return weights;
}

/** Solves A w + mu = b, sum w = 1 on the members, by elimination with pivoting. */
function onFace(a: readonly (readonly number[])[], b: readonly number[], members: readonly number[]): readonly number[] {
  const rows = members.map((j) => [...members.map((k) => a[j]?.[k] ?? NaN), 1, b[j] ?? NaN]);
  return solve([...rows, [...members.map(() => 1), 0, 1]]).slice(0, members.length);
}

/** Gauss-Jordan on an augmented matrix of k rows. */
function solve(matrix: readonly (readonly number[])[]): readonly number[] {
  const rows = matrix.map((row) => [...row]);
  const k = rows.length;
  for (let column = 0; column < k; column++) {
    const sizes = rows.map((row, r) => (r < column ? -1 : Math.abs(row[column] ?? NaN)));
    const pivot = sizes.indexOf(Math.max(...sizes));
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const own = rows[column] as number[];
    rows.forEach((row, r) => {
      if (r === column) return;
      const factor = (row[column] ?? NaN) / (own[column] ?? NaN);
      for (let c = column; c <= k; c++) row[c] = (row[c] ?? NaN) - factor * (own[c] ?? NaN);
    });
  }
  return rows.map((row, r) => (row[k] ?? NaN) / (row[r] ?? NaN));
}

function active(weights: readonly number[]): readonly number[] {
  return weights.flatMap((weight, j) => (weight > 0 ? [j] : []));
}
