/**
 * The eight controls. Each is a latent score (city, year and a persistent movement within the city) that is mapped,
 * by rank, to the published distribution: heavy tails and all.
 */

import { mapToMoments } from "./moments.mjs";
import { PUBLISHED } from "./published.mjs";
import { randomStream } from "./random.mjs";
import { round } from "./rounding.mjs";

/** @typedef {import("./cities.mjs").City} City */
/** @typedef {import("./moments.mjs").Moments} Moments */
/** @typedef {import("./twoway.mjs").Row} Row */
/** @typedef {"Pgdp" | "Fin" | "Open" | "Urban" | "Gov" | "Fiscal" | "Ind" | "Hc"} ControlName */
/** @typedef {Record<ControlName, Float64Array>} Controls */

/**
 * @typedef {object} ControlDesign
 * @property {Moments} target
 * @property {number} size loading of the city's score on its size, in [-1, 1]
 * @property {number} trend change of the score from the first year to the last, in standard deviations over cities
 */

/** Share of a score's variance that moves within a city, around its level and the year's. */
const WITHIN_SHARE = 0.45;
const PERSISTENCE = 0.5;

/**
 * Open and Hc are printed with two digits or fewer; the targets lie within that rounding, or as near as positive
 * values with these means and standard deviations come.
 *
 * @type {Record<ControlName, ControlDesign>}
 */
export const CONTROL_DESIGNS = {
  Pgdp: { target: PUBLISHED.Pgdp, size: 0.7, trend: 1.2 },
  Fin: { target: PUBLISHED.Fin, size: 0.4, trend: 0.8 },
  Open: { target: { ...PUBLISHED.Open, mean: 0.00208, p50: 0.001, sd: 0.00286 }, size: 0.5, trend: -0.5 },
  Urban: { target: PUBLISHED.Urban, size: 0.6, trend: 0.7 },
  Gov: { target: PUBLISHED.Gov, size: -0.5, trend: 0.5 },
  Fiscal: { target: PUBLISHED.Fiscal, size: 0.3, trend: 0.4 },
  Ind: { target: PUBLISHED.Ind, size: 0.3, trend: 0.8 },
  Hc: { target: { ...PUBLISHED.Hc, mean: 0.0204, p50: 0.0107, sd: 0.0245 }, size: 0.6, trend: 0.3 },
};

export const CONTROL_NAMES = /** @type {ControlName[]} */ (Object.keys(CONTROL_DESIGNS));

/**
 * @param {number} seed
 * @param {readonly City[]} cities
 * @param {readonly Row[]} rows
 * @param {number} periods
 * @returns {Controls}
 */
export function simulateControls(seed, cities, rows, periods) {
  const simulate = (/** @type {ControlName} */ name) => {
    const { target, ...design } = CONTROL_DESIGNS[name];
    const scores = latentScores(randomStream(seed, name), design, cities, periods);
    return mapToMoments(rows.map(({ city, period }) => scores[city][period]), target).map(round);
  };
  return /** @type {Controls} */ (Object.fromEntries(CONTROL_NAMES.map((name) => [name, simulate(name)])));
}

/**
 * @param {import("./random.mjs").RandomStream} random
 * @param {Omit<ControlDesign, "target">} design
 * @param {readonly City[]} cities
 * @param {number} periods
 * @returns {number[][]} by city and period
 */
function latentScores(random, { size, trend }, cities, periods) {
  return cities.map((city) => {
    const level = size * city.size + Math.sqrt(1 - size * size) * random.normal();
    const movement = persistentSeries(periods, PERSISTENCE, random.normal);
    return movement.map(
      (value, t) =>
        Math.sqrt(1 - WITHIN_SHARE) * level + Math.sqrt(WITHIN_SHARE) * value + trend * (t / (periods - 1) - 0.5),
    );
  });
}

/**
 * A stationary first-order autoregression of variance one (exactly from the start where the draws are normal).
 *
 * @param {number} length
 * @param {number} persistence
 * @param {() => number} draw variance one
 * @returns {number[]}
 */
export function persistentSeries(length, persistence, draw) {
  const series = [draw()];
  while (series.length < length) {
    series.push(persistence * series[series.length - 1] + Math.sqrt(1 - persistence ** 2) * draw());
  }
  return series;
}
