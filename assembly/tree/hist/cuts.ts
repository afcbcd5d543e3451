/**
 * Where a feature is cut into bins: the rules of scikit-learn 1.9's HistGradientBoosting (binning.py).
 *
 * Of at most `maxBins` distinct values the midpoints are cuts. Of more, the percentiles i / maxBins by the averaged
 * inverted distribution function (Hyndman and Fan 1996, definition 2), equal ones once.
 */

/** Cuts go no higher: +infinity would take in missing values. */
const HIGHEST: f64 = 1e300;
const EPSILON: f64 = 2.220446049250313e-16;

/** Writes the ascending cuts of `n` ascending values, and returns their number: at most maxBins - 1. */
export function cutPoints(values: StaticArray<f64>, n: i32, maxBins: i32, cuts: StaticArray<f64>): i32 {
  const distinct = midpoints(values, n, maxBins, cuts);
  if (distinct <= maxBins) return max(0, distinct - 1);
  let count = 0;
  for (let i = 1; i < maxBins; i++) {
    const at = <f64>n * share(i, maxBins) - 1;
    const below = <i32>Math.floor(at);
    const next = values[below + 1];
    count = addCut(cuts, count, at == <f64>below ? next - (next - values[below]) * 0.5 : next);
  }
  return count;
}

/** As `cutPoints`, where row i counts as mass[i] rows; `mass` is turned into its running sums. */
export function weightedCutPoints(
  values: StaticArray<f64>, mass: StaticArray<f64>, n: i32, maxBins: i32, cuts: StaticArray<f64>,
): i32 {
  const distinct = midpoints(values, n, maxBins, cuts);
  if (distinct <= maxBins) return max(0, distinct - 1);
  for (let i = 1; i < n; i++) mass[i] += mass[i - 1];
  let count = 0;
  let at = 0;
  for (let i = 1; i < maxBins; i++) {
    const wanted = share(i, maxBins) * mass[n - 1];
    while (at < n - 1 && mass[at] < wanted) at++;
    const above = mass[at] - wanted > EPSILON;
    count = addCut(cuts, count, above ? values[at] : (values[at] + values[min(at + 1, n - 1)]) / 2);
  }
  return count;
}

/** Percentile i of maxBins, rounded as numpy's linspace(0, 100) and the division by 100 round it. */
@inline
function share(i: i32, maxBins: i32): f64 {
  return (<f64>i * (100 / <f64>maxBins)) / 100;
}

/** Writes midpoints of neighbouring values while there is room, and returns the number of distinct values, or maxBins + 1. */
function midpoints(values: StaticArray<f64>, n: i32, maxBins: i32, cuts: StaticArray<f64>): i32 {
  let distinct = n > 0 ? 1 : 0;
  for (let i = 1; i < n; i++) {
    if (values[i] == values[i - 1]) continue;
    if (distinct == maxBins) return maxBins + 1;
    cuts[distinct - 1] = min((values[i - 1] + values[i]) / 2, HIGHEST);
    distinct++;
  }
  return distinct;
}

/** Adds a cut that is above the last one. */
@inline
function addCut(cuts: StaticArray<f64>, count: i32, cut: f64): i32 {
  cut = min(cut, HIGHEST);
  if (count > 0 && cut == cuts[count - 1]) return count;
  cuts[count] = cut;
  return count + 1;
}
