/**
 * City levels that give a whole column its published moments. The column is level + movement; only the levels may be
 * chosen, so that what moves a city from year to year stays exactly additive and nothing is clipped.
 */

import { mapToMoments, momentsOf } from "./moments.mjs";

/** @typedef {import("./moments.mjs").Moments} Moments */
/** @typedef {import("./twoway.mjs").Row} Row */

const ROUNDS = 60;
const PRECISION = 1e-9;

/**
 * The levels are spread over the cities in the order of their scores. Their moments start at the wanted ones and are
 * corrected by what the column misses, until it misses nothing or, where 282 levels cannot do it, misses least.
 *
 * @param {Moments} wanted moments of the column
 * @param {readonly number[]} scores by city
 * @param {ArrayLike<number>} movement by row
 * @param {readonly Row[]} rows
 * @returns {Float64Array} levels by city
 */
export function cityLevels(wanted, scores, movement, rows) {
  let target = wanted;
  /** @type {{ levels: Float64Array, miss: number }} */
  let best = { levels: new Float64Array(scores.length), miss: Infinity };
  for (let round = 0; round < ROUNDS && best.miss > PRECISION; round++) {
    const levels = mapToMoments(scores, target);
    const reached = momentsOf(rows.map(({ city }, i) => levels[city] + movement[i]));
    const miss = largestMiss(reached, wanted);
    if (miss < best.miss) best = { levels, miss };
    target = corrected(target, reached, wanted);
  }
  return best.levels;
}

/** @param {Moments} target @param {Moments} reached @param {Moments} wanted @returns {Moments} */
function corrected(target, reached, wanted) {
  return {
    mean: target.mean + wanted.mean - reached.mean,
    p50: target.p50 + 0.5 * (wanted.p50 - reached.p50),
    sd: (target.sd * wanted.sd) / reached.sd,
    min: target.min + wanted.min - reached.min,
    max: target.max + wanted.max - reached.max,
  };
}

/** In standard deviations. @param {Moments} reached @param {Moments} wanted @returns {number} */
function largestMiss(reached, wanted) {
  const names = /** @type {(keyof Moments)[]} */ (["mean", "p50", "sd", "min", "max"]);
  return Math.max(...names.map((name) => Math.abs(reached[name] - wanted[name]))) / wanted.sd;
}
