/**
 * Capital, employees, energy, product, sulphur dioxide and nitrogen oxides that go with given carbon, such that the pooled
 * slacks-based score of each city-year (constant returns; carbon undesirable, too) is a given series.
 *
 * Per unit of product there are six ratios to best practice: three inputs, three emissions. Best practice are the rows
 * whose score is 1 or more: three that emit far less of one thing each (so their super-efficiency is what is wanted),
 * the others with a little less of some things for a little more of others, so that none dominates another. Every other
 * row needs more of all six than each of these, so that its score is the least of those against single rows:
 *
 *   mean over inputs of (best / own) / (1 + sum over emissions of (1 - best / own) / 4)
 *
 * which falls as the row moves away from best practice; how far it stands is solved from the score. The some fifty rows
 * above what such a row can reach, 0.82, lie beside best practice, and many become efficient: their scores are not met.
 */

import { ascendingOrder } from "./moments.mjs";
import { randomStream } from "./random.mjs";
import { round } from "./rounding.mjs";

/** @typedef {import("./variables.mjs").World} World */
/** @typedef {Record<"capital" | "employees" | "energy" | "gdp" | "so2" | "nox", Float64Array>} ProductionColumns */

/** Of best practice, by unit of product: 100 million yuan, 10,000 people, 10,000 t of coal; t, t, 10,000 t. */
const BEST = { capital: 1.1, employees: 0.022, energy: 0.12, so2: 4, nox: 6, carbon: 0.5 };
const INPUTS = 3;
/** Outputs of both kinds. */
const OUTPUTS = 4;
/** Largest logarithm by which rows of best practice need more than another in some thing. */
const TRADE = 0.03;
const EVEN = [1, 1, 1, 1, 1, 1];
/** How rows part in what they waste: a city's own mix, and a little by year. */
const MIX = { city: 0.35, row: 0.06 };

/**
 * @param {World} world
 * @param {Float64Array} scores wanted
 * @param {Float64Array} co2 logarithm of carbon
 * @returns {ProductionColumns}
 */
export function productionWithScores(world, scores, co2) {
  const order = ascendingOrder(scores).reverse();
  const best = order.slice(0, Math.max(4, scores.filter((score) => score >= 1).length));
  const frontier = new Map(best.map((row, rank) => [row, bestPractice(world.seed, rank, scores[row])]));
  const mixes = drawMixes(world);
  const points = [...frontier.values()].map((logarithms) => logarithms.map(Math.exp));
  const special = points.slice(0, OUTPUTS - 1);
  const reach = scoreAt(points, EVEN, 0, TRADE);
  const ratios = Array.from(scores, (score, row) => frontier.get(row) ?? (score > reach ? besideBest(world.seed, row, special, score) : wasteful(points, mixes[row], score)));
  const gdp = co2.map((value, row) => Math.exp(value - ratios[row][5]) / BEST.carbon);
  const used = (/** @type {number} */ j, /** @type {number} */ byProduct) => gdp.map((value, row) => round(value * byProduct * Math.exp(ratios[row][j])));
  return {
    capital: used(0, BEST.capital), employees: used(1, BEST.employees), energy: used(2, BEST.energy),
    gdp: gdp.map(round), so2: used(3, BEST.so2), nox: used(4, BEST.nox),
  };
}

/**
 * Logarithms of the ratios of a row of best practice. The first three emit so little of one thing that the others match
 * it only at a share 1 - q of the product, whose super-efficiency is 1 / (1 - q / 4).
 *
 * @param {number} seed
 * @param {number} rank
 * @param {number} score
 * @returns {number[]}
 */
function bestPractice(seed, rank, score) {
  if (rank < OUTPUTS - 1) return [0, 1, 2, 3, 4, 5].map((j) => (j === INPUTS + rank ? Math.log(1 - OUTPUTS * (1 - 1 / score)) : 0));
  return tradeOff(seed, `best practice ${rank}`);
}

/** A little more of some inputs for less of others; emissions are those of best practice. @param {number} seed @param {string} name @returns {number[]} */
function tradeOff(seed, name) {
  const random = randomStream(seed, name);
  const angle = 2 * Math.PI * random.uniform();
  return [0, 1, 2].map((j) => TRADE * Math.sin(angle + (2 * Math.PI * j) / 3)).concat(0, 0, 0);
}

/** Near best practice: all six ratios are the same but for a trade-off. @param {number} seed @param {number} row @param {number[][]} special @param {number} score @returns {number[]} */
function besideBest(seed, row, special, score) {
  const away = solved((distance) => scoreAt(special, EVEN, distance, 0) - score);
  return tradeOff(seed, `beside ${row}`).map((value) => value + away);
}

/** @param {number[][]} points @param {number[]} mix @param {number} score @returns {number[]} */
function wasteful(points, mix, score) {
  const distance = solved((trial) => scoreAt(points, mix, trial, TRADE) - score);
  return mix.map((share) => TRADE + share * distance);
}

/**
 * The score of a row so far from best practice.
 *
 * @param {number[][]} points ratios of best practice
 * @param {number[]} mix
 * @param {number} distance
 * @param {number} least logarithm of the least ratio
 * @returns {number}
 */
function scoreAt(points, mix, distance, least) {
  const shares = mix.map((share) => Math.exp(-least - share * distance));
  let lowest = Infinity;
  for (const point of points) {
    const inputs = (point[0] * shares[0] + point[1] * shares[1] + point[2] * shares[2]) / INPUTS;
    const emissions = 3 - point[3] * shares[3] - point[4] * shares[4] - point[5] * shares[5];
    lowest = Math.min(lowest, inputs / (1 + emissions / OUTPUTS));
  }
  return lowest;
}

/** The root of a falling function between 0 and 20, by halving. @param {(x: number) => number} f @returns {number} */
function solved(f) {
  let [low, high] = [0, 20];
  for (let step = 0; step < 48; step++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** By row, six positive numbers of mean 1: how much of what goes to waste is of which kind. @param {World} world @returns {number[][]} */
function drawMixes({ seed, cities, rows }) {
  const random = randomStream(seed, "waste");
  const own = cities.map(() => Array.from({ length: 6 }, () => MIX.city * random.normal()));
  return rows.map(({ city }) => {
    const weights = own[city].map((value) => Math.exp(value + MIX.row * random.normal()));
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    return weights.map((weight) => weight / mean);
  });
}
