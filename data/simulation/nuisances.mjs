/** What the controls do to treatment, outcome and mediators: sums of terms, in controls on their published scale. */

import { CONTROL_NAMES } from "./controls.mjs";
import { PUBLISHED } from "./published.mjs";

/** @typedef {import("./controls.mjs").Controls} Controls */
/** @typedef {import("./controls.mjs").ControlName} ControlName */
/** @typedef {Record<ControlName, number>} ScaledControls (value - mean) / sd with the published moments, so fixed functions */
/** @typedef {{ words: string, value: (x: ScaledControls) => number }} Term */

/** In treatment and outcome alike: what a fit has to remove from both. @type {readonly Term[]} */
const SHARED = [
  { words: "0.5 * Pgdp * Urban", value: (x) => 0.5 * x.Pgdp * x.Urban },
  { words: "0.3 * Pgdp^2", value: (x) => 0.3 * x.Pgdp ** 2 },
  { words: "0.4 * Pgdp", value: (x) => 0.4 * x.Pgdp },
  { words: "0.5 * tanh(Fin)", value: (x) => 0.5 * Math.tanh(x.Fin) },
  { words: "0.4 * sin(1.5 * Urban)", value: (x) => 0.4 * Math.sin(1.5 * x.Urban) },
];

/** @type {readonly Term[]} */
const OF_TREATMENT = [
  { words: "0.6 * tanh(Ind)", value: (x) => 0.6 * Math.tanh(x.Ind) },
  { words: "-0.5 * Gov", value: (x) => -0.5 * x.Gov },
  { words: "0.4 * tanh(Hc / 2)", value: (x) => 0.4 * Math.tanh(x.Hc / 2) },
];

/** @type {readonly Term[]} */
const OF_OUTCOME = [
  { words: "0.3 * tanh(Ind / 2)", value: (x) => 0.3 * Math.tanh(x.Ind / 2) },
  { words: "-0.8 * tanh(Fiscal / 2)", value: (x) => -0.8 * Math.tanh(x.Fiscal / 2) },
  { words: "0.4 * tanh(Open)", value: (x) => 0.4 * Math.tanh(x.Open) },
  { words: "0.1 * Urban^2", value: (x) => 0.1 * x.Urban ** 2 },
];

/** @type {readonly Term[]} */
const OF_MEDIATORS = [
  { words: "0.4 * Pgdp", value: (x) => 0.4 * x.Pgdp },
  { words: "0.3 * Pgdp * Urban", value: (x) => 0.3 * x.Pgdp * x.Urban },
  { words: "0.5 * tanh(Hc)", value: (x) => 0.5 * Math.tanh(x.Hc) },
];

/** @typedef {{ scale: number, terms: readonly Term[] }} Nuisance */

/** @type {Record<"AI" | "EI" | "Gtfe" | "Ins" | "Lngrva", Nuisance>} */
export const NUISANCES = {
  AI: { scale: 0.25, terms: [...SHARED, ...OF_TREATMENT] },
  EI: { scale: 0.016, terms: [...SHARED, ...OF_OUTCOME] },
  Gtfe: { scale: 0.02, terms: OF_MEDIATORS },
  Ins: { scale: 0.015, terms: OF_MEDIATORS },
  Lngrva: { scale: 0.25, terms: OF_MEDIATORS },
};

/** @param {Nuisance} nuisance @param {Controls} controls @returns {Float64Array} by row */
export function evaluate({ scale, terms }, controls) {
  return controls.Pgdp.map((_, row) => {
    const x = scaled(controls, row);
    return scale * terms.reduce((sum, term) => sum + term.value(x), 0);
  });
}

/** @param {Nuisance} nuisance @returns {string} */
export function inWords({ scale, terms }) {
  return `${scale} * (${terms.map(({ words }) => words).join(" + ")})`.replaceAll("+ -", "- ");
}

/** @param {Controls} controls @param {number} row @returns {ScaledControls} */
function scaled(controls, row) {
  const entries = CONTROL_NAMES.map((name) => [name, (controls[name][row] - PUBLISHED[name].mean) / PUBLISHED[name].sd]);
  return /** @type {ScaledControls} */ (Object.fromEntries(entries));
}
