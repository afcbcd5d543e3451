/**
 * DoubleML's estimator for static panels (DoubleMLPLPR, its four approaches) beside ours under the same names and beside
 * the default, on the same draws of worlds from designs/panel.mjs and the same folds: `node bench/plpr.mjs [draws]`.
 * Period effects are controls of theirs and of ours under its names (dummies; for boosting the period's number), as PLPR
 * removes those of units alone. With least squares the two must agree to rounding: the last table says how far.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, prepareStudy, readStudy, runStudy } from "../dist/index.js";
import { designs } from "./designs/index.mjs";
import { here, machine, python, start } from "./measure.mjs";

const draws = Number(process.argv[2] ?? 20);
const WORLDS = [["same", 150], ["products", 150], ["bump", 300]];
const APPROACHES = ["fd_exact", "wg_approx", "cre_normal", "cre_general"];
const FOLDS = 5;
const THETA = -0.5;
/** LightGBM's and scikit-learn's defaults are the same but for the way of growing: 100 trees of 31 leaves. */
const LEARNERS = { boosting: "histboost", lasso: "lassocv", ols: "ols" };
const DEFAULTS = { "histboost": { learner: "histboost" }, "lassocv, squares and products": { learner: "lassocv", degree: 2, interactions: true } };

const engine = await createEngine();
const folder = mkdtempSync(join(tmpdir(), "plpr-"));
const peer = start(python(), [join(here, "peers", "plpr.py")]);
console.log(`${machine()}; ${draws} draws, ${FOLDS} folds of units; bias, coverage of 95 % intervals\n`);
for (const [name, size] of WORLDS) {
  const design = designs.panels.find((one) => one.name === name);
  const found = [];
  for (let draw = 1; draw <= draws; draw++) found.push(await compared(design, design.sample(size, draw)));
  console.log(`**${name}**, ${size} units (${design.about})\n\n${tableOf(found)}\n`);
}
peer.stop();

/** By way and learner, both sides' estimates of one draw. */
async function compared(design, sample) {
  const { columns, controls } = withDictionary(sample, design.base.controls);
  const file = join(folder, "draw.csv");
  const names = Object.keys(columns);
  writeFileSync(file, [names.join(","), ...Array.from(sample.y, (_, i) => names.map((one) => columns[one][i]).join(","))].join("\n"));
  const theirs = await peer.ask({ file, approaches: APPROACHES, controls, folds: FOLDS });
  const named = APPROACHES.flatMap((encode) => Object.entries(LEARNERS).map(([word, learner]) =>
    [`${encode}, ${word}`, { encode, learner, controls: controls[word], fixedEffects: ["unit"], score: "partialling-out", constant: false, convention: "doubleml" }]));
  const own = [...named, ...Object.entries(DEFAULTS).map(([word, options]) => [`the default, ${word}`, { ...options, errors: { cluster: ["unit"] } }])];
  const written = { data: { file: "simulated", ...design.data }, base: { ...design.base, folds: { column: "fold" } }, tables: [{ id: "ways", columns: own.map(([label, options]) => ({ label, ...options })) }] };
  const panel = { source: "simulated", rows: sample.y.length, columns: new Map(Object.entries(columns).map(([one, values]) => [one, { kind: "number", name: one, values }])) };
  const { result } = await runStudy(prepareStudy(readStudy(JSON.stringify(written), "plpr"), panel, engine.kernels), engine);
  const ours = Object.fromEntries(result.rows.map(({ estimate, error }, i) => {
    if (error !== null) throw new Error(`${own[i][0]}: ${error.message}`);
    return [own[i][0], { coef: estimate.coef, low: estimate.ci[0], high: estimate.ci[1] }];
  }));
  return { theirs, ours };
}

/** Beside the sample: its folds, squares and products of the controls, and dummies of all periods but the first. */
function withDictionary({ unit, time, y, d, ...rest }, x) {
  const made = {};
  x.forEach((a, i) => x.slice(i).forEach((b) => (made[`${a}_${b}`] = rest[a].map((value, row) => value * rest[b][row]))));
  const periods = [...new Set(time)].sort((a, b) => a - b).slice(1);
  const dummies = Object.fromEntries(periods.map((period) => [`t${period}`, time.map((one) => Number(one === period))]));
  const columns = { unit, time, number: time, y, d, fold: unit.map((one) => one % FOLDS), ...Object.fromEntries(x.map((one) => [one, rest[one]])), ...made, ...dummies };
  const all = [...x, ...Object.keys(dummies)];
  return { columns, controls: { boosting: [...x, "number"], lasso: [...all, ...Object.keys(made)], ols: all } };
}

function tableOf(found) {
  const shown = (side, way) => {
    const all = found.map((one) => one[side][way]);
    if (all.some((one) => one === undefined)) return "";
    const bias = all.reduce((sum, { coef }) => sum + coef - THETA, 0) / all.length;
    return `${bias.toFixed(3)}, ${Math.round((100 * all.filter(({ low, high }) => low <= THETA && THETA <= high).length) / all.length)} %`;
  };
  const gap = (way) => Math.max(...found.map(({ theirs, ours }) => Math.abs(ours[way].coef / theirs[way].coef - 1))).toExponential(0);
  const rows = APPROACHES.map((way) => [way, ...["boosting", "lasso"].flatMap((word) => ["theirs", "ours"].map((side) => shown(side, `${way}, ${word}`))), shown("theirs", `${way}, ols`), gap(`${way}, ols`)]);
  const defaults = ["the default", "", shown("ours", "the default, histboost"), "", shown("ours", "the default, lassocv, squares and products"), "", ""];
  const head = ["", "LightGBM, DoubleML", "histboost, ours", "lasso, DoubleML", "lassocv, ours", "least squares, both", "largest relative difference of these"];
  return [head, ["--", ...head.slice(1).map(() => "--:")].map((one) => (one === "--" ? ":--" : one)), ...rows, defaults].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
