/**
 * What each way of removing fixed effects gives on simulated city panels whose effect is known (-0.026):
 * `node bench/encodings.mjs [seeds] [pattern of methods]`. Bias, spread, mean standard error, coverage of the 95 % interval, warnings.
 */
import { cityPanel } from "../data/generate.mjs";
import { createEngine } from "../dist/engine.js";
import { readStudy } from "../dist/study/read.js";
import { createThreadPool } from "../dist/node/pool.js";
import { prepareStudy, runStudy } from "../dist/pipeline.js";
import { machine } from "./measure.mjs";

const seeds = Number(process.argv[2] ?? 20);
const wanted = new RegExp(process.argv[3] ?? "");
const TRUTH = -0.026;
const study = {
  data: { file: "simulated", unit: "city", time: "year" },
  base: {
    outcome: "EI", treatment: "AI", controls: ["Pgdp", "Fin", "Open", "Urban", "Gov", "Fiscal", "Ind", "Hc"],
    fixedEffects: ["city", "year"], errors: { cluster: ["city"] },
  },
  tables: [
    {
      id: "encodings",
      columns: [
        { label: "forest, dummies (published way)", learner: "rf", encode: "dummies" },
        { label: "forest, within", learner: "rf", encode: "within" },
        { label: "forest, effects (the default)", learner: "rf" },
        { label: "forest, effects, partialling-out", learner: "rf", score: "partialling-out" },
        { label: "ols on squares, effects", learner: "ols", degree: 2 },
        { label: "lasso on squares, effects", learner: "lassocv", degree: 2 },
        { label: "exact boosting, effects", learner: "gradboost" },
        { label: "histogram boosting, effects", learner: "histboost" },
        { label: "extremely randomised trees, effects", learner: "extratrees" },
        { label: "support vectors, effects", learner: "svm" },
        { label: "perceptron, effects", learner: "nnet" },
        { label: "stack of lasso, boosting, forest, effects", learner: { stack: { learners: ["lassocv", "histboost", "rf"] } } },
      ].filter(({ label }) => wanted.test(label)),
    },
  ],
};

const pool = await createThreadPool();
const engine = await createEngine({ pool });
const estimates = new Map(study.tables[0].columns.map(({ label }) => [label, []]));
const twoWay = [];
for (let seed = 1; seed <= seeds; seed++) {
  const { columns, derived } = cityPanel(seed);
  const prepared = prepareStudy(readStudy(JSON.stringify(study), "bench"), panelOf({ ...columns, ...derived }), engine.kernels);
  const { result } = await runStudy(prepared, engine);
  for (const { specification, estimate } of result.rows) estimates.get(specification.label).push(estimate);
  twoWay.push(result.rows[0].estimate.ols);
  process.stderr.write(`seed ${seed} of ${seeds}\n`);
}
await pool.close();

console.log(`${machine()}; ${seeds} seeds of the generator; true effect ${TRUTH}\n`);
console.log("| method | bias | spread | mean s.e. | covers | warns |\n|:--|--:|--:|--:|--:|--:|");
for (const [label, all] of [...estimates, ["two-way OLS, linear controls", twoWay]]) console.log(row(label, all));

function row(label, all) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const bias = mean(all.map(({ coef }) => coef)) - TRUTH;
  const spread = Math.sqrt(mean(all.map(({ coef }) => (coef - TRUTH - bias) ** 2)));
  const covers = mean(all.map(({ coef, se }) => (Math.abs(coef - TRUTH) < 1.959964 * se ? 1 : 0)));
  const warns = mean(all.map(({ panelCheck, warnings }) => (panelCheck?.tripped || warnings?.some((text) => text.includes("not settled")) ? 1 : 0)));
  const se = mean(all.map((one) => one.se));
  return `| ${label} | ${bias.toFixed(4)} | ${spread.toFixed(4)} | ${se.toFixed(4)} | ${Math.round(covers * 100)} % | ${Math.round(warns * 100)} % |`;
}

function panelOf(columns) {
  const entries = Object.entries(columns).map(([name, values]) => {
    if (typeof values[0] !== "string") return [name, { kind: "number", name, values: Float64Array.from(values) }];
    const levels = [...new Set(values)];
    const codeOf = new Map(levels.map((level, code) => [level, code]));
    return [name, { kind: "text", name, codes: Int32Array.from(values, (value) => codeOf.get(value)), levels, firstText: 0 }];
  });
  return { source: "simulated", rows: entries[0][1].values?.length ?? entries[0][1].codes.length, columns: new Map(entries) };
}
