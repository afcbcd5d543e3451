/** The entropy index, and the way back: two pollutants whose index is a given series. */

import { ascendingOrder } from "./moments.mjs";
import { randomStream } from "./random.mjs";
import { round } from "./rounding.mjs";

/** @typedef {import("./variables.mjs").World} World */

/** Added to each scaled value: the logarithm of a zero share does not exist. */
export const ZERO_SHIFT = 1e-5;

/** How the two pollutants part: a city's own mix, and a little by year. */
const MIX = { city: 0.8, row: 0.15 };
/** Logarithm of 10,000 t, and micrograms per cubic metre. */
const RANGES = { co2: { min: 5.1, max: 10.1 }, pm25: { min: 11, max: 83 } };

/**
 * Entropy index of indicators that all count in the same direction: scaled to [0, 1] over all observations, shifted by
 * `ZERO_SHIFT`, weighted by one minus the entropy of their shares.
 *
 * @param {readonly ArrayLike<number>[]} indicators
 * @returns {{ index: Float64Array, weights: number[] }}
 */
export function entropyIndex(indicators) {
  const scaled = indicators.map(scaleToUnit);
  const divergences = scaled.map((x) => 1 - entropy(x));
  const total = divergences.reduce((sum, d) => sum + d, 0);
  const weights = divergences.map((d) => d / total);
  return { index: scaled[0].map((_, row) => scaled.reduce((sum, x, j) => sum + weights[j] * x[row], 0)), weights };
}

/**
 * With weights w and 1 - w the pair E + (1 - w) D, E - w D has the index E for any difference D; the weights of the
 * pair come back into its making until they agree. D is bounded so that the pair stays in [0, 1]. The largest E must be
 * one, for both pollutants to reach one there.
 *
 * @param {World} world
 * @param {Float64Array} index in [ZERO_SHIFT, 1 + ZERO_SHIFT]
 * @returns {{ co2: Float64Array, pm25: Float64Array }}
 */
export function pollutantsWithIndex(world, index) {
  const level = index.map((value) => value - ZERO_SHIFT);
  const mix = drawMix(world, level);
  let weights = [0.5, 0.5];
  let pair = split(level, mix, weights);
  for (let pass = 0, change = 1; pass < 200 && change > 1e-14; pass++) {
    const next = entropyIndex(pair).weights;
    change = Math.abs(next[0] - weights[0]);
    weights = next;
    pair = split(level, mix, weights);
  }
  const inUnits = (/** @type {Float64Array} */ x, /** @type {{ min: number, max: number }} */ { min, max }) =>
    x.map((value) => round(min + (max - min) * value));
  return { co2: inUnits(pair[0], RANGES.co2), pm25: inUnits(pair[1], RANGES.pm25) };
}

/** @param {ArrayLike<number>} values @returns {Float64Array} */
function scaleToUnit(values) {
  const x = Float64Array.from(values);
  const [min, max] = [x.reduce((a, b) => Math.min(a, b)), x.reduce((a, b) => Math.max(a, b))];
  return x.map((value) => (value - min) / (max - min) + ZERO_SHIFT);
}

/** Of the shares, relative to the largest possible. @param {Float64Array} x @returns {number} */
function entropy(x) {
  const total = x.reduce((sum, value) => sum + value, 0);
  const sum = x.reduce((acc, value) => acc + (value / total) * Math.log(value / total), 0);
  return -sum / Math.log(x.length);
}

/**
 * Difference of the pollutants as a share of the largest possible one, in (-1, 1). The ends are taken by two rows
 * only, the lowest of the two lowest cities, so that each pollutant reaches zero.
 *
 * @param {World} world
 * @param {Float64Array} level
 * @returns {Float64Array}
 */
function drawMix({ seed, cities, rows }, level) {
  const random = randomStream(seed, "pollutant mix");
  const own = cities.map(() => MIX.city * (2 * random.uniform() - 1));
  const mix = Float64Array.from(rows, ({ city }) => own[city] + (MIX.row / 3) * random.bounded());
  const order = ascendingOrder(level);
  const lowest = order[0];
  const lowestElsewhere = order.find((row) => rows[row].city !== rows[lowest].city) ?? lowest;
  mix[lowest] = -1;
  mix[lowestElsewhere] = 1;
  return mix;
}

/** @param {Float64Array} level @param {Float64Array} mix @param {number[]} weights @returns {[Float64Array, Float64Array]} */
function split(level, mix, [w1, w2]) {
  const difference = mix.map((share, i) => {
    const [toZero, toOne] = share < 0 ? [level[i] / w2, (1 - level[i]) / w1] : [level[i] / w1, (1 - level[i]) / w2];
    return share * Math.min(toZero, toOne);
  });
  return [level.map((e, i) => e + w2 * difference[i]), level.map((e, i) => e - w1 * difference[i])];
}
