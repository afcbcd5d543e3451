/** Where the cities lie: in their block's outline, at distances to the backbone that have the published moments. */

import { BLOCKS } from "./blocks.mjs";
import { distanceToNearest, randomPlace } from "./geography.mjs";
import { momentsOf, valuesWithMoments } from "./moments.mjs";
import { PUBLISHED } from "./published.mjs";
import { randomStream } from "./random.mjs";

/** @typedef {import("./blocks.mjs").Block} Block */
/** @typedef {import("./blocks.mjs").Point} Point */
/** @typedef {import("./cities.mjs").Site} Site */
/** @typedef {{ place: Point, km: number }} Spot km to the nearest backbone city */

const SPOTS_PER_BLOCK = 400;
/** A spot this near to the distance that is wanted will do. */
const TOLERANCE_KM = 4;

/**
 * Backbone cities stand at their anchors. The others share out the distances, the far ones first, each to the most
 * remote site whose block has a free spot at about that distance.
 *
 * @param {number} seed
 * @param {readonly Site[]} sites
 * @returns {Spot[]} by site
 */
export function drawPlaces(seed, sites) {
  const spots = drawSpots(seed);
  const remoteness = drawRemoteness(seed, sites, spots);
  /** @type {Spot[]} */
  const places = sites.map(({ anchor }) => ({ place: anchor ?? [0, 0], km: 0 }));
  const waiting = new Set(sites.flatMap(({ anchor }, i) => (anchor ? [] : [i])));
  for (const km of wantedDistances(sites.length, waiting.size)) {
    const nearest = new Map(BLOCKS.map((block) => [block, nearestSpot(spotsOf(spots, block), km)]));
    const misfit = (/** @type {number} */ site) => Math.abs((nearest.get(sites[site].block)?.km ?? Infinity) - km);
    const site = chooseSite([...waiting], misfit, remoteness);
    const free = spotsOf(spots, sites[site].block);
    places[site] = free.splice(free.indexOf(nearestSpot(free, km)), 1)[0];
    waiting.delete(site);
  }
  return places;
}

/** Far ones first; the shortest are left out, for the backbone cities themselves. @param {number} all @param {number} wanted */
function wantedDistances(all, wanted) {
  return valuesWithMoments(all, PUBLISHED.IV).reverse().subarray(0, wanted);
}

/** @param {number[]} sites @param {(site: number) => number} misfit @param {number[]} remoteness @returns {number} */
function chooseSite(sites, misfit, remoteness) {
  const fitting = sites.filter((site) => misfit(site) <= TOLERANCE_KM);
  const better = fitting.length
    ? (/** @type {number} */ a, /** @type {number} */ b) => remoteness[a] > remoteness[b]
    : (/** @type {number} */ a, /** @type {number} */ b) => misfit(a) < misfit(b);
  return (fitting.length ? fitting : sites).reduce((best, site) => (better(site, best) ? site : best));
}

/** @param {number} seed @returns {Map<Block, Spot[]>} */
function drawSpots(seed) {
  const random = randomStream(seed, "places");
  const backbone = BLOCKS.flatMap((block) => block.backbone);
  const drawSpot = (/** @type {Block} */ block) => {
    const [longitude, latitude] = randomPlace(block.outline, random);
    /** @type {Point} */
    const place = [round(longitude), round(latitude)];
    return { place, km: distanceToNearest(place, backbone) };
  };
  return new Map(BLOCKS.map((block) => [block, Array.from({ length: SPOTS_PER_BLOCK }, () => drawSpot(block))]));
}

/**
 * Small cities and cities of far-off blocks are remote: this is what ties the instrument to the city effects.
 *
 * @param {number} seed
 * @param {readonly Site[]} sites
 * @param {Map<Block, Spot[]>} spots
 * @returns {number[]}
 */
function drawRemoteness(seed, sites, spots) {
  const random = randomStream(seed, "remoteness");
  const typical = new Map(BLOCKS.map((block) => [block, momentsOf(spotsOf(spots, block).map(({ km }) => km)).p50]));
  return sites.map(({ block, size }) => (typical.get(block) ?? 0) / 45 - 0.8 * size + 0.6 * random.normal());
}

/** @param {Spot[]} spots @param {number} km @returns {Spot} */
function nearestSpot(spots, km) {
  return spots.reduce((best, spot) => (Math.abs(spot.km - km) < Math.abs(best.km - km) ? spot : best));
}

/** @param {Map<Block, Spot[]>} spots @param {Block} block @returns {Spot[]} */
const spotsOf = (spots, block) => spots.get(block) ?? [];

/** Four decimals of a degree, some ten metres. @param {number} degrees @returns {number} */
const round = (degrees) => Math.round(degrees * 1e4) / 1e4;
