/**
 * docs/panels.svg: what histboost, with its defaults under each encoding, and least squares make of the same simulated panels. `node docs/picture.mjs [draws]`.
 * The design is `same` of bench/designs/panel.mjs: one nonlinear function of the controls in treatment and outcome.
 */
import { writeFileSync } from "node:fs";
import { panels } from "../bench/designs/panel.mjs";
import { createEngine } from "../dist/engine.js";
import { createThreadPool } from "../dist/node/pool.js";
import { prepareStudy, runStudy } from "../dist/pipeline.js";
import { readStudy } from "../dist/study/read.js";

const draws = Number(process.argv[2] ?? 40);
const UNITS = 150;
const TRUTH = -0.5;
const LEARNER = "histboost";
const WAYS = [
  ["dummies", { encode: "dummies" }],
  ["cre_general", { encode: "cre" }],
  ["wg_approx", { encode: "wg_approx" }],
  ["fd_exact", { encode: "fd" }],
  ["two-way OLS", { learner: "ols" }],
  ["effects", {}],
];

const [design] = panels;
const estimates = await simulate();
writeFileSync(new URL("panels.svg", import.meta.url), picture(estimates));
for (const [name, all] of estimates) console.log(`${name}: ${summary(all)}`);

/** By encoding: an estimate and whether its 95 % interval holds the truth, for each draw. */
async function simulate() {
  const engine = await createEngine({ pool: await createThreadPool(1) });
  const found = new Map(WAYS.map(([name]) => [name, []]));
  const columns = WAYS.map(([label, options]) => ({ label, ...options }));
  const study = readStudy(JSON.stringify({ data: { file: "simulated", ...design.data }, base: { ...design.base, learner: LEARNER }, tables: [{ id: "t", columns }] }), "picture");
  for (let draw = 0; draw < draws; draw++) {
    const entries = Object.entries(design.sample(UNITS, draw)).map(([name, values]) => [name, { kind: "number", name, values }]);
    const panel = { source: "simulated", rows: entries[0][1].values.length, columns: new Map(entries) };
    const { result } = await runStudy(prepareStudy(study, panel, engine.kernels), engine);
    for (const { specification, estimate } of result.rows) {
      const { coef, ci } = estimate;
      found.get(specification.label).push({ coef, holds: ci[0] <= TRUTH && TRUTH <= ci[1] });
    }
  }
  await engine.pool.close();
  return found;
}

function mean(all) {
  return all.reduce((sum, { coef }) => sum + coef, 0) / all.length;
}

function summary(all) {
  return `${all.filter(({ holds }) => holds).length} of ${all.length} intervals hold the truth; bias ${(mean(all) - TRUTH).toFixed(3)}`;
}

/** A line for each encoding: a dot for each draw, a stroke for their mean, the truth as a line through all. */
function picture(found) {
  const values = [...found.values()].flat().map(({ coef }) => coef);
  const [low, high] = [Math.min(...values, TRUTH) - 0.03, Math.max(...values) + 0.03];
  const x = (value) => (130 + (430 * (value - low)) / (high - low)).toFixed(1);
  const y = (line) => 52 + 34 * line;
  const bottom = y(found.size - 1) + 22;
  const lines = [...found].map(([name, all], line) => [
    `<text x="118" y="${y(line) + 4}" text-anchor="end"${name === "effects" ? ' font-weight="bold"' : ""}>${name}</text>`,
    ...all.map(({ coef, holds }, i) => `<circle cx="${x(coef)}" cy="${y(line) + ((i * 7) % 13) - 6}" r="2.4" fill="${holds ? "#1f77b4" : "#d62728"}" fill-opacity="0.55"/>`),
    `<line x1="${x(mean(all))}" x2="${x(mean(all))}" y1="${y(line) - 11}" y2="${y(line) + 11}" stroke="#777" stroke-width="2"/>`,
    `<text x="572" y="${y(line) + 4}">${Math.round((100 * all.filter(({ holds }) => holds).length) / all.length)} %</text>`,
  ].join("\n"));
  const ticks = [-0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3].filter((value) => value > low && value < high)
    .map((value) => `<text x="${x(value)}" y="${bottom + 16}" text-anchor="middle">${value}</text>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 ${bottom + 34}" font-family="sans-serif" font-size="12" fill="#777" role="img" aria-label="Estimates by encoding over ${draws} simulated panels">`,
    `<text x="130" y="16">${draws} simulated panels, ${UNITS} units × 10 periods; histboost, and cross-fitted OLS</text>`,
    `<text x="${x(TRUTH)}" y="34" text-anchor="middle">truth</text><text x="572" y="34">coverage</text>`,
    `<line x1="${x(TRUTH)}" x2="${x(TRUTH)}" y1="38" y2="${bottom}" stroke="#777" stroke-dasharray="4 3"/>`,
    ...lines, ...ticks, "</svg>", "",
  ].join("\n");
}
