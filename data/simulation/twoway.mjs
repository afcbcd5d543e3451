/** Two-way demeaning and correlations: what the truth is stated in. */

/** @typedef {{ city: number, period: number }} Row */

const SWEEPS = 60;

/**
 * City and year means removed, by sweeps in turn: few missing rows, so they converge fast.
 *
 * @param {ArrayLike<number>} values
 * @param {readonly Row[]} rows
 * @returns {Float64Array}
 */
export function demeanTwoWay(values, rows) {
  const cities = rows.map(({ city }) => city);
  const periods = rows.map(({ period }) => period);
  let residuals = Float64Array.from(values);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const groups of [cities, periods]) {
      const means = groupMeans(residuals, groups);
      residuals = residuals.map((value, i) => value - means[groups[i]]);
    }
  }
  return residuals;
}

/** @param {ArrayLike<number>} values @param {readonly number[]} groups @returns {number[]} */
export function groupMeans(values, groups) {
  const size = Math.max(...groups) + 1;
  const sums = new Array(size).fill(0);
  const counts = new Array(size).fill(0);
  groups.forEach((group, i) => {
    sums[group] += values[i];
    counts[group]++;
  });
  return sums.map((sum, group) => sum / counts[group]);
}

/** @param {ArrayLike<number>} x @param {ArrayLike<number>} y @returns {number} */
export function correlation(x, y) {
  const [a, b] = [centred(x), centred(y)];
  return inner(a, b) / Math.sqrt(inner(a, a) * inner(b, b));
}

/** Root mean square about the mean. @param {ArrayLike<number>} x @returns {number} */
export function spread(x) {
  const a = centred(x);
  return Math.sqrt(inner(a, a) / a.length);
}

/** @param {ArrayLike<number>} x @returns {Float64Array} */
function centred(x) {
  const values = Float64Array.from(x);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** @param {Float64Array} x @param {Float64Array} y @returns {number} */
const inner = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
