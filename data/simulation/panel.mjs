/** The whole simulation: cities, controls, treatment, outcome and mediators, pollutants; and the truth about them. */

import { YEARS, simulateCities } from "./cities.mjs";
import { CONTROL_NAMES, simulateControls } from "./controls.mjs";
import { ZERO_SHIFT, entropyIndex, pollutantsWithIndex } from "./pollutants.mjs";
import { productionWithScores } from "./production.mjs";
import { PUBLISHED } from "./published.mjs";
import { round } from "./rounding.mjs";
import { describeTruth } from "./truth.mjs";
import { simulateVariable } from "./variables.mjs";

/** @typedef {import("./variables.mjs").World} World */
/** @typedef {import("./variables.mjs").Variable} Variable */
/** @typedef {import("./variables.mjs").VariableName} VariableName */
/** @typedef {Record<VariableName, Variable>} Variables */

/**
 * @param {number} seed
 * @returns {import("../generate.mjs").CityPanel}
 */
export function simulatePanel(seed) {
  const world = simulateWorld(seed);
  const variables = simulateVariables(world);
  const pollutants = pollutantsWithIndex(world, variables.EI.values);
  const production = productionWithScores(world, variables.Gtfe.values, pollutants.co2);
  const { index, weights } = entropyIndex([pollutants.co2, pollutants.pm25]);
  return {
    columns: columnsInOrder(world, variables, { ...pollutants, ...production }),
    derived: { EI: [...index], Gtfe: [...variables.Gtfe.values] },
    truth: describeTruth(world, variables, weights),
    oracle: parts(world, variables),
  };
}

/** @param {number} seed @returns {World} */
function simulateWorld(seed) {
  const cities = simulateCities(seed);
  const rows = cities.flatMap(({ years }, city) => years.map((year) => ({ city, period: YEARS.indexOf(year) })));
  return { seed, cities, rows, periods: YEARS.length, controls: simulateControls(seed, cities, rows, YEARS.length) };
}

/** @param {World} world @returns {Variables} */
function simulateVariables(world) {
  const AI = simulateVariable(world, "AI", PUBLISHED.AI);
  const following = (/** @type {VariableName} */ name, wanted = PUBLISHED[name]) =>
    simulateVariable(world, name, wanted, AI);
  return {
    AI,
    // The index of a row that is highest in both pollutants exceeds one by the shift.
    EI: following("EI", { ...PUBLISHED.EI, max: PUBLISHED.EI.max + ZERO_SHIFT }),
    Gtfe: following("Gtfe"),
    Ins: following("Ins"),
    Lngrva: following("Lngrva"),
  };
}

/**
 * @param {World} world
 * @param {Variables} variables
 * @param {Record<"co2" | "pm25", Float64Array> & import("./production.mjs").ProductionColumns} measured
 * @returns {import("../generate.mjs").Columns}
 */
function columnsInOrder({ cities, rows, controls }, { AI, Ins, Lngrva }, { co2, pm25, capital, employees, energy, gdp, so2, nox }) {
  /** @template T @param {(city: import("./cities.mjs").City) => T} trait @returns {T[]} */
  const perCity = (trait) => rows.map(({ city }) => trait(cities[city]));
  return {
    city: perCity(({ name }) => name),
    year: rows.map(({ period }) => YEARS[period]),
    co2: [...co2],
    pm25: [...pm25],
    capital: [...capital],
    employees: [...employees],
    energy: [...energy],
    gdp: [...gdp],
    so2: [...so2],
    nox: [...nox],
    AI: [...AI.values],
    .../** @type {Record<import("./controls.mjs").ControlName, number[]>} */ (
      Object.fromEntries(CONTROL_NAMES.map((name) => [name, [...controls[name]]]))
    ),
    Ins: [...Ins.values],
    Lngrva: [...Lngrva.values],
    IV: perCity(({ backboneKm }) => round(backboneKm)),
    cluster: perCity(({ block }) => block.cluster),
    zone: perCity(({ block }) => block.zone),
    municipality: perCity(({ municipality }) => Number(municipality)),
    longitude: perCity(({ place }) => place[0]),
    latitude: perCity(({ place }) => place[1]),
  };
}

/** What no study sees, by row. @param {World} world @param {Variables} variables @returns {import("../generate.mjs").Oracle} */
function parts({ rows }, { AI, EI }) {
  return {
    g: [...EI.nuisance],
    m: [...AI.nuisance],
    u: [...EI.noise],
    v: [...AI.noise],
    cityEffectEI: rows.map(({ city }) => EI.cityEffect[city]),
    cityEffectAI: rows.map(({ city }) => AI.cityEffect[city]),
    yearEffectEI: rows.map(({ period }) => EI.yearEffect[period]),
    yearEffectAI: rows.map(({ period }) => AI.yearEffect[period]),
  };
}
