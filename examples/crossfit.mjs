/** Arrays in, out-of-fold predictions and an estimate out, without a study file: `node examples/crossfit.mjs`. */
import { createEngine, crossFit, panelOf, tableOfPanel } from "neyman";

// Thirty firms over ten years; what they do (d) moves what they earn (y) by 0.5, and so does x, not linearly.
const rows = 300;
const firm = Array.from({ length: rows }, (_, i) => `firm ${Math.floor(i / 10)}`);
const year = Array.from({ length: rows }, (_, i) => 2010 + (i % 10));
const x = Float64Array.from({ length: rows }, (_, i) => ((i * 37) % 101) / 50 - 1);
const d = x.map((value, i) => value * value + ((i * 53) % 97) / 97);
const y = x.map((value, i) => 0.5 * d[i] + value * value + ((i * 71) % 89) / 89);

const engine = await createEngine();
const { estimate, repetitions: [{ folds, predictions }] } = await crossFit(
  { y, d, x, firm, year },
  { outcome: "y", treatment: "d", controls: ["x"], unit: "firm", time: "year", fixedEffects: ["firm", "year"], learner: { gradboost: { trees: 50 } }, seed: 1 },
  engine,
);
console.log(`effect ${estimate.coef.toFixed(3)}, standard error ${estimate.se.toFixed(3)}`);

// What was predicted, as a table of the Arrow library: its numbers are those above, not copies of them.
const table = await tableOfPanel(panelOf({ firm, year, fold: folds, ...predictions }));
console.log(`${table.numRows} rows of ${table.schema.names.join(", ")}`);
