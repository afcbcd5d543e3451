/** @typedef {import("./blocks.mjs").Point} Point */
/** @typedef {import("./random.mjs").RandomStream} RandomStream */

const EARTH_RADIUS_KM = 6371;
const RADIANS = Math.PI / 180;

/** Great-circle distance in km (haversine). @param {Point} a @param {Point} b @returns {number} */
export function distanceKm([longitudeA, latitudeA], [longitudeB, latitudeB]) {
  const halfLatitude = Math.sin(((latitudeB - latitudeA) * RADIANS) / 2);
  const halfLongitude = Math.sin(((longitudeB - longitudeA) * RADIANS) / 2);
  const across = Math.cos(latitudeA * RADIANS) * Math.cos(latitudeB * RADIANS) * halfLongitude ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(halfLatitude ** 2 + across));
}

/** @param {Point} place @param {readonly Point[]} places @returns {number} */
export function distanceToNearest(place, places) {
  return Math.min(...places.map((other) => distanceKm(place, other)));
}

/** Uniform on the map's square grid, by rejection. @param {readonly Point[]} outline @param {RandomStream} random @returns {Point} */
export function randomPlace(outline, random) {
  const [west, east] = range(outline.map(([longitude]) => longitude));
  const [south, north] = range(outline.map(([, latitude]) => latitude));
  for (;;) {
    /** @type {Point} */
    const place = [west + (east - west) * random.uniform(), south + (north - south) * random.uniform()];
    if (contains(outline, place)) return place;
  }
}

/** Counts the edges a ray to the east crosses. @param {readonly Point[]} outline @param {Point} place @returns {boolean} */
function contains(outline, [x, y]) {
  const crosses = outline.filter(([x1, y1], i) => {
    const [x2, y2] = outline[(i + 1) % outline.length];
    return y1 > y !== y2 > y && x < x1 + ((x2 - x1) * (y - y1)) / (y2 - y1);
  });
  return crosses.length % 2 === 1;
}

/** @param {number[]} values @returns {[number, number]} */
const range = (values) => [Math.min(...values), Math.max(...values)];
