/** The cities: name, groups, place, distance to the backbone, size, and the years they have rows for. */

import { BLOCKS } from "./blocks.mjs";
import { drawPlaces } from "./places.mjs";
import { randomStream, sample } from "./random.mjs";

/** @typedef {import("./blocks.mjs").Block} Block */
/** @typedef {import("./blocks.mjs").Point} Point */

/**
 * @typedef {object} City
 * @property {string} name
 * @property {Block} block
 * @property {boolean} municipality
 * @property {Point} place
 * @property {number} backboneKm great-circle distance from `place` to the nearest backbone city
 * @property {number} size a standard-normal-like trait behind the levels of controls, treatment and outcomes
 * @property {readonly number[]} years
 */

/** @typedef {Pick<City, "block" | "municipality" | "size"> & { anchor: Point | undefined }} Site */

export const YEARS = Array.from({ length: 15 }, (_, i) => 2009 + i);
const CORE_YEARS = YEARS.filter((year) => year >= 2012 && year <= 2022);
const OUTER_YEARS = YEARS.filter((year) => !CORE_YEARS.includes(year));
const CORE_GAPS = 5;

const FIRST_SYLLABLES = ["Ba", "Co", "Da", "Fe", "Ga", "Hu", "Je", "Ka", "Lo", "Ma", "Ne", "Pa", "Ro", "Sa", "Te", "Vi", "Wo", "Ze"];
const LAST_SYLLABLES = ["dor", "mur", "ven", "tas", "rik", "nor", "bel", "sul", "kem", "pol", "vash", "zim", "fera", "tova", "rost", "quil"];
/** Shares no factor with the 288 names, so that stepping by it visits each name once and mixes the alphabet. */
const NAME_STRIDE = 101;

/**
 * @param {number} seed
 * @returns {City[]} in order of their names
 */
export function simulateCities(seed) {
  const sites = drawSites(seed);
  const places = drawPlaces(seed, sites);
  const years = drawYears(seed, sites);
  const cities = sites.map(({ block, municipality, size }, i) => ({
    name: cityName(i),
    block,
    municipality,
    size,
    place: places[i].place,
    backboneKm: places[i].km,
    years: years[i],
  }));
  return cities.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {number} i @returns {string} */
function cityName(i) {
  const step = (i * NAME_STRIDE) % (FIRST_SYLLABLES.length * LAST_SYLLABLES.length);
  const last = LAST_SYLLABLES.length;
  return FIRST_SYLLABLES[Math.floor(step / last)] + LAST_SYLLABLES[step % last];
}

/** @param {number} seed @returns {Site[]} */
function drawSites(seed) {
  const random = randomStream(seed, "size");
  return BLOCKS.flatMap((block) =>
    Array.from({ length: block.cities }, (_, i) => {
      const municipality = i < block.municipalities;
      const anchor = block.backbone[i];
      const size = 0.95 * random.normal() + (municipality ? 1 : 0) + (anchor ? 0.6 : 0);
      return { block, municipality, anchor, size };
    }),
  );
}

/**
 * Missing city-years fall on different cities of a block, never on a municipality. A fixed number of them lies in
 * the core years, the others before and after.
 *
 * @param {number} seed
 * @param {readonly Site[]} sites
 * @returns {number[][]} the years with a row, by site
 */
function drawYears(seed, sites) {
  const random = randomStream(seed, "missing years");
  const gaps = BLOCKS.flatMap((block) => {
    const candidates = sites.flatMap((site, i) => (site.block === block && !site.municipality ? [i] : []));
    return sample(candidates, block.missing, random);
  });
  const missing = new Map(
    sample(gaps, gaps.length, random).map((site, i) => {
      const years = i < CORE_GAPS ? CORE_YEARS : OUTER_YEARS;
      return [site, years[random.index(years.length)]];
    }),
  );
  return sites.map((_, site) => YEARS.filter((year) => year !== missing.get(site)));
}
