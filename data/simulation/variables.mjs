/** Treatment, outcome and mediators: effect of the treatment + nuisance + city effect + year effect + noise. */

import { persistentSeries } from "./controls.mjs";
import { cityLevels } from "./levels.mjs";
import { NUISANCES, evaluate } from "./nuisances.mjs";
import { PUBLISHED } from "./published.mjs";
import { randomStream } from "./random.mjs";
import { round } from "./rounding.mjs";
import { groupMeans } from "./twoway.mjs";

/** @typedef {import("./cities.mjs").City} City */
/** @typedef {import("./controls.mjs").Controls} Controls */
/** @typedef {import("./moments.mjs").Moments} Moments */
/** @typedef {import("./twoway.mjs").Row} Row */
/** @typedef {keyof typeof NUISANCES} VariableName */

/**
 * @typedef {object} VariableDesign
 * @property {number} effect of AI
 * @property {number} withTreatment correlation of the score behind the city levels with the treatment's
 * @property {number} trend standard deviation over the years of the common trend
 * @property {number} wiggle standard deviation of what the year effects have of their own
 * @property {number} noise standard deviation
 * @property {number} persistence first-order autocorrelation of the noise within a city
 */

/** @type {Record<VariableName, VariableDesign>} */
export const VARIABLE_DESIGNS = {
  AI: { effect: 0, withTreatment: 1, trend: 0.6, wiggle: 0.12, noise: 0.5, persistence: 0 },
  EI: { effect: -0.026, withTreatment: 0.8, trend: 0.025, wiggle: 0.006, noise: 0.045, persistence: 0.2 },
  Gtfe: { effect: 0.0207, withTreatment: 0.5, trend: 0.015, wiggle: 0.004, noise: 0.025, persistence: 0.2 },
  Ins: { effect: 0.0017, withTreatment: 0.3, trend: 0.02, wiggle: 0.004, noise: 0.02, persistence: 0.2 },
  Lngrva: { effect: 0.5235, withTreatment: 0.8, trend: 0.3, wiggle: 0.05, noise: 0.3, persistence: 0.2 },
};

/**
 * @typedef {object} Variable
 * @property {Float64Array} values as written
 * @property {Float64Array} nuisance by row
 * @property {number[]} cityEffect by city
 * @property {number[]} yearEffect by year, mean zero
 * @property {Float64Array} noise by row
 */

/**
 * @typedef {object} World what all variables share
 * @property {number} seed
 * @property {readonly City[]} cities
 * @property {readonly Row[]} rows
 * @property {number} periods
 * @property {Controls} controls
 */

/**
 * The city levels are chosen around what the city may expect of its controls and its treatment; the treatment's noise
 * is left out of that, so that the city effects know nothing of it.
 *
 * @param {World} world
 * @param {VariableName} name
 * @param {Moments} wanted
 * @param {Variable} [treatment]
 * @returns {Variable}
 */
export function simulateVariable(world, name, wanted, treatment) {
  const { effect } = VARIABLE_DESIGNS[name];
  const cities = world.rows.map(({ city }) => city);
  const nuisance = evaluate(NUISANCES[name], world.controls);
  const yearEffect = yearEffects(world, name);
  const noise = noiseByRow(world, name);
  const fromTreatment = nuisance.map((_, i) => (treatment ? effect * treatment.values[i] : 0));
  const usual = groupMeans(nuisance.map((g, i) => g + fromTreatment[i] - effect * (treatment?.noise[i] ?? 0)), cities);
  const movement = nuisance.map(
    (g, i) => g + fromTreatment[i] + yearEffect[world.rows[i].period] + noise[i] - usual[cities[i]],
  );
  const levels = cityLevels(wanted, cityScores(world, name), movement, world.rows);
  return {
    values: movement.map((value, i) => round(levels[cities[i]] + value)),
    nuisance,
    cityEffect: usual.map((value, city) => levels[city] - value),
    yearEffect,
    noise,
  };
}

/** @param {World} world @param {VariableName} name @returns {number[]} */
function yearEffects({ seed, periods }, name) {
  const { trend, wiggle } = VARIABLE_DESIGNS[name];
  const random = randomStream(seed, `${name} years`);
  const time = standardised(Array.from({ length: periods }, (_, t) => t));
  const own = standardised(time.map(random.normal));
  const effects = time.map((value, t) => trend * value + wiggle * own[t]);
  const mean = effects.reduce((sum, value) => sum + value, 0) / periods;
  return effects.map((value) => value - mean);
}

/** @param {number[]} values @returns {number[]} mean zero, standard deviation one */
function standardised(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / sd);
}

/** Drawn for every year, missing or not, so that a gap does not break the autocorrelation. @param {World} world @param {VariableName} name */
function noiseByRow({ seed, cities, rows, periods }, name) {
  const { noise, persistence } = VARIABLE_DESIGNS[name];
  const random = randomStream(seed, `${name} noise`);
  const series = cities.map(() => persistentSeries(periods, persistence, random.bounded));
  return Float64Array.from(rows, ({ city, period }) => noise * series[city][period]);
}

/**
 * Large cities, and those near the backbone, have many robots; the scores of the other variables share that.
 *
 * @param {World} world
 * @param {VariableName} name
 * @returns {number[]}
 */
function cityScores({ seed, cities }, name) {
  const random = randomStream(seed, "AI cities");
  const treatment = standardised(
    cities.map(({ size, backboneKm }) => 0.6 * size - 0.004 * backboneKm + 0.7 * random.normal()),
  );
  if (name === "AI") return treatment;
  const { withTreatment } = VARIABLE_DESIGNS[name];
  const own = randomStream(seed, `${name} cities`);
  return treatment.map((score) => withTreatment * score + Math.sqrt(1 - withTreatment ** 2) * own.normal());
}
