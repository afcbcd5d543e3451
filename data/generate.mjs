/**
 * Simulates the city panel. `node data/generate.mjs` writes city-panel.csv, truth.json and the generated parts of
 * README.md beside this file; the same seed gives the same bytes.
 */

import { readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { simulatePanel } from "./simulation/panel.mjs";
import { fillReadme } from "./simulation/readme.mjs";

export { momentsOf } from "./simulation/moments.mjs";
export { entropyIndex } from "./simulation/pollutants.mjs";
export { PUBLISHED } from "./simulation/published.mjs";
export { fillReadme } from "./simulation/readme.mjs";

/** The seed of the committed file. */
export const SEED = 2009;

/**
 * @param {number} seed
 * @returns {import("./generate.mjs").CityPanel}
 */
export function cityPanel(seed) {
  return simulatePanel(seed);
}

/**
 * @param {import("./generate.mjs").Columns} columns
 * @returns {string}
 */
export function toCsv(columns) {
  const lines = columns.city.map((_, row) => Object.values(columns).map((column) => column[row]).join(","));
  return [Object.keys(columns).join(","), ...lines].join("\n") + "\n";
}

/**
 * @param {import("./generate.mjs").Truth} truth
 * @returns {string}
 */
export function toJson(truth) {
  return JSON.stringify(truth, null, 2) + "\n";
}

async function writeFiles() {
  const here = (/** @type {string} */ name) => new URL(name, import.meta.url);
  const panel = cityPanel(SEED);
  await writeFile(here("city-panel.csv"), toCsv(panel.columns));
  await writeFile(here("truth.json"), toJson(panel.truth));
  await writeFile(here("README.md"), fillReadme(await readFile(here("README.md"), "utf8"), panel));
}

if (argv[1] === fileURLToPath(import.meta.url)) await writeFiles();
