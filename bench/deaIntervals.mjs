/**
 * How often the m-out-of-n intervals of the slacks-based measure hold the true score, 95 % wanted: one input, one output,
 * one undesirable output, a technology whose frontier is known. `node bench/deaIntervals.mjs`
 */
import { intervals, resamplePieces } from "../dist/efficiency/resample.js";
import { runEfficiencyPiece } from "../dist/efficiency/piece.js";
import { slacksBased } from "../dist/efficiency/slacksBased.js";
import { createEngine } from "../dist/engine.js";

/** Units, and how many samples of them. */
const CASES = [[100, 40], [400, 10]];
/** Points of the frontier that stand for it. */
const DENSE = 400;
const DRAWS = 200;
const { kernels } = await createEngine();
let state = 12345;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;

/** y = b = f(x) at the frontier, f the identity or the root; units make less of y and more of b. */
function sample(units, f) {
  const x = Float64Array.from({ length: units }, () => 1 + 4 * random());
  const away = () => -0.4 * Math.log(1 - 0.9 * random());
  return { inputs: [x], outputs: [x.map((value) => f(value) * Math.exp(-away()))], undesirable: [x.map((value) => f(value) * Math.exp(away()))] };
}

function measured(units, samples, returns) {
  const f = returns === "crs" ? (x) => x : Math.sqrt;
  const options = { returns, orientation: "none", superVariant: null, frontier: { kind: "pooled" } };
  const grid = Float64Array.from({ length: DENSE }, (_, i) => 1 + (4 * i) / (DENSE - 1));
  const tally = { all: 0, held: 0, bias: 0, left: 0, length: 0 };
  for (let seed = 0; seed < samples; seed++) {
    const production = sample(units, f);
    const beside = (columns, values) => columns.map((column) => Float64Array.from([...column, ...values]));
    const known = { inputs: beside(production.inputs, grid), outputs: beside(production.outputs, grid.map(f)), undesirable: beside(production.undesirable, grid.map(f)) };
    const truth = slacksBased(kernels, known, options).map(({ sbm }) => sbm);
    const scores = slacksBased(kernels, production, options).map(({ sbm }) => sbm);
    const bootstrap = { draws: DRAWS, size: null, level: 0.95, seed };
    const pieces = resamplePieces(kernels, production, options, bootstrap);
    intervals(kernels, pieces, pieces.map((piece) => runEfficiencyPiece(kernels, piece)), scores, bootstrap).forEach(({ low, high, corrected }, i) => {
      if (low === null) return;
      tally.all++;
      tally.held += truth[i] >= low - 1e-9 && truth[i] <= high + 1e-9 ? 1 : 0;
      tally.bias += scores[i] - truth[i];
      tally.left += corrected - truth[i];
      tally.length += high - low;
    });
  }
  const mean = (sum) => (sum / tally.all).toFixed(3);
  console.log(`| ${returns} | ${units} | ${Math.round((100 * tally.held) / tally.all)} % | ${mean(tally.bias)} | ${mean(tally.left)} | ${mean(tally.length)} |`);
}

console.log("| returns | units | intervals hold the truth | bias of the measure | after correction | mean length |\n|:--|--:|--:|--:|--:|--:|");
for (const returns of ["crs", "vrs"]) for (const [units, samples] of CASES) measured(units, samples, returns);
