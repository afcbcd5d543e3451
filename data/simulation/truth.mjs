/** The truth about a simulated panel, as data/truth.json states it. */

import { NUISANCES, inWords } from "./nuisances.mjs";
import { correlation, demeanTwoWay, groupMeans, spread } from "./twoway.mjs";
import { VARIABLE_DESIGNS } from "./variables.mjs";

/** @typedef {import("./variables.mjs").World} World */
/** @typedef {import("./variables.mjs").VariableName} VariableName */
/** @typedef {import("./panel.mjs").Variables} Variables */

const NAMES = /** @type {VariableName[]} */ (Object.keys(NUISANCES));
const FOLLOWING = NAMES.filter((name) => name !== "AI");

const NUMERICAL =
  "The effect on Gtfe is that on the score which capital, employees, energy, gdp, so2 and nox were made for. The score derived from them, a linear program a row, agrees with it to about 1e-6 below 0.82 (all but some fifty rows) and is only near it above, so the effect on it is numerical, not exact.";

/**
 * @param {World} world
 * @param {Variables} variables
 * @param {number[]} indexWeights of co2 and pm25
 * @returns {import("../generate.mjs").Truth}
 */
export function describeTruth(world, variables, indexWeights) {
  return {
    simulated: true,
    seed: world.seed,
    model: {
      outcomes: "Y = effect * AI + nuisance(controls) + city effect + year effect + u, for Y in EI, Gtfe, Ins, Lngrva",
      treatment: "AI = nuisance(controls) + city effect + year effect + v",
      controls: "in the nuisances each control is (value - mean) / sd with the published mean and sd",
    },
    effect: byName(FOLLOWING, (name) => VARIABLE_DESIGNS[name].effect),
    numerical: { Gtfe: NUMERICAL },
    nuisance: byName(NAMES, (name) => inWords(NUISANCES[name])),
    correlationWithAI: byName(FOLLOWING, (name) => correlations(world, variables, name)),
    sd: byName(NAMES, (name) => spreads(world, variables, name)),
    noise: {
      distribution: "symmetric and bounded: autoregressive where stated, in sums of three uniforms",
      autocorrelation: byName(NAMES, (name) => VARIABLE_DESIGNS[name].persistence),
    },
    instrument: { correlationWithCityEffectOfAI: three(instrumentStrength(world, variables)) },
    controlsWithCityEffects: byName(["AI", "EI"], (name) => controlTies(world, variables[name].cityEffect)),
    indexWeights: { co2: six(indexWeights[0]), pm25: six(indexWeights[1]) },
  };
}

/** @param {World} world @param {Variables} variables @param {VariableName} name */
function correlations({ rows }, variables, name) {
  const [own, treatment] = [variables[name], variables.AI];
  const within = (/** @type {Float64Array} */ values) => demeanTwoWay(values, rows);
  return {
    cityEffect: three(correlation(own.cityEffect, treatment.cityEffect)),
    yearEffect: three(correlation(own.yearEffect, treatment.yearEffect)),
    nuisance: three(correlation(own.nuisance, treatment.nuisance)),
    nuisanceWithin: three(correlation(within(own.nuisance), within(treatment.nuisance))),
  };
}

/** @param {World} world @param {Variables} variables @param {VariableName} name */
function spreads({ rows }, variables, name) {
  const { nuisance, cityEffect, yearEffect, noise } = variables[name];
  return {
    cityEffect: six(spread(cityEffect)),
    yearEffect: six(spread(yearEffect)),
    nuisance: six(spread(nuisance)),
    nuisanceWithin: six(spread(demeanTwoWay(nuisance, rows))),
    noise: six(spread(noise)),
  };
}

/** @param {World} world @param {Variables} variables @returns {number} */
function instrumentStrength({ cities }, { AI }) {
  return correlation(cities.map(({ backboneKm }) => backboneKm), AI.cityEffect);
}

/** Correlations over cities of the controls' means with an effect. @param {World} world @param {number[]} cityEffect */
function controlTies({ rows, controls }, cityEffect) {
  const cities = rows.map(({ city }) => city);
  const names = /** @type {(keyof typeof controls)[]} */ (Object.keys(controls));
  return byName(names, (name) => three(correlation(groupMeans(controls[name], cities), cityEffect)));
}

/**
 * @template {string} Name
 * @template T
 * @param {readonly Name[]} names
 * @param {(name: Name) => T} value
 * @returns {Record<Name, T>}
 */
function byName(names, value) {
  return /** @type {Record<Name, T>} */ (Object.fromEntries(names.map((name) => [name, value(name)])));
}

/** @param {number} value @returns {number} */
const three = (value) => Number(value.toFixed(3));

/** @param {number} value @returns {number} */
const six = (value) => Number(value.toPrecision(6));
