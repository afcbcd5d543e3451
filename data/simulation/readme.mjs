/** The parts of data/README.md that follow from the simulation. */

import { momentsOf } from "./moments.mjs";
import { PUBLISHED } from "./published.mjs";

/** @typedef {import("./moments.mjs").Moments} Moments */
/** @typedef {import("../generate.mjs").CityPanel} CityPanel */
/** @typedef {import("../generate.mjs").Truth} Truth */

const MOMENTS = /** @type {(keyof Moments)[]} */ (["mean", "p50", "sd", "min", "max"]);

/**
 * Replaces what stands between the markers `<!-- moments -->`, `<!-- truth -->` and their ends.
 *
 * @param {string} text
 * @param {CityPanel} panel
 * @returns {string}
 */
export function fillReadme(text, { columns, derived, truth }) {
  return fillBlock(fillBlock(text, "moments", momentsTable({ ...columns, ...derived })), "truth", truthTables(truth));
}

/** @param {string} text @param {string} name @param {string} content @returns {string} */
function fillBlock(text, name, content) {
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`data/README.md has no block between "${open.trim()}" and "${close}"`);
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}

/** @param {CityPanel["columns"] & CityPanel["derived"]} columns @returns {string} */
function momentsTable(columns) {
  const names = /** @type {(keyof typeof PUBLISHED)[]} */ (Object.keys(PUBLISHED));
  const rows = names.map((name) => {
    const reached = momentsOf(columns[name]);
    return [name, ...MOMENTS.map((moment) => `${PUBLISHED[name][moment]} / ${four(reached[moment])}`)];
  });
  return markdownTable(["published / simulated", ...MOMENTS], rows);
}

/** @param {Truth} truth @returns {string} */
function truthTables({ effect, correlationWithAI, sd, nuisance }) {
  const outcomes = /** @type {(keyof typeof effect)[]} */ (Object.keys(effect));
  const simulated = /** @type {(keyof typeof sd)[]} */ (Object.keys(sd));
  const effects = outcomes.map((name) => [name, effect[name], ...Object.values(correlationWithAI[name])]);
  const spreads = simulated.map((name) => [name, ...Object.values(sd[name]).map(four)]);
  const functions = Object.entries(nuisance).map(([name, words]) => `- ${name}: \`${words}\`\n`);
  return [
    "Effects, and correlations with the same part of AI (city effects over cities, nuisances over rows, within: city and year means removed):\n",
    markdownTable(["outcome", "effect of AI", ...CORRELATION_HEADS], effects),
    markdownTable(["standard deviations", ...SPREAD_HEADS], spreads),
    "Nuisances, each control as (value - published mean) / published SD:\n",
    functions.join(""),
  ].join("\n");
}

const CORRELATION_HEADS = ["city effects", "year effects", "nuisances", "nuisances, within"];
const SPREAD_HEADS = ["city effect", "year effect", "nuisance", "nuisance, within", "noise"];

/** @param {readonly string[]} heads @param {readonly (readonly (string | number)[])[]} rows @returns {string} */
function markdownTable(heads, rows) {
  const line = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, i) => (i ? "--:" : "---"))), ...rows.map(line)].join("\n") + "\n";
}

/** @param {number} value @returns {number} */
const four = (value) => Number(value.toPrecision(4));
