/**
 * The map in blocks: the cities of one urban cluster in one economic zone. Cities and missing city-years
 * per block are such that both groupings have their published row counts: 15 rows a city less the missing ones.
 */

/** @typedef {readonly [longitude: number, latitude: number]} Point */

/**
 * @typedef {object} Block
 * @property {string} zone
 * @property {string} cluster
 * @property {number} cities
 * @property {number} missing city-years without a row; none in a municipality
 * @property {number} municipalities the first cities of the block
 * @property {readonly Point[]} backbone cities on the backbone, at these places; the first ones of the block
 * @property {readonly Point[]} outline corners of the area, on land
 */

export const NO_CLUSTER = "none";

const CAPITAL_REGION = "Beijing-Tianjin-Hebei";
const YANGTZE_DELTA = "Yangtze River Delta";
const MIDDLE_YANGTZE = "Middle Yangtze";
const CHENGDU_CHONGQING = "Chengdu-Chongqing";
const PEARL_DELTA = "Pearl River Delta";

/** @type {readonly Block[]} */
export const BLOCKS = [
  {
    zone: "Northeast", cluster: NO_CLUSTER, cities: 33, missing: 6, municipalities: 0,
    backbone: [[123.4, 41.8], [126.6, 45.8]],
    outline: [[121, 41.2], [123.5, 40.6], [126, 42], [130.5, 43.2], [131, 46.5], [126.5, 49.5], [121, 47]],
  },
  {
    zone: "North coast", cluster: CAPITAL_REGION, cities: 13, missing: 0, municipalities: 2,
    backbone: [[116.4, 39.9]],
    outline: [[114, 36.2], [116, 37.2], [117.4, 38.6], [119.5, 39.9], [117.5, 41.2], [114.3, 41]],
  },
  {
    zone: "North coast", cluster: NO_CLUSTER, cities: 16, missing: 0, municipalities: 0,
    backbone: [[117, 36.7]],
    outline: [[115.4, 34.8], [119, 35], [122, 37], [118.5, 37.3], [116, 37.6]],
  },
  {
    zone: "East coast", cluster: YANGTZE_DELTA, cities: 18, missing: 0, municipalities: 1,
    backbone: [[121.4, 31.2]],
    outline: [[118.4, 31.9], [119.5, 28.9], [121.6, 28.8], [121.7, 31.3], [120.6, 33], [119, 32.9]],
  },
  {
    zone: "East coast", cluster: NO_CLUSTER, cities: 7, missing: 0, municipalities: 0,
    backbone: [],
    outline: [[116.8, 34.6], [118, 33.2], [119.8, 33.6], [119.2, 34.8]],
  },
  {
    zone: "South coast", cluster: PEARL_DELTA, cities: 9, missing: 0, municipalities: 0,
    backbone: [[113.3, 23.1]],
    outline: [[111.9, 22.2], [113.4, 22.2], [114.8, 22.8], [114.2, 24], [112.2, 23.9]],
  },
  {
    zone: "South coast", cluster: NO_CLUSTER, cities: 23, missing: 0, municipalities: 0,
    backbone: [[119.3, 26.1]],
    outline: [[109.8, 20.9], [111.5, 21.6], [116.5, 23.3], [119.4, 25.6], [119.8, 27], [116.6, 26.4], [110.6, 22.6]],
  },
  {
    zone: "Middle Yellow River", cluster: CAPITAL_REGION, cities: 1, missing: 0, municipalities: 0,
    backbone: [],
    outline: [[113.9, 35.7], [114.8, 35.7], [114.8, 36.3], [113.9, 36.3]],
  },
  {
    zone: "Middle Yellow River", cluster: NO_CLUSTER, cities: 46, missing: 6, municipalities: 0,
    backbone: [[108.9, 34.3], [113.7, 34.8], [111.7, 40.8]],
    outline: [[105.6, 33], [115, 32], [115.6, 34.2], [113.8, 40.2], [119, 43], [117, 44.5], [106, 40.5], [107, 36]],
  },
  {
    zone: "Middle Yangtze River", cluster: YANGTZE_DELTA, cities: 8, missing: 0, municipalities: 0,
    backbone: [],
    outline: [[116.4, 30.2], [118.6, 30.2], [118.3, 32.6], [116.6, 32.4]],
  },
  {
    zone: "Middle Yangtze River", cluster: MIDDLE_YANGTZE, cities: 28, missing: 1, municipalities: 0,
    backbone: [[114.3, 30.6], [112.9, 28.2]],
    outline: [[110.8, 29], [112, 26.8], [117, 27.6], [117, 29.6], [114.5, 31.4], [111, 31.2]],
  },
  {
    zone: "Middle Yangtze River", cluster: NO_CLUSTER, cities: 16, missing: 0, municipalities: 0,
    backbone: [],
    outline: [[109.6, 26.5], [113, 25], [115.8, 25], [115.6, 26.6], [112.5, 26.6], [110, 32.5]],
  },
  {
    zone: "Southwest", cluster: CHENGDU_CHONGQING, cities: 15, missing: 1, municipalities: 1,
    backbone: [[106.5, 29.5], [104.1, 30.7]],
    outline: [[102.9, 29.4], [105, 28.4], [108.4, 29.8], [107.4, 31.5], [104.6, 31.9]],
  },
  {
    zone: "Southwest", cluster: NO_CLUSTER, cities: 29, missing: 10, municipalities: 0,
    backbone: [[102.7, 25]],
    outline: [[98.4, 25], [101, 22], [106.6, 22.6], [109.6, 21.8], [111.2, 24], [108.8, 27.8], [104, 27.6]],
  },
  {
    zone: "Northwest", cluster: NO_CLUSTER, cities: 20, missing: 6, municipalities: 0,
    backbone: [[103.8, 36.1], [87.6, 43.8]],
    outline: [[82, 43], [88, 42], [97, 38], [104.5, 33.2], [106.6, 35.6], [106.4, 39.2], [95, 41], [86, 46]],
  },
];
